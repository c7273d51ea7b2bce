"""Watching a piece of work for what reading a file must never do: use the network, start a process, open others."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "urllib.", "pickle.")
_seen: list[str] | None = None
_thread = 0


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _seen is None or threading.get_ident() != _thread:
        return
    if event.startswith(FORBIDDEN):
        _seen.append(f"{event} {arguments}")
    elif event == "open" and str(arguments[0]).startswith(("/etc/", "/proc/", "http")):
        _seen.append(f"open {arguments[0]}")


sys.addaudithook(_hook)


@contextmanager
def watched() -> Iterator[list[str]]:
    """What this thread did of that, by the interpreter's own audit events."""
    global _seen, _thread
    seen: list[str] = []
    _seen, _thread = seen, threading.get_ident()
    try:
        yield seen
    finally:
        _seen = None

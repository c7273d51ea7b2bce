"""A lock that two notebooks share: held on a file beside the one it protects, freed by the system if a kernel dies."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path, patience: float = 5.0) -> Iterator[bool]:
    """Hold the lock file `path` for the block: True if it is ours, False where it cannot be had.

    It cannot be had where `patience` seconds were not enough, where the folder cannot be written, or where the file
    system knows no locks (some network folders): the caller must then do what it can without one.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield False
        return
    try:
        yield _wait(handle, patience)
    finally:
        os.close(handle)  # closing frees the lock


def _wait(handle: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            _take(handle)
        except (BlockingIOError, PermissionError):  # held by another, as POSIX and as Windows say it
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.02)
        except OSError:
            return False
        else:
            return True

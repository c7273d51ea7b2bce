"""Reading the words of `kill`: which signal, to whom; and sending it."""

from vlearn.sim.containers.calls import Kill
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.task import Task
from vlearn.sim.containers.signals import SIGNALS

NAMES = {number: name for name, number in SIGNALS.items()}


class SendFault(Exception):
    """Words that make no sense to `kill`; the text is for the user."""


def signal_named(word: str) -> str | None:
    """A signal by name (TERM, SIGTERM) or number; "0" is the one that only asks."""
    if word == "0":
        return "0"
    if word.isdigit():
        return NAMES.get(int(word))
    name = word.upper() if word.upper().startswith("SIG") else f"SIG{word.upper()}"
    return name if name in SIGNALS else None


def send_signals(task: Task, words: list[str]) -> list[tuple[str, SystemCallFailed]]:
    """`[-SIGNAL | -s SIGNAL] PID...`: which of them failed, and why. Raises SendFault."""
    signal, words = "TERM", list(words)
    if words[:1] == ["-l"]:
        task.say(*(f"{number:2}) {name}" for number, name in sorted(NAMES.items())))
        return []
    if words[:1] in (["-s"], ["-n"]) and len(words) > 1:
        signal, words = words[1], words[2:]
    elif words and words[0].startswith("-") and words[0] not in ("-", "--") and len(words) > 1:
        signal, words = words[0][1:], words[1:]
    words = words[1:] if words[:1] == ["--"] else words
    name = signal_named(signal)
    if name is None:
        raise SendFault(f"{signal}: invalid signal specification")
    if not words:
        raise SendFault("usage: kill [-s sigspec | -signum | -sigspec] pid ...")
    failed: list[tuple[str, SystemCallFailed]] = []
    for word in words:
        if not word.removeprefix("-").isdigit():
            raise SendFault(f"{word}: arguments must be process or job IDs")
        try:
            task.host.ask(Kill(task.pid, int(word), name))
        except SystemCallFailed as refused:
            failed.append((word, refused))
    return failed

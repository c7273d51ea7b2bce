"""`test` and `[`: conditions on files, texts and numbers, as POSIX reads them by the number of words."""

from collections.abc import Callable, Mapping

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.permissions import allowed
from vlearn.sim.containers.shell.task import Task
from vlearn.sim.containers.walk import status_at, walk
from vlearn.sim.files.filesystem import Stat


class TestFault(Exception):
    """A condition that cannot be read, in bash's words and in dash's; the exit code is 2."""

    def __init__(self, bash: str, dash: str = "") -> None:
        super().__init__(bash)
        self.dash = dash or bash


KINDS: Mapping[str, Callable[[Stat], bool]] = {
    "-e": lambda status: True,
    "-f": lambda status: status.kind == "file",
    "-d": lambda status: status.kind == "dir",
    "-b": lambda status: status.kind == "block",
    "-c": lambda status: status.kind == "char",
    "-p": lambda status: status.kind == "fifo",
    "-S": lambda status: status.kind == "socket",
    "-s": lambda status: status.size > 0,
    "-u": lambda status: bool(status.mode & 0o4000),
    "-g": lambda status: bool(status.mode & 0o2000),
    "-k": lambda status: bool(status.mode & 0o1000),
}
ACCESS = {"-r": "r", "-w": "w", "-x": "x"}
NUMBERS: Mapping[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}
UNARY = (*KINDS, *ACCESS, "-h", "-L", "-n", "-z", "-t")
BINARY = (*NUMBERS, *TEXTS, "-ef")


def holds(task: Task, words: list[str]) -> bool:
    """Whether a condition holds. Raises TestFault."""
    match words:
        case []:
            return False
        case [one]:
            return bool(one)
        case ["!", *rest] if len(rest) < 3 or (len(rest) == 3 and rest[1] in BINARY):
            return not holds(task, rest)
        case [operator, word] if operator in UNARY:
            return _unary(task, operator, word)
        case [left, operator, right] if operator in BINARY:
            return _binary(task, left, operator, right)
        case ["(", *inner, ")"] if len(words) <= 4:
            return holds(task, inner)
        case [word, operator] if operator in BINARY:
            raise TestFault(f"{word}: unary operator expected", f"{operator}: argument expected")
        case [operator, _]:
            raise TestFault(f"{operator}: unary operator expected", f"{operator}: unexpected operator")
        case [left, operator, _] if operator not in ("-a", "-o"):
            raise TestFault(f"{operator}: binary operator expected", f"{left}: unexpected operator")
    reader = _Reader(task, words)
    found = reader.either()
    if reader.at < len(words):
        raise TestFault("too many arguments")
    return found


def _unary(task: Task, operator: str, word: str) -> bool:
    if operator in ("-n", "-z"):
        return bool(word) == (operator == "-n")
    if operator == "-t":
        return False  # nothing here is a terminal
    status = _status(task, word, follow=operator not in ("-h", "-L"))
    if status is None:
        return False
    if operator in ("-h", "-L"):
        return status.kind == "symlink"
    return (
        allowed(task.host.kernel, task.process, status, ACCESS[operator])
        if operator in ACCESS
        else KINDS[operator](status)
    )


def _binary(task: Task, left: str, operator: str, right: str) -> bool:
    if operator in TEXTS:
        return TEXTS[operator](left, right)
    if operator == "-ef":
        try:
            a, b = (walk(task.host.kernel, task.process, path) for path in (left, right))
        except Refusal:
            return False
        return a == b
    return NUMBERS[operator](_integer(left), _integer(right))


def _integer(word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise TestFault(f"{word}: integer expression expected", f"Illegal number: {word}") from None


def _status(task: Task, path: str, follow: bool) -> Stat | None:
    """The status with the host's ids, which is what permissions are checked with."""
    try:
        place = walk(task.host.kernel, task.process, path, follow)
        return status_at(task.host.kernel, task.process, place)
    except (Refusal, SystemCallFailed):
        return None


class _Reader:
    """-a, -o and brackets, in more words than POSIX says anything about."""

    def __init__(self, task: Task, words: list[str]) -> None:
        self.task, self.words, self.at = task, words, 0

    def here(self, ahead: int = 0) -> str:
        return self.words[self.at + ahead] if self.at + ahead < len(self.words) else ""

    def either(self) -> bool:
        found = self.both()
        while self.here() == "-o":
            self.at += 1
            other = self.both()
            found = found or other
        return found

    def both(self) -> bool:
        found = self.one()
        while self.here() == "-a":
            self.at += 1
            other = self.one()
            found = found and other
        return found

    def one(self) -> bool:
        if self.at >= len(self.words):
            raise TestFault("argument expected")
        if self.here() == "!":
            self.at += 1
            return not self.one()
        if self.here() == "(":
            self.at += 1
            found = self.either()
            if self.here() != ")":
                raise TestFault("closing paren expected")
            self.at += 1
            return found
        if self.here(1) in BINARY and self.at + 2 < len(self.words):
            self.at += 3
            return _binary(self.task, *self.words[self.at - 3 : self.at])
        if self.here() in UNARY and self.at + 1 < len(self.words):
            self.at += 2
            return _unary(self.task, *self.words[self.at - 2 : self.at])
        self.at += 1
        return bool(self.words[self.at - 1])

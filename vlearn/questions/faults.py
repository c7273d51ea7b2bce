"""What is wrong with a question file: where it is, which question it concerns, and what would be right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Where: TypeAlias = tuple[str | int, ...]
"""A place in a file: the fields and the list positions (from 0) that lead to it."""

Complain: TypeAlias = Callable[[Where, str], None]
"""Called once for each fault, so that an author sees all of them at once."""


class Counted:
    """Passes complaints on and counts them, so that nothing is built on what is already known to be wrong."""

    def __init__(self, complain: Complain) -> None:
        self.complain, self.count = complain, 0

    def __call__(self, where: Where, message: str) -> None:  # noqa: D102  a Complain
        self.count += 1
        self.complain(where, message)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A fault at a line, which is counted from 1. `question` says which one is at fault, if any, as `question 'id'`."""

    path: str
    line: int
    question: str
    message: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (f"{self.path}:{self.line}", self.question, self.message)))


def line_at(lines: Mapping[Where, int], where: Where) -> int | None:
    """The line of a place, or of the nearest place around it that the file has; None for a file of no lines."""
    while where and where not in lines:
        where = where[:-1]
    return lines.get(where)


def named(where: Where) -> str:
    """A place in words an author can follow: `options[2].text`, positions counted from 1."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".")

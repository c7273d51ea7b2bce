"""What one student handed in, whatever it was read from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from vlearn.exams.scoring.key_file import Key
from vlearn.questions.faults import Fault


@dataclass(frozen=True, slots=True)
class Cell:
    """A response as text in a table."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A response as it was handed in (a Cell, or a value of JSON), at which try, and in which line of its file."""

    given: object
    line: int
    tries: int = 1


@dataclass(frozen=True, slots=True)
class HandIn:
    """What one student handed in, question by question in the order of the form; `path` and `line` say where."""

    student: str
    name: str
    form: str
    answers: tuple[Answered, ...]
    path: str
    line: int


Report: TypeAlias = Callable[[Fault], None]


def form_named(name: str, key: Key) -> str | None:
    """The form of this name, whose letter case does not count; an exam of one form needs no name."""
    if not name.strip() and len(key.forms) == 1:
        return next(iter(key.forms))
    return next((form for form in key.forms if form.casefold() == name.strip().casefold()), None)

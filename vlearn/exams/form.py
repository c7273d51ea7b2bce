"""A form is an exam ready to be given: questions in order, shuffled. Its paper is what students may see of it."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from vlearn.exams.printing import Print
from vlearn.questions.item import Item, item
from vlearn.questions.model import Question


@dataclass(frozen=True, slots=True)
class Student:
    """Whose paper it is, as the roster has it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading above the question at `first`, counted from 0, and above all others until the next section begins.

    Questions are numbered through the whole paper. `instructions` are Markdown and may be empty.
    """

    first: int
    title: str
    instructions: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """The student's side of a form: no key, no seed, no question id. A personal one is printed with its student.

    `sections` are none, or begin with one whose `first` is 0.
    """

    title: str
    form: str
    instructions: str
    items: tuple[Item, ...]
    student: Student | None = None
    sections: tuple[Section, ...] = ()
    print: Print = Print()

    @property
    def points(self) -> Fraction:
        """The points of all items."""
        return sum((i.points for i in self.items), Fraction(0))

    @property
    def minutes(self) -> Fraction:
        """The minutes of all items."""
        return sum((i.minutes for i in self.items), Fraction(0))


@dataclass(frozen=True, slots=True)
class Form:
    """An exam with its answers: `name` is A, B, ..., or a personal form's code; `seed` repeats it exactly."""

    title: str
    name: str
    instructions: str
    questions: tuple[Question, ...]
    seed: int
    student: Student | None = None
    sections: tuple[Section, ...] = ()
    print: Print = Print()

    @property
    def paper(self) -> Paper:
        """What students may see."""
        items = tuple(map(item, self.questions))
        return Paper(self.title, self.name, self.instructions, items, self.student, self.sections, self.print)


class Exporter(Protocol):
    """What an exporter's module offers: the ending of its files, and two renderings of a form as bytes.

    `key` is None where the format has no separate key. A format that has not all letters may also offer
    `unshown(names: Sequence[str]) -> Sequence[str]`, those of the names that it leaves out.
    Same input, same bytes, on every machine. Raises ExportError.
    """

    @property
    def SUFFIX(self) -> str:  # noqa: N802  a module's constant
        """The ending of its files, such as `.pdf`."""

    @property
    def paper(self) -> Callable[[Paper], bytes]:
        """The student's side as a file."""

    @property
    def key(self) -> Callable[[Form], bytes] | None:
        """The instructor's side as a file, or None."""

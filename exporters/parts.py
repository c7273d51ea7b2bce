"""An exam's questions by section: what stands below each heading, and what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, Protocol, TypeVar

from exporters.phrasebook import Phrases
from exporters.wording import points, questions
from vlearn.exams.form import Section


class Worth(Protocol):
    """A question, or the student's side of one."""

    @property
    def points(self) -> Fraction:
        """What it is worth."""


T = TypeVar("T", bound=Worth)


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """The questions of a section with their numbers on the paper; of an exam without sections all, and no section."""

    section: Section | None
    numbered: tuple[tuple[int, T], ...]

    @property
    def points(self) -> Fraction:
        """The points of its questions."""
        return sum((question.points for _, question in self.numbered), Fraction(0))

    def worth(self, words: Phrases) -> str:
        """How much there is to do: `5 questions · 10 points`."""
        return f"{questions(len(self.numbered), words)} · {points(self.points, words)}"


def parts(sections: Sequence[Section], asked: Sequence[T]) -> tuple[Part[T], ...]:
    """The questions by section, in order; a section may be empty."""
    numbered = tuple(enumerate(asked, 1))
    if not sections:
        return (Part(None, numbered),)
    ends = [*(section.first for section in sections[1:]), len(numbered)]
    return tuple(Part(section, numbered[section.first : end]) for section, end in zip(sections, ends, strict=True))

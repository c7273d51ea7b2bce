"""The fifteen chapters and their learning objectives: one table, which notebooks, questions and exams cite by id."""

from collections.abc import Iterable
from dataclasses import dataclass

from vlearn.errors import CourseError, did_you_mean
from vlearn.syllabus import BUILDS_ON, SYLLABUS


@dataclass(frozen=True, slots=True)
class Objective:
    """Something a student can do after the chapter. `sections` are the sections of the unit's notes it covers."""

    id: str
    text: str
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its number (1 to 15), the slug that names its files, the question it answers, its objectives.

    `builds_on` are the numbers of the chapters that should be read before it.
    """

    number: int
    slug: str
    title: str
    question: str
    objectives: tuple[Objective, ...]
    builds_on: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        """The id that questions and blueprints cite, such as `ch06`."""
        return f"ch{self.number:02}"

    @property
    def stem(self) -> str:
        """The name of its notebook and bank folder, such as `06-memory`."""
        return f"{self.number:02}-{self.slug}"


COURSE: tuple[Chapter, ...] = tuple(
    Chapter(
        number,
        slug,
        title,
        question,
        tuple(Objective(id, text, tuple(of.split())) for id, of, text in objectives),
        BUILDS_ON.get(number, ()),
    )
    for number, (slug, title, question, objectives) in enumerate(SYLLABUS, 1)
)

_CHAPTERS = {chapter.id: chapter for chapter in COURSE}
_OBJECTIVES = {objective.id: objective for chapter in COURSE for objective in chapter.objectives}


def chapter(id: str) -> Chapter:
    """The chapter of this id, such as `ch06`. Raises CourseError with a near id, or the first and the last."""
    try:
        return _CHAPTERS[id]
    except KeyError:
        raise _unknown("chapter", id, _CHAPTERS) from None


def objective(id: str) -> Objective:
    """The objective of this id, such as `ch06-count-references`. Raises CourseError with a near id, or the first."""
    try:
        return _OBJECTIVES[id]
    except KeyError:
        raise _unknown("objective", id, _OBJECTIVES) from None


def chapter_of(id: str) -> str:
    """The id of the chapter that an objective, an exercise or a prediction belongs to: its first word."""
    return id.partition("-")[0]


def _unknown(what: str, id: str, known: Iterable[str]) -> CourseError:
    first, *_, last = known
    return CourseError(f"the course has no {what} {id!r}{did_you_mean(id, known) or f'; there are {first} to {last}'}")

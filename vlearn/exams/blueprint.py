"""A blueprint: what an exam must have. These structures are the format of its YAML file.

`vlearn.exams.blueprint_file` reads one, and `vlearn.exams.schema` derives the JSON Schema that editors use.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from vlearn.course import COURSE
from vlearn.exams.scoring.rules import Scoring
from vlearn.questions.faults import Where, line_at
from vlearn.questions.labels import letter
from vlearn.questions.model import KINDS, Bloom

if TYPE_CHECKING:
    Chapter: TypeAlias = str
    Kind: TypeAlias = str
else:
    Chapter = Literal[*(chapter.id for chapter in COURSE)]
    Kind = Literal[*KINDS]

Count: TypeAlias = Annotated[int, Meta(ge=0)]
Level: TypeAlias = Annotated[int, Meta(ge=1, le=5)]
FormName: TypeAlias = Annotated[str, Meta(pattern="^[A-Za-z0-9]{1,20}$")]


class Counts(Struct, frozen=True, forbid_unknown_fields=True):
    """How many questions: at least, at most, or both."""

    at_least: Count | None = None
    at_most: Count | None = None


class Amounts(Struct, frozen=True, forbid_unknown_fields=True):
    """How many points, or what average: at least, at most, or both."""

    at_least: Fraction | None = None
    at_most: Fraction | None = None


Wanted: TypeAlias = Fraction | int | Counts | Amounts
"""A bare number is wanted exactly."""


class Share(Struct, frozen=True, forbid_unknown_fields=True):
    """A chapter's share of the exam, in points, in questions, or in both; `{}` takes whatever comes."""

    points: Amounts | None = None
    questions: Count | Counts | None = None


class Difficulty(Struct, frozen=True, forbid_unknown_fields=True):
    """How hard the questions are on average, and how many there are of a level, from 1 to 5."""

    average: Amounts | None = None
    levels: dict[Level, Count | Counts] = {}


class Pick(Struct, frozen=True, forbid_unknown_fields=True):
    """So many of these questions, whichever they are."""

    of: Annotated[tuple[str, ...], Meta(description="Ids of the questions to pick from.")]
    count: Annotated[Count | Counts, Meta(description="How many of them the exam has.")]


class Sheet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an exam must have. A bare number of questions or points is exact."""

    title: Annotated[str, Meta(min_length=1, description="The exam's title; its files are named after it.")]
    instructions: Annotated[str, Meta(description="What students read first: Markdown, without HTML.")] = ""
    points: Annotated[Fraction, Meta(description="The points of all questions together, exactly.")]
    minutes: Annotated[Fraction | None, Meta(description="The most that all questions together may take.")] = None
    questions: Annotated[Count | Counts | None, Meta(description="How many questions there are.")] = None
    chapters: Annotated[
        tuple[Chapter, ...] | dict[Chapter, Share],
        Meta(description="Where questions come from: a list, or a mapping to shares. None means all chapters."),
    ] = ()
    kinds: Annotated[dict[Kind, Count | Counts], Meta(description="How many questions there are of a kind.")] = {}
    difficulty: Difficulty = Difficulty()
    bloom: Annotated[dict[Bloom, Count | Counts], Meta(description="How many questions there are of a level.")] = {}
    objectives: Annotated[
        dict[str, Count | Counts], Meta(description="How many questions there are on a learning objective.")
    ] = {}
    must_have: Annotated[tuple[str, ...], Meta(description="Ids of questions that every exam has.")] = ()
    must_not: Annotated[tuple[str, ...], Meta(description="Ids of questions that no exam has.")] = ()
    pick: Annotated[tuple[Pick, ...], Meta(description="Lists of questions of which every exam has so many.")] = ()
    ledger: Annotated[
        Annotated[str, Meta(pattern=r"^[^/\\]+\.jsonl$")] | None,
        Meta(description="A file beside this one that lists the exams that were given; `--record` adds to it."),
    ] = None
    not_in_last: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="No question that one of so many last exams in the ledger had."),
    ] = None
    forms: Annotated[
        Annotated[int, Meta(ge=1, le=1000)] | tuple[FormName, ...],
        Meta(description="The names of the forms, or how many there are of A, B, ..., Z, AA, AB, ..."),
    ] = ("A", "B")
    scoring: Annotated[Scoring | None, Meta(description="How it is scored; by default by our own rule.")] = None


class Blueprint(Sheet, frozen=True, kw_only=True):
    """A sheet, with the file that it was read from and the line of each place in it; both empty if there is none.

    `used` are the questions that the ledger bars, each with the title of the last exam that had it.
    """

    path: str = ""
    lines: Mapping[Where, int] = {}
    used: Mapping[str, str] = {}

    @property
    def shares(self) -> Mapping[str, Share]:
        """The chapters that questions may come from, with their shares; none means all."""
        return self.chapters if isinstance(self.chapters, dict) else dict.fromkeys(self.chapters, Share())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the forms."""
        return tuple(map(letter, range(self.forms))) if isinstance(self.forms, int) else self.forms

    def line(self, where: Where) -> int | None:
        """The line of a place, or of the nearest place around it; None for a demand that no field states."""
        return line_at(self.lines, where) if where else None

    def at(self, where: Where) -> str:
        """How an error about a place begins: `practice.yaml:12: `."""
        line = self.line(where)
        return f"{self.path}:{line}: " if line else ""

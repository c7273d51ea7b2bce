"""What a set of questions must be made of: the demands that a whole exam and a section of it have in common."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from vlearn.course import COURSE
from vlearn.questions.model import KINDS, Bloom

if TYPE_CHECKING:
    Chapter: TypeAlias = str
    Kind: TypeAlias = str
else:
    Chapter = Literal[*(chapter.id for chapter in COURSE)]
    Kind = Literal[*KINDS]

Count: TypeAlias = Annotated[int, Meta(ge=0)]
Level: TypeAlias = Annotated[int, Meta(ge=1, le=5)]


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
    """A chapter's share, in points, in questions, or in both; `{}` takes whatever comes."""

    points: Amounts | None = None
    questions: Count | Counts | None = None


class Difficulty(Struct, frozen=True, forbid_unknown_fields=True):
    """How hard the questions are on average, and how many there are of a level, from 1 to 5."""

    average: Amounts | None = None
    levels: dict[Level, Count | Counts] = {}


class Mixture(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What questions must be together, but for their points. A bare number of questions is exact."""

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

    @property
    def shares(self) -> Mapping[str, Share]:
        """The chapters that questions may come from, with their shares; none means all."""
        return self.chapters if isinstance(self.chapters, dict) else dict.fromkeys(self.chapters, Share())

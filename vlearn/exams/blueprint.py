"""A blueprint: what an exam must have. These structures are the format of its YAML file.

`vlearn.exams.blueprint_file` reads one, and `vlearn.exams.schema` derives the JSON Schema that editors use.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, structs

from vlearn.exams.mixture import Amounts, Count, Counts, Mixture
from vlearn.exams.printing import Print
from vlearn.exams.scoring.rules import Scoring
from vlearn.questions.faults import Where, line_at
from vlearn.questions.labels import letter

FormName: TypeAlias = Annotated[str, Meta(pattern="^[A-Za-z0-9]{1,20}$")]
Arrangement: TypeAlias = Literal["shuffled", "as in the bank", "by chapter", "by difficulty"]


class Pick(Struct, frozen=True, forbid_unknown_fields=True):
    """So many of these questions, whichever they are."""

    of: Annotated[tuple[str, ...], Meta(description="Ids of the questions to pick from.")]
    count: Annotated[Count | Counts, Meta(description="How many of them the exam has.")]


class Section(Mixture, frozen=True, kw_only=True):
    """A part of the exam under a title of its own, with demands of its own; it has one question at least."""

    title: Annotated[str, Meta(min_length=1, description="What stands above the section; no two have the same.")]
    instructions: Annotated[str, Meta(description="What stands below its title: Markdown, without HTML.")] = ""
    points: Annotated[Count | Amounts | None, Meta(description="The points of its questions together.")] = None
    order: Annotated[
        Arrangement,
        Meta(
            description="How its questions are ordered, the easiest first by difficulty; what this leaves open is "
            "shuffled, and questions that need one another stay together."
        ),
    ] = "shuffled"


class Parallel(Struct, frozen=True, forbid_unknown_fields=True):
    """Every form has questions of its own: as many, for as many points, and alike within these tolerances."""

    overlap: Annotated[Count, Meta(description="The most questions that any two forms have in common.")] = 0
    difficulty: Annotated[
        Fraction | None,
        Meta(description="The most by which the average difficulty of any two forms differs, in levels from 1 to 5."),
    ] = None
    minutes: Annotated[Fraction | None, Meta(description="The most by which the minutes of any two forms differ.")] = (
        None
    )


class Sheet(Mixture, frozen=True, kw_only=True):
    """What an exam must have. A bare number of questions or points is exact."""

    title: Annotated[str, Meta(min_length=1, description="The exam's title; its files are named after it.")]
    instructions: Annotated[str, Meta(description="What students read first: Markdown, without HTML.")] = ""
    points: Annotated[Fraction, Meta(description="The points of all questions together, exactly.")]
    must_have: Annotated[tuple[str, ...], Meta(description="Ids of questions that every exam has.")] = ()
    must_not: Annotated[tuple[str, ...], Meta(description="Ids of questions that no exam has.")] = ()
    pick: Annotated[tuple[Pick, ...], Meta(description="Lists of questions of which every exam has so many.")] = ()
    sections: Annotated[
        tuple[Section, ...],
        Meta(description="Parts with titles, in their order; every question is in one. None: no headings."),
    ] = ()
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
    parallel: Annotated[
        Parallel | None,
        Meta(description="Forms of different questions, at most 10 of them; without it all have the same ones."),
    ] = None
    scoring: Annotated[Scoring | None, Meta(description="How it is scored; by default by our own rule.")] = None
    print: Annotated[Print, Meta(description="How papers and keys are printed.")] = Print()


class Blueprint(Sheet, frozen=True, kw_only=True):
    """A sheet, with the file that it was read from and the line of each place in it; both empty if there is none.

    `used` are the questions that the ledger bars, each with the title of the last exam that had it.
    """

    path: str = ""
    lines: Mapping[Where, int] = {}
    used: Mapping[str, str] = {}

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


def printed_as(blueprint: Blueprint, options: Mapping[str, object]) -> Blueprint:
    """The blueprint with these fields of its `print` in place of its own."""
    return structs.replace(blueprint, print=structs.replace(blueprint.print, **options))

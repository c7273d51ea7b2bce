"""A demand on an exam: linear constraints on the columns of a mixed integer program, with words of its own.

A column is a choice that is made or not: this candidate in that section of that form. An exam of one form without
sections has a column for each candidate, in their order.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from vlearn.questions.faults import Where


@dataclass(frozen=True, slots=True)
class Row:
    """`at_least` and `at_most` of the sum of `weights` (by column, zero if absent) over the chosen columns."""

    weights: Mapping[int, Fraction]
    at_least: Fraction | None = None
    at_most: Fraction | None = None

    def total(self, chosen: Collection[int]) -> Fraction:
        """The weighted sum over these columns."""
        return sum((self.weights.get(i, Fraction(0)) for i in chosen), Fraction(0))

    def met_by(self, chosen: Collection[int]) -> bool:
        """Whether these columns meet it, in exact arithmetic."""
        total = self.total(chosen)
        return (self.at_least is None or self.at_least <= total) and (self.at_most is None or total <= self.at_most)


@dataclass(frozen=True, slots=True)
class Demand:
    """Rows that all hold; `wants` says them in words, and `where` is their place in the blueprint, if it has one.

    `noun` names what a row counts, as in `numeric question{s}`; it is empty where the sum itself would mean nothing to
    a reader. A `mean` is a bound on an average, to which every choice must add some weight.
    """

    where: Where
    wants: str
    rows: tuple[Row, ...]
    noun: str = ""
    mean: bool = False

    def met_by(self, chosen: Collection[int]) -> bool:
        """Whether these columns meet it, in exact arithmetic."""
        return all(row.met_by(chosen) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Grid:
    """The columns: candidates, times sections, times forms. With `shared` there is one more for every candidate and
    every pair of forms, which says that both have it."""

    candidates: int
    sections: int = 1
    forms: int = 1
    shared: bool = False

    @property
    def places(self) -> int:
        """How many columns place a candidate."""
        return self.candidates * self.sections * self.forms

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return self.places + len(self.pairs) * self.candidates * self.shared

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Any two forms."""
        return tuple(combinations(range(self.forms), 2))

    def column(self, candidate: int, section: int = 0, form: int = 0) -> int:
        """The candidate in this section of this form."""
        return candidate + self.candidates * (section + self.sections * form)

    def in_both(self, candidate: int, pair: int) -> int:
        """The candidate in both forms of this pair."""
        return self.places + candidate + self.candidates * pair

    def spread(self, weights: Mapping[int, Fraction], form: int, section: int | None = None) -> dict[int, Fraction]:
        """The weights of candidates as those of their columns in a section of a form, or in the whole form."""
        sections = range(self.sections) if section is None else (section,)
        return {self.column(i, s, form): weight for s in sections for i, weight in weights.items()}

    def rows(
        self,
        weights: Mapping[int, Fraction],
        at_least: Fraction | None = None,
        at_most: Fraction | None = None,
        section: int | None = None,
    ) -> tuple[Row, ...]:
        """What is demanded of a weighted sum over candidates, on every form."""
        return tuple(Row(self.spread(weights, f, section), at_least, at_most) for f in range(self.forms))

    def chosen(self, columns: Sequence[int], section: int, form: int) -> tuple[int, ...]:
        """The candidates that these columns place there, in their order."""
        first = self.column(0, section, form)
        return tuple(column - first for column in sorted(columns) if first <= column < first + self.candidates)

"""How an exam is scored: rules of partial and negative credit, points, rounding, and a scale of grades.

These structures are the format of the field `scoring` of a blueprint, and of a file of its own. A rule has a name of
`RULES`, or states its fields. The words are those of `exams_eval(partial, negative, rule)` of R/exams, and `penalty` is
Moodle's. Left out: Moodle's certainty-based marking, and its other ways to grade an ordering.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from vlearn.questions.model import KINDS

if TYPE_CHECKING:
    Kind: TypeAlias = str
    Tick: TypeAlias = str
    Name: TypeAlias = str
    How: TypeAlias = str
else:
    Kind = Literal[*KINDS]

TICKS: Mapping[str, Callable[[int, int], Fraction]] = {
    "false2": lambda right, wrong: Fraction(1, max(wrong, 2)),
    "false": lambda right, wrong: Fraction(1, max(wrong, 1)),
    "true": lambda right, wrong: Fraction(1, right),
    "all": lambda right, wrong: Fraction(1),
    "none": lambda right, wrong: Fraction(0),
}
"""What a wrong tick costs, as a share, where so many options are right and so many wrong; the names are R/exams'."""

HOW: Mapping[str, Callable[[Fraction], int]] = {
    "half-up": lambda steps: floor(steps + Fraction(1, 2)),
    "half-even": round,
    "up": ceil,
    "down": floor,
}
"""Ways to round a number of steps. Half-up and up go towards more points, also below zero."""

if not TYPE_CHECKING:
    Tick = Literal[*TICKS]
    How = Literal[*HOW]


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """How the parts of a response add up. An essay, which a person marks, is exempt from all of it."""

    ticks: Annotated[Tick, Meta(description="What a wrong tick of a multiple choice costs.")] = "true"
    partial: Annotated[bool, Meta(description="Is a partly right response worth a part of the points?")] = True
    negative: Annotated[
        Fraction,
        Meta(description="The share that a wrong response loses, from 0 to 1, and the most that wrong ticks may lose."),
    ] = field(default_factory=Fraction)
    penalty: Annotated[
        Fraction, Meta(description="The share that each try after the first loses, from 0 to 1; never below zero.")
    ] = field(default_factory=Fraction)


RULES: Mapping[str, Rule] = {
    "vlearn": Rule(),
    "all-or-nothing": Rule(partial=False),
    "r-exams": Rule(ticks="false2"),
    "r-exams-negative": Rule(ticks="false2", negative=Fraction(1)),
    "moodle": Rule(ticks="false"),
    "moodle-interactive": Rule(ticks="false", penalty=Fraction(1, 3)),
    **{name: Rule(ticks=name) for name in TICKS},
}
"""Rules by name: ours, those that `exams_eval()` and Moodle begin with, and R/exams' own for wrong ticks."""

if not TYPE_CHECKING:
    Name = Literal[*RULES]


class Special(Struct, frozen=True, forbid_unknown_fields=True):
    """What one question has of its own."""

    points: Annotated[Fraction | None, Meta(description="Instead of the points that the bank gives it.")] = None
    rule: Annotated[Name | Rule | None, Meta(description="Instead of the rule for its kind.")] = None
    options: Annotated[
        dict[str, Fraction],
        Meta(description="By an option's text, the share that ticking it earns, from -1 to 1; 0 for all others."),
    ] = {}


class Rounding(Struct, frozen=True, forbid_unknown_fields=True):
    """To which multiple points are rounded, and how; a step of 0 does not round."""

    step: Annotated[Fraction, Meta(description="Such as 0.5; 0 does not round.")] = field(default_factory=Fraction)
    how: How = "half-up"
    each: Annotated[Literal["question", "total"], Meta(description="What is rounded.")] = "total"


class Threshold(Struct, frozen=True, forbid_unknown_fields=True):
    """The least percentage of all points that earns a grade."""

    at_least: Fraction
    grade: Annotated[str, Meta(min_length=1)]


class Scoring(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an exam is scored; as it stands, by our own rule, unrounded and without grades."""

    rule: Annotated[Name | Rule, Meta(description="For every question that has none of its own.")] = "vlearn"
    kinds: Annotated[dict[Kind, Name | Rule], Meta(description="Rules for kinds of question.")] = {}
    questions: Annotated[dict[str, Special], Meta(description="What single questions have, by id.")] = {}
    rounding: Rounding = field(default_factory=Rounding)
    below_zero: Annotated[bool, Meta(description="May the points of a whole exam be below zero?")] = False
    scale: Annotated[tuple[Threshold, ...], Meta(description="Grades by percentage, in any order; one is for 0.")] = ()

    def rule_for(self, id: str, kind: str) -> Rule:
        """The rule of a question: its own, or that of its kind, or the exam's."""
        special = self.questions.get(id, Special()).rule
        chosen = special if special is not None else self.kinds.get(kind, self.rule)
        return chosen if isinstance(chosen, Rule) else RULES[chosen]

    def rounded(self, points: Fraction, each: Literal["question", "total"]) -> Fraction:
        """The points of a question or of the whole exam, rounded if that is what is rounded."""
        step = self.rounding.step
        return HOW[self.rounding.how](points / step) * step if step and each == self.rounding.each else points

    def grade_for(self, points: Fraction, out_of: Fraction) -> str:
        """The grade of the highest threshold that is reached; the lowest grade below all of them; nothing if none."""
        percent = 100 * points / out_of if out_of else Fraction(0)
        scale = sorted(self.scale, key=lambda threshold: threshold.at_least)
        return next((t.grade for t in reversed(scale) if t.at_least <= percent), scale[0].grade if scale else "")

"""The shape of a question file: what an author writes, one struct a kind. Editors read it as a JSON Schema.

`vlearn.questions.shape` reads a file into these structs, `vlearn.questions.build` turns them into the model's values.
"""

from fractions import Fraction
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

from vlearn.questions.model import Bloom


class Words(str):
    """Text exactly as it is written in the file: 24, 0x18 and no are those characters, with or without quotes."""

    __slots__ = ()


class Part(Struct, forbid_unknown_fields=True):
    """A mapping in which an unknown name is an error."""


class Grid(Part):
    """Rows of plain text under a header; every row has one cell for each column."""

    header: list[Words]
    rows: list[list[Words]]
    caption: str = ""


class Drawing(Part):
    """An SVG drawing."""

    svg: Annotated[str, Meta(description="The file's name, relative to this file; it lies within the question bank.")]
    alt: Annotated[str, Meta(description="What a reader who cannot see the drawing needs to know of it.")]
    caption: str = ""


class Content(Part):
    """One block of a prompt or a solution: exactly one of text, code, table and figure."""

    text: Annotated[str | UnsetType, Meta(description="Markdown, without HTML.")] = UNSET
    code: Annotated[str | UnsetType, Meta(description="Source, shell input or output, shown as it is.")] = UNSET
    language: Annotated[str, Meta(description="The language of the code, such as python or console.")] = "text"
    table: Grid | UnsetType = UNSET
    figure: Drawing | UnsetType = UNSET


Blocks = str | list[Content]


class Choice(Part):
    """An option, or a reason of a true-false question."""

    text: Words
    correct: bool = False
    feedback: Annotated[str, Meta(description="Why a student may choose it; for a wrong one, the misconception.")] = ""


class Pair(Part):
    """A left side and the right side that belongs to it."""

    left: Words
    right: Words


class Blank(Part):
    """A gap of a cloze."""

    accepted: Annotated[list[Words], Meta(description="The texts that are right; the key prints the first.")]
    choices: Annotated[list[Words], Meta(description="Makes the gap a drop-down of these texts.")] = []


class Demand(Part):
    """One line of an essay's rubric."""

    text: Annotated[str, Meta(description="What the essay must contain.")]
    share: Annotated[Fraction, Meta(description="Its share of the points, such as 1/4; the shares add up to one.")]


class Call(Part):
    """A case that the student's function must pass."""

    call: Annotated[str, Meta(description="A call of the function, as a Python expression.")]
    expected: Annotated[Words, Meta(description="What it must return, as a Python literal.")]


class Stated(Part):
    """What every question states, written or generated."""

    id: Annotated[str, Meta(description="A lasting name in lower case, such as ch06-nested-walk-references.")]
    objective: Annotated[str, Meta(description="The id of the learning objective that it tests.")]
    points: Annotated[Fraction, Meta(description="Points for a right answer, such as 2 or 0.5.")]
    minutes: Annotated[Fraction, Meta(description="How long a prepared student needs.")]
    difficulty: Annotated[int, Meta(ge=1, le=5, description="From 1 (everybody knows) to 5 (few do).")]
    bloom: Annotated[Bloom, Meta(description="The level of the revised Bloom taxonomy.")]
    enemies: Annotated[list[str], Meta(description="Ids of questions that must not stand in the same exam.")] = []
    needs: Annotated[
        list[str], Meta(description="Ids of questions that this one builds on and stands right after.")
    ] = []
    source: Annotated[str, Meta(description="Where its facts come from.")] = ""


class Generated(Stated, kw_only=True):
    """A question whose text and key a generator computes anew for each seed."""

    generator: Annotated[str, Meta(description="A name in vlearn.questions.generators.GENERATORS.")]
    parameters: Annotated[dict[str, Any], Meta(description="What the generator's `pose` takes by name.")] = {}
    variants: Annotated[int, Meta(ge=1, description="With these parameters it has at least so many variants.")] = 100


class Written(Stated, kw_only=True, tag_field="kind"):
    """A question that is written out."""

    prompt: Annotated[Blocks, Meta(description="What is asked: Markdown, or a list of blocks.")]
    solution: Annotated[Blocks, Meta(description="The worked solution: Markdown, or a list of blocks.")]


class SingleChoice(Written, kw_only=True, tag="single-choice"):
    """Exactly one option is right."""

    options: list[Choice]


class MultipleChoice(Written, kw_only=True, tag="multiple-choice"):
    """Any number of options are right, at least one."""

    options: list[Choice]


class TrueFalse(Written, kw_only=True, tag="true-false"):
    """Is the statement in the prompt true, and for which of these reasons?"""

    truth: bool
    reasons: list[Choice]


class Numeric(Written, kw_only=True, tag="numeric"):
    """A number."""

    value: Annotated[Words, Meta(description="Such as 24, 0.5 or 1/3; 0x1F000 asks for hexadecimal.")]
    tolerance: Annotated[Fraction, Meta(description="How far an answer may be from the value.")] = field(
        default_factory=Fraction
    )
    unit: Annotated[str, Meta(description="Such as KiB or references.")] = ""


class ShortText(Written, kw_only=True, tag="short-text"):
    """A word or phrase."""

    accepted: Annotated[list[Words], Meta(description="The texts that are right; the key prints the first.")]
    case_sensitive: bool = False


class Matching(Written, kw_only=True, tag="matching"):
    """Give each left side a right side; one right side may stand in several pairs."""

    pairs: list[Pair]
    distractors: Annotated[list[Words], Meta(description="Right sides that belong to no left side.")] = []


class Ordering(Written, kw_only=True, tag="ordering"):
    """Put the items in order."""

    items: Annotated[list[Words], Meta(description="In the right order; the form shuffles them.")]


class Cloze(Written, kw_only=True, tag="cloze"):
    """A text with gaps."""

    text: Annotated[str, Meta(description="Markdown, with the gaps written [[1]], [[2]], ... in order.")]
    gaps: Annotated[list[str | Blank], Meta(description="One for each gap: the right text, or accepted and choices.")]


class Classification(Written, kw_only=True, tag="classification"):
    """Put every item into a category."""

    categories: Annotated[dict[str, list[Words]], Meta(description="Each category with the items in it.")]


class Trace(Written, kw_only=True, tag="trace"):
    """A run as a table, some of whose cells the student fills in."""

    header: list[Words]
    rows: Annotated[list[list[Words]], Meta(description="The whole run, with the right values in every cell.")]
    blanks: Annotated[dict[str, list[int]], Meta(description="Rows (from 1) to be filled in, by column name.")]


class Code(Written, kw_only=True, tag="code"):
    """A Python function to write."""

    starter: Annotated[str, Meta(description="What the student begins with.")]
    reference: Annotated[str, Meta(description="A program that passes every case; the key prints it.")]
    cases: list[Call]
    lines: Annotated[int, Meta(ge=1, description="The space it gets on paper.")] = 12


class Essay(Written, kw_only=True, tag="essay"):
    """Free text, graded by a person with the rubric."""

    rubric: list[Demand]
    lines: Annotated[int, Meta(ge=1, description="The space it gets on paper.")] = 10


KINDS: dict[str, type[Written]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (
        SingleChoice,
        MultipleChoice,
        TrueFalse,
        Numeric,
        ShortText,
        Matching,
        Ordering,
        Cloze,
        Classification,
        Essay,
        Trace,
        Code,
    )
}
"""The struct of each kind that a question file may name."""

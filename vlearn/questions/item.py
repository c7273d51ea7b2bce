"""What a student sees of a question. These types have no field for a key, feedback or a solution, so none can leak."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, assert_never

from vlearn.blocks import Block
from vlearn.questions.model import (
    Classification,
    Cloze,
    Essay,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    Program,
    Question,
    ShortText,
    SingleChoice,
    TraceTable,
    TrueFalse,
)


@dataclass(frozen=True, slots=True)
class Choose:
    """Tick one option, or any number of them."""

    options: tuple[str, ...]
    many: bool


@dataclass(frozen=True, slots=True)
class Judge:
    """True or false, and for which of these reasons?"""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enter:
    """Write a number: its unit stands beside the field, its base is 10 or 16."""

    unit: str
    base: int


@dataclass(frozen=True, slots=True)
class Write:
    """Write text on so many lines; one line is a word or phrase."""

    lines: int


@dataclass(frozen=True, slots=True)
class Match:
    """Give each left side a right side, which may serve several or none."""

    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrange:
    """Put the items in order."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fill:
    """Fill the gaps `[[1]]`, `[[2]]`, ... of the text; `choices[i]` is empty where gap i+1 takes free text."""

    text: str
    choices: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """Put every item into a category."""

    categories: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Complete:
    """Fill in the cells of the table that are None."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class WriteCode:
    """Write code that begins with `starter`."""

    starter: str
    lines: int


Task: TypeAlias = Choose | Judge | Enter | Write | Match | Arrange | Fill | Sort | Complete | WriteCode


@dataclass(frozen=True, slots=True)
class Item:
    """A question without its answer."""

    prompt: tuple[Block, ...]
    task: Task
    points: Fraction
    minutes: Fraction


def task(question: Question) -> Task:
    """What the student is to do, without the answer."""
    match question.answer:
        case SingleChoice(options):
            return Choose(tuple(o.text for o in options), many=False)
        case MultipleChoice(options):
            return Choose(tuple(o.text for o in options), many=True)
        case TrueFalse(_, reasons):
            return Judge(tuple(o.text for o in reasons))
        case Numeric(_, _, unit, base):
            return Enter(unit, base)
        case ShortText():
            return Write(1)
        case Matching(left, right):
            return Match(left, right)
        case Ordering(items):
            return Arrange(items)
        case Cloze(text, gaps):
            return Fill(text, tuple(g.choices for g in gaps))
        case Classification(categories, items):
            return Sort(categories, items)
        case Essay(_, lines):
            return Write(lines)
        case TraceTable(header, rows, blanks):
            hidden = set(blanks)
            shown = (
                tuple(None if (r, c) in hidden else cell for c, cell in enumerate(row)) for r, row in enumerate(rows)
            )
            return Complete(header, tuple(shown))
        case Program(starter, _, lines):
            return WriteCode(starter, lines)
        case never:
            assert_never(never)


def item(question: Question) -> Item:
    """The question as a student sees it."""
    return Item(question.prompt, task(question), question.points, question.minutes)

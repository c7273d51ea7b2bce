"""What a question is: a frozen value whose answer is one of twelve kinds, matched exhaustively everywhere.

Items (options, right-hand sides, things to order) are kept in the order in which they are shown, and the key says which
of them are right; so a shuffled question is just another question, and nobody has to undo a permutation to grade it.
Texts named here are Markdown as in `vlearn.blocks.Text`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeAlias

from vlearn.blocks import Block
from vlearn.questions.replay import Replay


class Bloom(StrEnum):
    """The revised Bloom taxonomy (Anderson and Krathwohl, 2001)."""

    REMEMBER = "remember"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYZE = "analyze"
    EVALUATE = "evaluate"
    CREATE = "create"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `feedback` says why a student may have chosen it; a wrong one names the misconception."""

    text: str
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class SingleChoice:
    """Exactly one option is right: `correct` is its index."""

    options: tuple[Option, ...]
    correct: int


@dataclass(frozen=True, slots=True)
class MultipleChoice:
    """Any number of options are right: their indices."""

    options: tuple[Option, ...]
    correct: frozenset[int]


@dataclass(frozen=True, slots=True)
class TrueFalse:
    """Is the statement true, and why? `correct` is the index of the right reason."""

    truth: bool
    reasons: tuple[Option, ...]
    correct: int


@dataclass(frozen=True, slots=True)
class Numeric:
    """A number within `tolerance` of `value`, in `unit`; base 16 asks for it in hexadecimal (an address)."""

    value: Fraction
    tolerance: Fraction = Fraction(0)
    unit: str = ""
    base: int = 10


@dataclass(frozen=True, slots=True)
class ShortText:
    """A word or phrase: any of `accepted`, the first being the one the key prints. White space is folded."""

    accepted: tuple[str, ...]
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """Each of `left` belongs to `right[key[i]]`; a right side may serve several or none."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    key: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ordering:
    """`key` lists indices of `items` in the right order."""

    items: tuple[str, ...]
    key: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap of a cloze: accepted texts, the first being the one the key prints; with `choices`, a drop-down."""

    accepted: tuple[str, ...]
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cloze:
    """A text whose gaps are written `[[1]]`, `[[2]]`, ... in order."""

    text: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Classification:
    """Each of `items` belongs to `categories[key[i]]`."""

    categories: tuple[str, ...]
    items: tuple[str, ...]
    key: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """What an essay must contain to earn a share of its points: the shares of a rubric add up to one."""

    text: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class Essay:
    """Free text, graded by a person with the rubric; `lines` is the space it gets on paper."""

    rubric: tuple[Criterion, ...]
    lines: int = 10


@dataclass(frozen=True, slots=True)
class TraceTable:
    """A run as a table, some of whose cells (row, column) the student fills in; `rows` hold the right values."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    blanks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A call of the student's function as a Python expression, and the literal it must return."""

    call: str
    expected: str


@dataclass(frozen=True, slots=True)
class Program:
    """Code to write: a Python function that passes `cases`, as `reference` does. The student begins with `starter`."""

    starter: str
    cases: tuple[Case, ...]
    lines: int = 12
    reference: str = ""


Answer: TypeAlias = (
    SingleChoice
    | MultipleChoice
    | TrueFalse
    | Numeric
    | ShortText
    | Matching
    | Ordering
    | Cloze
    | Classification
    | Essay
    | TraceTable
    | Program
)

KINDS: dict[str, type[Answer]] = {
    "single-choice": SingleChoice,
    "multiple-choice": MultipleChoice,
    "true-false": TrueFalse,
    "numeric": Numeric,
    "short-text": ShortText,
    "matching": Matching,
    "ordering": Ordering,
    "cloze": Cloze,
    "classification": Classification,
    "essay": Essay,
    "trace": TraceTable,
    "code": Program,
}
"""The names that question files and blueprints use."""

_NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Question:
    """A question with all that an instructor knows of it; `vlearn.questions.item` strips it for students.

    `points` and `minutes` are positive, `difficulty` runs from 1 to 5, `objective` is an id of `vlearn.course`;
    `enemies` are ids that must not stand in the same exam; `source` is where its facts come from; `generator` names the
    generator of a generated question, whose variants share one id, and `replay` is the run that computed its key.
    """

    id: str
    objective: str
    prompt: tuple[Block, ...]
    answer: Answer
    solution: tuple[Block, ...]
    points: Fraction
    minutes: Fraction
    difficulty: int
    bloom: Bloom
    enemies: tuple[str, ...] = ()
    source: str = ""
    generator: str = ""
    replay: Replay[Any, Any] | None = field(default=None, repr=False, compare=False)  # the other fields follow from it

    @property
    def kind(self) -> str:
        """Its kind, as question files name it."""
        return _NAMES[type(self.answer)]

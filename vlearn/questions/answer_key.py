"""The key of a question: as the response that earns all points, and in words as every printed key shows it.

Letters and numbers are those of `vlearn.questions.labels`, as on the paper.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from vlearn.blocks import Block, Code, Table, Text
from vlearn.questions.labels import letter, number
from vlearn.questions.model import (
    Classification,
    Cloze,
    Essay,
    Matching,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    Program,
    Question,
    ShortText,
    SingleChoice,
    TraceTable,
    TrueFalse,
)
from vlearn.questions.notation import written
from vlearn.questions.responses import Marks, Response
from vlearn.render.markdown import to_plain_inline, verbatim


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """The words of a key, in English unless a translation says otherwise."""

    true: str = "True"
    false: str = "False"
    because: str = "because"
    alternative: str = "or"
    case_counts: str = "Letter case counts."
    number: str = "Number"
    left: str = "Left"
    letter: str = "Letter"
    right: str = "Right"
    item: str = "Item"
    category: str = "Category"
    place: str = "Place"
    gap: str = "Gap"
    text: str = "Text"
    points: str = "Points"
    criterion: str = "For"
    call: str = "Call"
    result: str = "Must return"
    numbered: str = "The cells to fill in are numbered."

    def verdict(self, truth: bool) -> str:
        """The word for a truth value."""
        return self.true if truth else self.false

    def alternatives(self, texts: Iterable[str]) -> str:
        """Texts each of which would do."""
        return f" {self.alternative} ".join(texts)


_ENGLISH = AnswerWords()


def key_response(question: Question) -> Response:
    """The response that `vlearn.questions.grade` gives full points; an essay's is full marks."""
    match question.answer:
        case SingleChoice(_, correct):
            return correct
        case MultipleChoice(_, chosen):
            return chosen
        case TrueFalse(truth, _, correct):
            return truth, correct
        case Numeric(value, _, _, base):
            return written(value, base)
        case ShortText(accepted):
            return accepted[0]
        case Matching(_, _, key) | Ordering(_, key) | Classification(_, _, key):
            return key
        case Cloze(_, gaps):
            return tuple(gap.accepted[0] for gap in gaps)
        case Essay(rubric):
            return Marks((Fraction(1),) * len(rubric))
        case TraceTable(_, rows, blanks):
            return tuple(rows[row][column] for row, column in blanks)
        case Program(reference=reference):
            return reference
        case never:
            assert_never(never)


def answer_blocks(question: Question, words: AnswerWords = _ENGLISH) -> tuple[Block, ...]:
    """The key in words: `**B**: the right option`, a number with tolerance and unit, a table of matches, a program."""
    match question.answer:
        case SingleChoice(options, correct):
            return (Text(_option(options, correct)),)
        case MultipleChoice(options, chosen):
            return (Text("\n".join(f"- {_option(options, index)}" for index in sorted(chosen))),)
        case TrueFalse(truth, reasons, correct):
            return (Text(f"**{words.verdict(truth)}**, {words.because} {_option(reasons, correct)}"),)
        case Numeric():
            return (Text(verbatim(numeric(question.answer))),)
        case ShortText(accepted, case_sensitive):
            case = f". {words.case_counts}" if case_sensitive else ""
            return (Text(words.alternatives(map(verbatim, accepted)) + case),)
        case Matching(left, right, key):
            return (_assigned((words.number, words.left, words.letter, words.right), left, right, key),)
        case Classification(categories, items, key):
            return (_assigned((words.number, words.item, words.letter, words.category), items, categories, key),)
        case Ordering(items, key):
            rows = tuple((number(n), letter(index), to_plain_inline(items[index])) for n, index in enumerate(key))
            header = (words.place, words.letter, words.item)
            return (Text(f"**{', '.join(letter(index) for index in key)}**"), Table(header, rows))
        case Cloze(_, gaps):
            texts = tuple((number(n), words.alternatives(gap.accepted)) for n, gap in enumerate(gaps))
            return (Table((words.gap, words.text), texts),)
        case Essay(rubric):
            marks = tuple((written(c.share * question.points), to_plain_inline(c.text)) for c in rubric)
            return (Table((words.points, words.criterion), marks),)
        case TraceTable():
            return (_trace(question.answer, words.numbered),)
        case Program(_, cases, _, reference):
            table = Table((words.call, words.result), tuple((case.call, case.expected) for case in cases))
            return (Code(reference, "python"), table) if reference else (table,)
        case never:
            assert_never(never)


def _option(options: Sequence[Option], index: int) -> str:
    return f"**{letter(index)}**: {' '.join(options[index].text.split())}"


def numeric(answer: Numeric) -> str:
    """Such as `24 ± 0.5 ns`."""
    value = written(answer.value, answer.base)
    tolerance = f"± {written(answer.tolerance, answer.base)}" if answer.tolerance else ""
    return " ".join(filter(None, (value, tolerance, answer.unit)))


def _assigned(header: tuple[str, ...], items: Sequence[str], targets: Sequence[str], key: Sequence[int]) -> Table:
    rows = tuple(
        (number(n), to_plain_inline(items[n]), letter(index), to_plain_inline(targets[index]))
        for n, index in enumerate(key)
    )
    return Table(header, rows)


def _trace(answer: TraceTable, caption: str) -> Table:
    numbers = {cell: number(n) for n, cell in enumerate(answer.blanks)}
    rows = tuple(
        tuple(f"({numbers[r, c]}) {cell}" if (r, c) in numbers else cell for c, cell in enumerate(row))
        for r, row in enumerate(answer.rows)
    )
    return Table(answer.header, rows, caption)

"""What a key shows of a question beside its prompt, for every format: a verdict on each option, titled sections, and
the answer on one line for a key of answers alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from exporters.phrasebook import ENGLISH, Phrases
from exporters.wording import minutes, points
from vlearn.blocks import Block, Text
from vlearn.questions.answer_key import answer_blocks, numeric
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
from vlearn.render.markdown import to_plain_inline


@dataclass(frozen=True, slots=True)
class Verdict:
    """An option as it is labelled on the paper, whether it is right, and why one may have chosen it."""

    label: str
    right: bool
    text: str
    feedback: str


def verdicts(question: Question) -> tuple[Verdict, ...]:
    """One for each option of a question that has options, in the order of the paper."""
    match question.answer:
        case SingleChoice(options, correct) | TrueFalse(_, options, correct):
            return _judged(options, frozenset({correct}))
        case MultipleChoice(options, right):
            return _judged(options, right)
        case (
            Numeric()
            | ShortText()
            | Matching()
            | Ordering()
            | Cloze()
            | Classification()
            | Essay()
            | TraceTable()
            | Program()
        ):
            return ()
        case never:
            assert_never(never)


def _judged(options: tuple[Option, ...], right: frozenset[int]) -> tuple[Verdict, ...]:
    return tuple(Verdict(letter(n), n in right, option.text, option.feedback) for n, option in enumerate(options))


def prompt(question: Question) -> tuple[Block, ...]:
    """What is asked, which includes the text of a cloze, its gaps as they are written."""
    return (*question.prompt, Text(question.answer.text)) if isinstance(question.answer, Cloze) else question.prompt


def sections(question: Question, words: Phrases = ENGLISH) -> tuple[tuple[str, tuple[Block, ...]], ...]:
    """The answer and, where the author wrote one, the worked solution."""
    answer = answer_blocks(question, words.answer)
    named = ((words.key.answer, answer), (words.key.solution, question.solution))
    return tuple((title, blocks) for title, blocks in named if blocks)


def about(question: Question, words: Phrases = ENGLISH) -> str:
    """Which question this is, for the person who grades or edits it."""
    told = words.key
    facts = [question.id, question.objective, question.kind, question.bloom.value]
    facts += [told.difficulty.format(level=question.difficulty), minutes(question.minutes, words)]
    facts += [told.generator.format(name=question.generator)] * bool(question.generator)
    return " · ".join((*facts, *filter(None, (question.source,))))


def short_answer(question: Question, words: Phrases = ENGLISH) -> str:
    """The key on one line, as plain text: `B`, `A C`, `1:A 2:C`, `1: guest; 2: rax`; of an essay its rubric."""
    told = words.answer
    match question.answer:
        case SingleChoice(_, correct):
            return letter(correct)
        case MultipleChoice(_, chosen):
            return " ".join(map(letter, sorted(chosen))) or "–"
        case TrueFalse(truth, _, correct):
            return f"{told.verdict(truth)} {letter(correct)}"
        case Numeric():
            return numeric(question.answer)
        case ShortText(accepted, case_sensitive):
            return told.alternatives(accepted) + (f" ({told.case_counts})" if case_sensitive else "")
        case Matching(_, _, key) | Classification(_, _, key):
            return " ".join(f"{number(n)}:{letter(index)}" for n, index in enumerate(key))
        case Ordering(_, key):
            return " ".join(map(letter, key))
        case Cloze(_, gaps):
            return _numbered(told.alternatives(gap.accepted) for gap in gaps)
        case Essay(rubric):
            marks = (f"{to_plain_inline(c.text)} ({points(c.share * question.points, words)})" for c in rubric)
            return "; ".join(marks)
        case TraceTable(_, rows, blanks):
            return _numbered(rows[row][column] for row, column in blanks)
        case Program(_, cases):
            return "; ".join(f"{case.call} → {case.expected}" for case in cases)
        case never:
            assert_never(never)


def _numbered(texts: Iterable[str]) -> str:
    return "; ".join(f"{number(n)}: {text}" for n, text in enumerate(texts))

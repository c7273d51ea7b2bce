"""What a key shows of a question beside its prompt, for every format: a verdict on each option, and titled sections."""

from dataclasses import dataclass
from typing import assert_never

from exporters.wording import minutes
from vlearn.blocks import Block, Text
from vlearn.questions.answer_key import answer_blocks
from vlearn.questions.labels import letter
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


def sections(question: Question) -> tuple[tuple[str, tuple[Block, ...]], ...]:
    """The answer and, where the author wrote one, the worked solution."""
    named = (("Answer", answer_blocks(question)), ("Solution", question.solution))
    return tuple((title, blocks) for title, blocks in named if blocks)


def about(question: Question) -> str:
    """Which question this is, for the person who grades or edits it."""
    facts = (question.id, question.objective, question.kind, question.bloom.value, f"difficulty {question.difficulty}")
    sources = [f"generator {question.generator}"] * bool(question.generator) + [question.source] * bool(question.source)
    return " · ".join((*facts, minutes(question.minutes), *sources))

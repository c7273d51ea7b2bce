"""Grading: points, and a reason beside every part of them, for every kind of question.

The rules of partial credit are in `vlearn.questions.credit`, the forms of responses in `vlearn.questions.responses`.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from vlearn.errors import ResponseError
from vlearn.questions import credit
from vlearn.questions.credit import Part, Parts, Worth
from vlearn.questions.model import (
    Answer,
    Classification,
    Cloze,
    Criterion,
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
from vlearn.questions.program import program
from vlearn.questions.responses import FORMS, Marks, Response, UnreadableError, shortened, text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some points were given, or not, in Markdown; below zero for a wrong tick of a multiple choice.

    `missed` are the points that a wrong entry forwent; an entry that was left empty has missed nothing.
    """

    points: Fraction
    text: str
    missed: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Grade:
    """What a response earns: the sum of its reasons, but not below zero. `by_hand` where a person has yet to decide."""

    points: Fraction
    out_of: Fraction
    reasons: tuple[Reason, ...]
    by_hand: bool = False


def grade(question: Question, response: Response | None, worth: Worth = None) -> Grade:
    """Grade a response; None is an unanswered question. ResponseError says what form a response must have.

    `worth` states for a question with options what share of the points ticking each of them earns.
    """
    if response is None:
        return Grade(Fraction(0), question.points, (Reason(Fraction(0), "unanswered"),))
    try:
        parts = _parts(question.answer, response, worth)
    except UnreadableError as error:
        form = FORMS[question.kind]
        raise ResponseError(
            f"question {question.id!r}: the response {shortened(repr(response))} cannot be graded: {error}; "
            f"a response to a {question.kind} question is {form}"
        ) from None
    reasons = tuple(Reason(p.share * question.points, p.why, p.missed * question.points) for p in parts)
    points = max(Fraction(0), sum((reason.points for reason in reasons), Fraction(0)))
    by_hand = isinstance(question.answer, Essay) and not isinstance(response, Marks)
    return Grade(points, question.points, reasons, by_hand)


def _parts(answer: Answer, response: Response, worth: Worth) -> Parts:
    match answer:
        case SingleChoice(options, correct):
            return credit.single_choice(options, correct, response, worth)
        case MultipleChoice():
            return credit.multiple_choice(answer, response, worth)
        case TrueFalse():
            return credit.true_false(answer, response)
        case Numeric():
            return credit.numeric(answer, response)
        case ShortText():
            return credit.short_text(answer, response)
        case Matching(_, right, key):
            return credit.keyed(key, len(right), response)
        case Ordering():
            return credit.ordering(answer, response)
        case Cloze(_, gaps):
            return credit.cloze(gaps, response)
        case Classification(categories, _, key):
            return credit.keyed(key, len(categories), response)
        case Essay(rubric):
            return _essay(rubric, response)
        case TraceTable(_, rows, blanks):
            return credit.trace([rows[row][column] for row, column in blanks], response)
        case Program():
            return program(answer, text(response))
        case never:
            assert_never(never)


def _essay(rubric: tuple[Criterion, ...], response: Response) -> Parts:
    if not isinstance(response, Marks):
        text(response)
        return tuple(Part(Fraction(0), f"to be marked: {criterion.text}") for criterion in rubric)
    if len(response.shares) != len(rubric) or not all(0 <= share <= 1 for share in response.shares):
        raise UnreadableError(f"the rubric has {len(rubric)} lines")
    return tuple(Part(c.share * share, c.text) for c, share in zip(rubric, response.shares, strict=True))

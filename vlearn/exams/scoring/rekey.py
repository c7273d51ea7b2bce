"""Another key for a question, stated in texts, so that one statement fits every form however its options are shuffled.

A choice is stated as the text of an option, several as a list, a true-false question as `{verdict: true, reason: ...}`,
a matching or a classification as a mapping, an ordering, a cloze or a trace as a list. Left out: essays, whose points a
person gives, and programs.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias, assert_never

from vlearn.errors import ResponseError, did_you_mean
from vlearn.questions import notation
from vlearn.questions.model import (
    Answer,
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
from vlearn.questions.validity import folded, problems

Stated: TypeAlias = str | list[str] | dict[str, str]

HOW: dict[str, str] = {
    "single-choice": "the text of an option",
    "multiple-choice": "a list of the texts of all right options",
    "true-false": "a mapping: {verdict: true, reason: the text of a reason}",
    "numeric": "a number",
    "short-text": "a text",
    "matching": "a mapping from each left side to its right side",
    "ordering": "a list of all items in the right order",
    "cloze": "a list with the text of each gap",
    "classification": "a mapping from each item to its category",
    "trace": "a list with the text of each blank cell, row by row",
}
"""How a key is stated for each kind of question that can have another."""


class _UnfitError(Exception):
    """A statement does not fit its question; the message says which part, if that is not plain."""


def rekeyed(question: Question, stated: Stated) -> Question:
    """The question with this key. Raises ResponseError that says how the key of such a question is stated."""
    if question.kind not in HOW:
        told = f"{question.kind} questions have no other key; `drop` it or give `full_points`"
        raise ResponseError(f"question {question.id!r}: {told}")
    try:
        made = replace(question, answer=_answer(question.answer, stated))
        found = [problem.text for problem in problems(made) if problem.where != ("prompt",)]
    except _UnfitError as error:
        found = [str(error)]
    if found:
        why = f": {found[0]}" if found[0] else ""
        told = f"the key of a {question.kind} question is {HOW[question.kind]}"
        raise ResponseError(f"question {question.id!r}: {stated!r} is no key for it{why}; {told}")
    return made


def _answer(answer: Answer, stated: Stated) -> Answer:
    match answer, stated:
        case SingleChoice(options), str():
            return replace(answer, correct=_index([o.text for o in options], stated))
        case MultipleChoice(options), list():
            texts = [o.text for o in options]
            return replace(answer, correct=frozenset(_index(texts, text) for text in stated))
        case TrueFalse(_, reasons), {"verdict": ("true" | "false") as verdict, "reason": str(reason), **rest} if (
            not rest
        ):
            return TrueFalse(verdict == "true", reasons, _index([o.text for o in reasons], reason))
        case Numeric(base=base), str():
            try:
                return replace(answer, value=notation.parse(stated, base))
            except ValueError as error:
                raise _UnfitError(str(error)) from None
        case ShortText(), str():
            return replace(answer, accepted=(stated,))
        case Matching(left, right), dict():
            return replace(answer, key=_assigned(left, right, stated))
        case Classification(categories, items), dict():
            return replace(answer, key=_assigned(items, categories, stated))
        case Ordering(items), list():
            return replace(answer, key=_order(items, stated))
        case Cloze(_, gaps), list() if len(stated) == len(gaps):
            return replace(answer, gaps=tuple(replace(g, accepted=(t,)) for g, t in zip(gaps, stated, strict=True)))
        case TraceTable(_, rows, blanks), list() if len(stated) == len(blanks):
            filled = [list(row) for row in rows]
            for (row, column), text in zip(blanks, stated, strict=True):
                filled[row][column] = text
            return replace(answer, rows=tuple(map(tuple, filled)))
        case (
            SingleChoice()
            | MultipleChoice()
            | TrueFalse()
            | Numeric()
            | ShortText()
            | Matching()
            | Classification()
            | Ordering()
            | Cloze()
            | TraceTable()
            | Essay()
            | Program(),
            _,
        ):
            raise _UnfitError
        case never:
            assert_never(never)


def _index(texts: Sequence[str], wanted: str) -> int:
    found = [index for index, text in enumerate(texts) if folded(text) == folded(wanted)]
    if not found:
        raise _UnfitError(f"there is no {wanted!r}{did_you_mean(wanted, texts)}")
    return found[0]


def _assigned(items: Sequence[str], targets: Sequence[str], stated: dict[str, str]) -> tuple[int, ...]:
    given = {_index(items, item): _index(targets, target) for item, target in stated.items()}
    if missing := [items[index] for index in range(len(items)) if index not in given]:
        raise _UnfitError(f"{missing[0]!r} is missing")
    return tuple(given[index] for index in range(len(items)))


def _order(items: Sequence[str], stated: list[str]) -> tuple[int, ...]:
    """Equal texts are interchangeable: each is used once."""
    left = dict(enumerate(items))
    order = []
    for wanted in stated:
        order.append(list(left)[_index(list(left.values()), wanted)])
        del left[order[-1]]
    if left:
        raise _UnfitError(f"{next(iter(left.values()))!r} is missing")
    return tuple(order)

"""A question with its items in another order, and its key with them: just another question.

Left-hand sides, categories, gaps and the rows of a trace keep their order. Options that speak of each other's letters
("both A and B") are not supported; `vlearn.questions.lint` finds them.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import TypeVar, assert_never

from vlearn.questions.model import (
    Answer,
    Classification,
    Cloze,
    Essay,
    Gap,
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

T = TypeVar("T")


def shuffled(question: Question, rng: Random) -> Question:
    """The same question in an order that `rng` decides. Things to be ordered never come in the right order already."""
    return replace(question, answer=_shuffled(question.answer, rng))


def _shuffled(answer: Answer, rng: Random) -> Answer:
    match answer:
        case SingleChoice(options, correct):
            order = _order(options, rng)
            return SingleChoice(_in(order, options), order.index(correct))
        case MultipleChoice(options, chosen):
            order = _order(options, rng)
            return MultipleChoice(_in(order, options), frozenset(order.index(index) for index in chosen))
        case TrueFalse(truth, reasons, correct):
            order = _order(reasons, rng)
            return TrueFalse(truth, _in(order, reasons), order.index(correct))
        case Matching(left, right, key):
            order = _order(right, rng)
            return Matching(left, _in(order, right), tuple(order.index(index) for index in key))
        case Ordering():
            return _disordered(answer, rng)
        case Cloze(text, gaps):
            return Cloze(text, tuple(Gap(gap.accepted, _in(_order(gap.choices, rng), gap.choices)) for gap in gaps))
        case Classification(categories, items, key):
            order = _order(items, rng)
            return Classification(categories, _in(order, items), _in(order, key))
        case Numeric() | ShortText() | Essay() | TraceTable() | Program():
            return answer
        case never:
            assert_never(never)


def _disordered(ordering: Ordering, rng: Random) -> Ordering:
    items, key = ordering.items, ordering.key
    right = _in(key, items)
    order = _order(items, rng)
    while _in(order, items) == right and len(set(items)) > 1:
        order = _order(items, rng)
    return Ordering(_in(order, items), tuple(order.index(index) for index in key))


def _order(items: Sequence[object], rng: Random) -> tuple[int, ...]:
    return tuple(rng.sample(range(len(items)), len(items)))


def _in(order: Sequence[int], items: Sequence[T]) -> tuple[T, ...]:
    return tuple(items[index] for index in order)

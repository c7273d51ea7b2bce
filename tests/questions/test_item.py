"""What a student sees of a question holds nothing of its key, its feedback or its solution."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.questions.samples import ANSWERS, question
from vlearn.blocks import Text
from vlearn.questions.item import item
from vlearn.questions.model import (
    Case,
    Cloze,
    Criterion,
    Essay,
    Gap,
    MultipleChoice,
    Numeric,
    Option,
    Program,
    ShortText,
    SingleChoice,
    TraceTable,
    TrueFalse,
)

SECRET = "1234567"
HIDING = (Option("a", SECRET), Option("b", SECRET))

HIDDEN = {
    "single-choice": SingleChoice(HIDING, 1),
    "multiple-choice": MultipleChoice(HIDING, frozenset({1})),
    "true-false": TrueFalse(True, HIDING, 1),
    "numeric": Numeric(Fraction(SECRET), Fraction(SECRET)),
    "short-text": ShortText((SECRET,)),
    "cloze": Cloze("[[1]]", (Gap((SECRET,)),)),
    "essay": Essay((Criterion(SECRET, Fraction(1)),)),
    "trace": TraceTable(("a", "b"), (("1", SECRET),), ((0, 1),)),
    "code": Program("def f():", (Case(f"f({SECRET})", SECRET),), reference=SECRET),
}
OTHER_KEYS = {
    "single-choice": {"correct": 0},
    "multiple-choice": {"correct": frozenset({1})},
    "true-false": {"truth": True, "correct": 0},
    "matching": {"key": (2, 1, 0)},
    "ordering": {"key": (0, 1, 2, 3)},
    "classification": {"key": (1, 1, 1)},
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_no_secret_text_is_in_an_item(kind):
    asked = question(
        HIDDEN[kind], id=SECRET, objective=SECRET, solution=(Text(SECRET),), source=SECRET, generator=SECRET
    )
    assert SECRET not in repr(item(asked))


@pytest.mark.parametrize("kind", OTHER_KEYS)
def test_another_key_makes_no_other_item(kind):
    asked = question(ANSWERS[kind])
    assert item(replace(asked, answer=replace(asked.answer, **OTHER_KEYS[kind]))) == item(asked)


def test_every_kind_is_tried():
    assert HIDDEN.keys() | OTHER_KEYS.keys() == ANSWERS.keys()

"""What keeps a question from being asked. Faults that a question file can have are in test_bank; here are others."""

from fractions import Fraction

import pytest
from hypothesis import given, settings

from tests.questions.samples import ANSWERS, OPTIONS, question, questions
from vlearn.questions.model import (
    Classification,
    Cloze,
    Gap,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    SingleChoice,
    TraceTable,
)
from vlearn.questions.validity import folded, problems

UNSOUND = [
    (SingleChoice(OPTIONS, 4), "the key 4 is not among the options, 0 to 3"),
    (SingleChoice(OPTIONS, -1), "the key -1 is not among the options"),
    (MultipleChoice(OPTIONS, frozenset({0, 7})), "the key 7 is not among the options"),
    (Numeric(Fraction(1), base=2), "the base is 2; it must be 10 or 16"),
    (Numeric(Fraction(1, 2), base=16), "a hexadecimal number must be whole"),
    (Matching(("a", "b"), ("x", "y"), (0,)), "the key has 1 entry; it must have 2"),
    (Matching(("a", "b"), ("x", "y"), (0, 2)), "the key 2 is not among the choices, 0 to 1"),
    (Ordering(("a", "b"), (0, 0)), "must name each of the 2 items once"),
    (Classification(("a", "b"), ("x", "y"), (0, -1)), "the key -1 is not among the choices"),
    (Cloze("[[1]]", (Gap((), ()),)), "gap 1: entries of `accepted`: there are 0"),
    (Cloze("[[1]]", (Gap(("a",), ("a",)),)), "gap 1: entries of `choices`: there is 1"),
    (TraceTable(("a", "b"), (("1", "2"),), ((0, 1), (0, 0))), "must name each cell once, row by row"),
    (TraceTable(("a",), (("1",),), ((0, 1),)), "names row 1, column 2; the table has 1 row and 1 column"),
]


@pytest.mark.parametrize(("answer", "fragment"), UNSOUND, ids=[fragment for _, fragment in UNSOUND])
def test_an_unsound_answer_is_told(answer, fragment):
    assert any(fragment in problem.text for problem in problems(question(answer)))


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_sound_question_has_no_problems(kind):
    assert problems(question(ANSWERS[kind])) == ()


@settings(deadline=None, max_examples=60)
@given(questions)
def test_every_question_these_tests_draw_is_sound(drawn):
    assert problems(drawn) == ()


def test_text_is_folded_as_students_vary_it():
    assert folded("  `EPT`\n Violation ") == folded("ept violation")

"""Every kind of task has fields, and what is filled into them is the response that grading reads."""

import re
from fractions import Fraction
from random import Random

import pytest

from vlearn.blocks import Text
from vlearn.lab.task_fields import fields, response
from vlearn.questions import model as m
from vlearn.questions.grade import grade
from vlearn.questions.item import task
from vlearn.questions.shuffle import shuffled

NO, YES = m.Option("wrong `x`", "SECRET one"), m.Option("right", "SECRET two")
CASES = (m.Case("f(2)", "4"),)

# An answer, and what a student who knows it fills in.
RIGHT = [
    (m.SingleChoice((NO, YES), 1), {"q": ["1"]}),
    (m.MultipleChoice((YES, NO, YES), frozenset({0, 2})), {"q": ["0", "2"]}),
    (m.TrueFalse(False, (NO, YES), 1), {"q": ["0"], "q-why": ["1"]}),
    (m.TrueFalse(True, (YES, NO), 0), {"q": ["1"], "q-why": ["0"]}),
    (m.Numeric(Fraction(24), unit="bytes"), {"q": ["24 bytes"]}),
    (m.Numeric(Fraction(0x1F000), base=16), {"q": ["0x1F000"]}),
    (m.ShortText(("shadow paging",)), {"q": ["Shadow  paging"]}),
    (m.Matching(("a", "b"), ("x", "y", "z"), (2, 0)), {"q-0": ["2"], "q-1": ["0"]}),
    (m.Ordering(("second", "first"), (1, 0)), {"q": ["1", "0"]}),
    (
        m.Cloze("A [[1]] and `a [[2]]`", (m.Gap(("guest",)), m.Gap(("two",), ("one", "two")))),
        {"q-1": ["guest"], "q-2": ["1"]},
    ),
    (m.Classification(("x", "y"), ("a", "b"), (1, 0)), {"q-0": ["1"], "q-1": ["0"]}),
    (
        m.TraceTable(("n", "v"), (("1", "SECRET9"), ("SECRET8", "3")), ((0, 1), (1, 0))),
        {"q-0": ["SECRET9"], "q-1": ["SECRET8"]},
    ),
    (m.Program("def f(n):\n    ...\n", CASES), {"q": ["def f(n):\n    return n * n\n"]}),
]


def question(answer: m.Answer) -> m.Question:
    one = Fraction(1)
    return m.Question("ch06-q", "ch06-walk-page-table", (Text("?"),), answer, (), one, one, 1, m.Bloom.APPLY)


@pytest.mark.parametrize(("answer", "values"), RIGHT)
def test_a_right_answer_earns_every_point(answer, values):
    asked = question(answer)
    assert grade(asked, response(task(asked), "q", values)).points == 1


@pytest.mark.parametrize(("answer", "values"), RIGHT)
def test_every_value_has_a_field_and_the_field_an_option_for_it(answer, values):
    html = fields(task(question(answer)), "q")
    for name, given in values.items():
        assert f'name="{name}"' in html
        for value in given:
            assert f'value="{value}"' in html or re.search(rf'<(input type="text"|textarea) name="{name}"', html)


@pytest.mark.parametrize(("answer", "values"), RIGHT)
def test_the_fields_hold_no_key(answer, values):
    assert "SECRET" not in fields(task(question(answer)), "q")


@pytest.mark.parametrize(("answer", "values"), RIGHT)
def test_an_empty_form_is_no_response(answer, values):
    blank = {name: [""] for name in values if not isinstance(answer, (m.Ordering, m.SingleChoice, m.MultipleChoice))}
    assert response(task(question(answer)), "q", {}) is None
    assert response(task(question(answer)), "q", blank) is None


def test_an_order_left_as_it_was_shown_is_no_response():
    asked = task(question(m.Ordering(("second", "third", "first"), (2, 0, 1))))
    assert response(asked, "q", {"q": ["0", "1", "2"]}) is None
    assert response(asked, "q", {"q": ["1", "0", "2"]}) == [1, 0, 2]


def test_an_unfilled_field_among_filled_ones_is_none():
    asked = task(question(m.Matching(("a", "b"), ("x", "y"), (0, 1))))
    assert response(asked, "q", {"q-0": [""], "q-1": ["1"]}) == [None, 1]


def test_an_essay_is_text_to_be_marked():
    essay = question(m.Essay((m.Criterion("names the cost", Fraction(1)),), 4))
    assert grade(essay, response(task(essay), "q", {"q": ["It costs."]})).by_hand


def test_every_field_has_a_label():
    for answer, _ in RIGHT:
        html = fields(task(question(shuffled_answer(answer))), "q")
        for field in re.findall(r"<(?:input type=\"text\"|select|textarea)[^>]*>", html):
            assert re.search(r'aria-label="[^"]+"', field)


def shuffled_answer(answer):
    return shuffled(question(answer), Random(1)).answer

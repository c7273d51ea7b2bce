from fractions import Fraction

import pytest

from exporters.wording import ask, minutes, points, summary
from vlearn.exams.form import Form
from vlearn.questions.item import task
from vlearn.questions.model import KINDS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1), "1 point"),
        (Fraction(2), "2 points"),
        (Fraction(1, 2), "0.5 points"),
        (Fraction(1, 3), "1/3 points"),
    ],
)
def test_points_are_written_as_people_write_them(value: Fraction, text: str) -> None:
    assert points(value) == text


def test_minutes_and_the_sum_of_a_paper(form: Form) -> None:
    assert minutes(Fraction(5, 2)) == "2.5 min"
    assert summary(form.paper) == "12 questions · 39 points · 36 min"


def test_every_kind_says_what_is_to_be_done_in_one_sentence_or_two(form: Form) -> None:
    asked = {question.kind: ask(task(question)) for question in form.questions}
    assert set(asked) == set(KINDS)
    assert len(set(asked.values())) == len(KINDS)
    assert all(text.endswith(".") for text in asked.values())

"""A question that a text above asks: the fields alone, graded and recorded as often as it is answered."""

from fractions import Fraction

import pytest

from tests.questions.samples import ANSWERS, entry_of, question
from vlearn.errors import BankError
from vlearn.lab import answer, answering
from vlearn.lab.record import student_record
from vlearn.questions.bank import Bank
from vlearn.questions.model import KINDS, Numeric

WRITTEN = {kind: question(ANSWERS[kind], id=f"ch06-{kind}", objective="ch06-count-references") for kind in KINDS}


def drawn(rng):
    return question(
        Numeric(Fraction(rng.randrange(10**6))), id="ch06-drawn", objective="ch06-count-references", generator="draw"
    )


@pytest.fixture(autouse=True)
def small_bank(monkeypatch):
    generated = entry_of(question(Numeric(Fraction(0)), id="ch06-drawn", generator="draw"), make=drawn, variants=5)
    bank = Bank((*map(entry_of, WRITTEN.values()), generated))
    monkeypatch.setattr(answering, "course_bank", lambda: bank)


def test_the_form_has_the_fields_and_nothing_of_the_key():
    data, _ = answer("ch06-single-choice")._repr_mimebundle_()
    assert "option three" in data["text/html"]
    assert "What is right?" not in data["text/html"], "the text above asks"
    assert "feedback" not in data["text/html"]
    assert data["text/plain"] == "What is right?"


def test_an_answer_is_graded_and_recorded_each_time():
    asked = answer("ch06-short-text")
    assert [asked.answer(text).state for text in ("EPT fault", "ept violation")] == ["wrong", "right"]
    assert [(a.id, a.score) for a in student_record().attempts()] == [
        ("ch06-short-text", 0.0),
        ("ch06-short-text", 1.0),
    ]


def test_the_form_grades_what_was_filled_in_and_asks_for_something():
    asked = answer("ch06-numeric")
    results, done = asked._graded({})
    assert not done
    assert "Fill in an answer" in results["all"]
    results, done = asked._graded({"q0": ["24"]})
    assert done
    assert "✓ Right." in results["all"]


def test_a_variant_is_always_the_same_and_counts_for_its_question():
    first, second = answer("ch06-drawn-v1"), answer("ch06-drawn-v2")
    assert first.question == answer("ch06-drawn-v1").question == answer("ch06-drawn").question
    assert first.question.answer != second.question.answer
    second.answer("1")
    assert [a.id for a in student_record().attempts()] == ["ch06-drawn"]


@pytest.mark.parametrize("id", ["ch06-nothing", "ch06-numeric-v1", "ch06-drawn-v6", "ch06-drawn-v0", "ch06-drawn-vx"])
def test_a_question_that_the_bank_does_not_have_is_one_clear_error(id):
    with pytest.raises(BankError, match=id):
        answer(id)

"""Every student file is read in full, down to the streams and strings of a PDF, for what only instructors may see."""

import re
from collections.abc import Callable

import pytest

from tests.exporters.reading import Format, in_every_format
from vlearn.exams.form import Form

CANARY = "Zqxjkv"
SECRET_NUMBERS = ("918273645", "20261")  # the numeric answer, the seed
ONLY_FOR_INSTRUCTORS = ("ch06-walk", "difficulty", "Answer key")


@pytest.fixture(scope="module")
def secret_form(make_form: Callable[..., Form]) -> Form:
    count = iter(range(1000))
    return make_form(hide=lambda text: f"{CANARY}{next(count)}")


@in_every_format
def test_a_paper_holds_nothing_that_is_hidden(format: Format, secret_form: Form) -> None:
    text = format.everything(format.exporter.paper(secret_form.paper))
    assert "Question 12" in text, "the reader reads"
    assert CANARY not in text
    for secret in (*SECRET_NUMBERS, *ONLY_FOR_INSTRUCTORS):
        assert secret not in text, secret


@in_every_format
def test_the_same_reader_finds_all_of_it_in_the_key(format: Format, secret_form: Form) -> None:
    text = format.everything(format.exporter.key(secret_form))
    hidden = set(re.findall(rf"{CANARY}\d+", repr(secret_form)))
    assert len(hidden) > 60
    assert hidden - set(re.findall(rf"{CANARY}\d+", text)) == set()
    assert all(number in text for number in SECRET_NUMBERS)


@in_every_format
def test_a_paper_does_not_change_with_the_key(
    format: Format, make_form: Callable[..., Form], secret_form: Form
) -> None:
    assert format.exporter.paper(secret_form.paper) == format.exporter.paper(make_form().paper)

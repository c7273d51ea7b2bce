"""Every student file is read in full, down to the streams and strings of a PDF, for what only instructors may see."""

import re
from collections.abc import Callable

import pytest

from exporters import html, notebook, pdf
from tests.exporters.reading import all_of_html, all_of_notebook, all_of_pdf
from vlearn.exams.form import Form

CANARY = "Zqxjkv"
SECRET_NUMBERS = ("918273645", "20261")  # the numeric answer, the seed
ONLY_FOR_INSTRUCTORS = ("ch06-walk", "difficulty", "Answer key")


@pytest.fixture(scope="module")
def secret_form(make_form: Callable[..., Form]) -> Form:
    count = iter(range(1000))
    return make_form(hide=lambda text: f"{CANARY}{next(count)}")


FORMATS = [(html, all_of_html), (pdf, all_of_pdf), (notebook, all_of_notebook)]


@pytest.mark.parametrize(("exporter", "read"), FORMATS, ids=["html", "pdf", "notebook"])
def test_a_paper_holds_nothing_that_is_hidden(exporter, read, secret_form: Form) -> None:  # type: ignore[no-untyped-def]
    text = read(exporter.paper(secret_form.paper))
    assert "Question 12" in text, "the reader reads"
    assert CANARY not in text
    for secret in (*SECRET_NUMBERS, *ONLY_FOR_INSTRUCTORS):
        assert secret not in text, secret


@pytest.mark.parametrize(("exporter", "read"), FORMATS, ids=["html", "pdf", "notebook"])
def test_the_same_reader_finds_all_of_it_in_the_key(exporter, read, secret_form: Form) -> None:  # type: ignore[no-untyped-def]
    text = read(exporter.key(secret_form))
    hidden = set(re.findall(rf"{CANARY}\d+", repr(secret_form)))
    assert len(hidden) > 60
    assert hidden - set(re.findall(rf"{CANARY}\d+", text)) == set()
    assert all(number in text for number in SECRET_NUMBERS)


def test_a_paper_does_not_change_with_the_key(make_form: Callable[..., Form], secret_form: Form) -> None:
    for exporter in (html, pdf, notebook):
        assert exporter.paper(secret_form.paper) == exporter.paper(make_form().paper)

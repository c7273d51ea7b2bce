"""The page grades as `vlearn.questions.grade` does, whatever is asked and whatever is answered."""

import sys
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.practice_locks import locked
from tests.exporters.practice.conftest import Grader
from tests.questions.samples import ANSWERS, question, questions
from tests.questions.test_grade import EARNS
from vlearn.questions.answer_key import key_response
from vlearn.questions.grade import Grade, grade
from vlearn.questions.labels import index_of
from vlearn.questions.model import (
    KINDS,
    Classification,
    Cloze,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    Question,
    ShortText,
    SingleChoice,
    TraceTable,
    TrueFalse,
)
from vlearn.questions.notation import written
from vlearn.questions.validity import folded
from vlearn.render.markdown import to_html_inline, to_plain_inline

SALT = bytes(range(16))


def asked_of_page(grader: Grader, asked: Question, response: Any) -> dict[str, Any]:
    given = sorted(response) if isinstance(response, set | frozenset) else response
    found = grader({"question": locked(asked, SALT, ""), "response": given})
    assert isinstance(found, dict)
    return found


def assert_agree(asked: Question, page: dict[str, Any], expected: Grade) -> None:
    assert page["share"] * asked.points == pytest.approx(float(expected.points)), page
    shares = [float(reason.points / asked.points) for reason in expected.reasons]
    assert [reason["share"] for reason in page["reasons"]] == pytest.approx(shares)
    if not isinstance(asked.answer, Numeric):  # a number is quoted as it was written
        for ours, theirs in zip(page["reasons"], expected.reasons, strict=True):
            said = ours["text"].replace("\0", "\N{REPLACEMENT CHARACTER}")  # as Markdown shows it
            assert to_plain_inline(theirs.text).startswith(" ".join(said.split()))


def indices(asked: Question, response: Any) -> Any:
    """A response of the table with indices for letters, as the page's fields give it."""

    def index(value: Any) -> Any:
        found = index_of(value, 26) if isinstance(value, str) and len(value) == 1 else None
        return value if found is None else found

    match asked.answer:
        case ShortText() | Numeric() | Cloze() | TraceTable():
            return response
        case _ if isinstance(response, set | tuple | list):
            return type(response)(map(index, response))
        case _:
            return index(response)


FROM_A_PAGE = [
    row
    for row in EARNS
    if row[0] != "essay" and (row[0] != "numeric" or isinstance(row[1], str)) and row[1] not in ("", set())
]


@pytest.mark.parametrize(("kind", "response", "share"), FROM_A_PAGE)
def test_a_response_earns_on_the_page_what_it_earns_elsewhere(
    grader: Grader, kind: str, response: Any, share: Fraction
) -> None:
    asked = question(ANSWERS[kind])
    page = asked_of_page(grader, asked, indices(asked, response))
    assert page["share"] == pytest.approx(float(share))
    assert_agree(asked, page, grade(asked, response))


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"essay", "code"}))
def test_the_key_earns_everything_and_nothing_answered_earns_nothing(grader: Grader, kind: str) -> None:
    asked = question(ANSWERS[kind])
    assert asked_of_page(grader, asked, key_response(asked))["share"] == 1
    assert asked_of_page(grader, asked, None)["share"] == 0


@pytest.mark.parametrize("kind", ["essay", "code"])
def test_what_a_person_must_judge_is_left_to_the_student(grader: Grader, kind: str) -> None:
    assert asked_of_page(grader, question(ANSWERS[kind]), "text")["own"]


def test_feedback_comes_with_the_option_that_was_ticked_and_no_other(grader: Grader) -> None:
    (reason,) = asked_of_page(grader, question(ANSWERS["single-choice"]), 1)["reasons"]
    assert reason["why"] == "feedback two"


def near(answer: Numeric) -> st.SearchStrategy[str]:
    """Numbers at, just within and just beyond the ends of the interval, and text that is no number."""
    ends = (answer.value - answer.tolerance, answer.value, answer.value + answer.tolerance)
    close = st.builds(lambda end, by: end + by, st.sampled_from(ends), st.sampled_from((0, Fraction(1, 10**9), -1)))
    as_text = st.one_of(close, st.fractions(max_denominator=1000)).map(written)
    units = st.sampled_from(("", " ", answer.unit, f" {answer.unit} ", "x"))
    return st.one_of(st.builds(str.__add__, as_text, units), st.text("0123456789abcdefx_, .-+'/\N{MINUS SIGN}"))


def like(texts: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A text as a student may vary it, or another."""
    vary = st.sampled_from((str, str.upper, str.casefold, "  {}\t".format, "`{}`".format, "{}s".format))
    return st.one_of(st.builds(lambda text, how: how(text), st.sampled_from(texts), vary), st.text(max_size=4)).filter(
        str.strip
    )


@st.composite
def answered(draw: st.DrawFn) -> tuple[Question, Any]:
    asked = draw(questions)
    match asked.answer:
        case SingleChoice(options):
            response: Any = draw(st.integers(0, len(options) - 1))
        case MultipleChoice(options):
            response = draw(st.frozensets(st.integers(0, len(options) - 1), min_size=1))
        case TrueFalse(_, reasons):
            response = (draw(st.booleans()), draw(st.none() | st.integers(0, len(reasons) - 1)))
        case Numeric():
            response = draw(near(asked.answer))
        case ShortText(accepted):
            response = draw(like(accepted))
        case Matching(left, right):
            response = draw(entries(len(left), st.integers(0, len(right) - 1)))
        case Classification(categories, items):
            response = draw(entries(len(items), st.integers(0, len(categories) - 1)))
        case Ordering(items):
            response = draw(st.permutations(range(len(items))))
        case Cloze(_, gaps):
            response = [draw(st.none() | like(gap.accepted)) for gap in gaps]
        case TraceTable(_, rows, blanks):
            response = [draw(st.none() | like((rows[r][c],))) for r, c in blanks]
        case _:
            response = None
    return asked, response


def entries(count: int, one: st.SearchStrategy[int]) -> st.SearchStrategy[list[int | None]]:
    return st.lists(st.none() | one, min_size=count, max_size=count)


@settings(deadline=None, max_examples=200)
@given(answered())
def test_the_page_and_the_course_agree_on_every_response(grader: Grader, case: tuple[Question, Any]) -> None:
    asked, response = case
    page = asked_of_page(grader, asked, response)
    assert_agree(asked, page, grade(asked, response))
    if isinstance(asked.answer, SingleChoice):
        assert [reason["why"] for reason in page["reasons"]] == [
            to_html_inline(asked.answer.options[response].feedback)
        ]


NUMBERS = [
    "1,024",
    "1 024",
    "1_024",
    "1'024",
    "0x400",
    "0X4_00",
    "1024.0",
    "2048/2",
    "+1024",
    " 1024 ",
    "1,0,24",
    "1024.",
]


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("base", [10, 16])
def test_a_number_may_be_written_in_every_way_that_the_course_reads(grader: Grader, text: str, base: int) -> None:
    asked = question(Numeric(Fraction(1024), base=base))
    assert asked_of_page(grader, asked, text)["share"] == grade(asked, text).points / 3


@pytest.mark.parametrize("text", NUMBERS)
def test_a_cell_that_holds_a_number_takes_it_however_it_is_written(grader: Grader, text: str) -> None:
    asked = question(TraceTable(("n",), (("1024",),), ((0, 0),)))
    assert asked_of_page(grader, asked, [text])["share"] == grade(asked, [text]).points / 3


def test_letter_case_counts_where_it_does(grader: Grader) -> None:
    asked = question(ShortText(("CR3",), case_sensitive=True))
    assert [asked_of_page(grader, asked, text)["share"] for text in ("CR3", " `CR3` ", "cr3")] == [1, 1, 0]


def test_browsers_fold_letters_as_the_course_does(grader: Grader) -> None:
    """Two letters are alike in both or in neither: all that this Python knows, by what they are folded to."""
    letters = [c for c in map(chr, range(sys.maxunicode + 1)) if c.isalpha() and (folded(c) != c or c in "ıß")]
    ours = [folded(c) for c in letters]
    theirs = [grader({"fold": c}) for c in letters]
    assert theirs == [grader({"fold": text}) for text in ours]
    assert len(set(theirs)) == len(set(ours))

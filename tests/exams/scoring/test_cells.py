import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exams.scoring.exam import as_cell
from tests.questions.samples import ANSWERS, question, questions
from vlearn.errors import ResponseError
from vlearn.exams.scoring.cells import WRITTEN, read_cell
from vlearn.questions.answer_key import key_response
from vlearn.questions.grade import grade
from vlearn.questions.model import KINDS, Cloze, Essay, Gap

READ = [
    ("single-choice", " b ", "b"),
    ("single-choice", "", None),
    ("multiple-choice", "A C", frozenset("AC")),
    ("multiple-choice", "A, C;", frozenset("AC")),
    ("multiple-choice", "AC", frozenset("AC")),
    ("true-false", "true B", (True, "B")),
    ("true-false", "F,C", (False, "C")),
    ("true-false", "False", (False, None)),
    ("numeric", "0x1F000", "0x1F000"),
    ("short-text", " EPT violation ", "EPT violation"),
    ("matching", "1:A 2:C", ("A", "C", None)),
    ("matching", "1:A; 3 : B", ("A", None, "B")),
    ("ordering", "B D C A", tuple("BDCA")),
    ("ordering", "bdca", tuple("bdca")),
    ("cloze", "1:ept 2:page frames", ("ept", "page frames")),
    ("cloze", '["at 2: the EPT", null]', ("at 2: the EPT", None)),
    ("cloze", "2:frames", (None, "frames")),
    ("classification", "1:A 2:B 3:A", ("A", "B", "A")),
    ("essay", " Both\ndimensions ", " Both\ndimensions "),
    ("trace", "1:0x1000 2:PDPTE", ("0x1000", "PDPTE")),
    ("trace", "1:10:30 2:b", ("10:30", "b")),
    ("code", "def f():\n    pass\n", "def f():\n    pass\n"),
]


@pytest.mark.parametrize(("kind", "cell", "response"), READ)
def test_a_cell_states_a_response(kind, cell, response):
    assert read_cell(question(ANSWERS[kind]), cell) == response


def test_every_kind_is_in_the_table_and_has_words():
    assert {kind for kind, *_ in READ} == WRITTEN.keys() == KINDS.keys()


def test_one_gap_needs_no_number():
    one = question(Cloze("[[1]]", (Gap(("guest",)),)))
    assert read_cell(one, " guest ") == read_cell(one, "1: guest") == ("guest",)


UNREADABLE = [("true-false", "B"), ("true-false", "true A B"), ("matching", "A B C"), ("cloze", "ept 1:frames")]


@pytest.mark.parametrize(("kind", "cell"), UNREADABLE)
def test_a_cell_that_cannot_be_read_is_told_how_it_is_written(kind, cell):
    with pytest.raises(ResponseError) as raised:
        read_cell(question(ANSWERS[kind]), cell)
    assert str(raised.value).endswith(WRITTEN[kind])


@settings(deadline=None, max_examples=60)
@given(questions)
def test_the_key_as_a_cell_earns_all_points(asked):
    """Texts of gaps may hold anything, so they are written as a list."""
    listed = asked.kind in ("cloze", "trace")
    result = grade(asked, read_cell(asked, json.dumps(key_response(asked)) if listed else as_cell(asked)))
    assert result.by_hand == isinstance(asked.answer, Essay)
    assert result.by_hand or result.points == asked.points


@settings(deadline=None, max_examples=150)
@given(questions, st.text(max_size=30))
def test_whatever_a_cell_holds_is_graded_or_refused(asked, cell):
    try:
        assert 0 <= grade(asked, read_cell(asked, cell)).points <= asked.points
    except ResponseError as error:
        assert asked.id in str(error)  # noqa: PT017

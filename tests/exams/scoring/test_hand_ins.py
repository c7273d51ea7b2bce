"""What students handed in, as tables and as JSON, and every way in which it can be wrong."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.exams.scoring.exam import HEADER, KEY, KINDS, as_cell, row, table
from vlearn.errors import ResponseError
from vlearn.exams.scoring.gradebook import grade_all
from vlearn.exams.scoring.hand_ins import read_hand_ins
from vlearn.exams.scoring.rules import Scoring

LAST = len(KINDS)


def read(tmp_path, content, name="responses.csv", **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_hand_ins([path], KEY, **options)


def handed_in(**changes):
    answers = {str(n): as_cell(q) for n, q in enumerate(KEY.forms["A"], 1) if q.kind in ("numeric", "short-text")}
    return {"exam": KEY.title, "form": "A", "name": "Ada", "student": "s9", "answers": answers, **changes}


def as_json(**changes):
    return json.dumps(handed_in(**changes), indent=2)


def test_a_table_is_read_by_student(tmp_path):
    a, b = read(tmp_path, table(row("s2", "A"), row("s1", "B")))
    assert (a.student, a.name, a.form, a.line) == ("s1", "Name of s1", "B", 3)
    assert (b.student, b.form, b.line) == ("s2", "A", 2)
    assert len(a.answers) == LAST


VARIANTS = {
    "semicolons": lambda rows: table(*rows, delimiter=";"),
    "a byte order mark": lambda rows: "\ufeff" + table(*rows),
    "line feeds": lambda rows: table(*rows).replace("\r\n", "\n"),
    "empty rows": lambda rows: table(*rows).replace("\r\n", "\r\n\r\n") + ",,,\r\n",
    "more columns": lambda rows: table(*([*r, "x@example.org"] for r in rows), header=[*HEADER, "e-mail"]),
    "capitals": lambda rows: table(*rows, header=[name.upper() for name in HEADER]),
}


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_tables_of_every_spreadsheet_are_read(tmp_path, variant):
    answers = [one.answers for one in read(tmp_path, table(row("s1", "A"), row("s2", "B")))]
    given_texts = [[a.given for a in one.answers] for one in read(tmp_path, variant([row("s1", "A"), row("s2", "B")]))]
    assert given_texts == [[a.given for a in one] for one in answers]


def test_the_column_of_the_form_may_have_another_name(tmp_path):
    header = ["version" if name == "form" else name for name in HEADER]
    assert read(tmp_path, table(row("s1", "B"), header=header), form_column="Version")[0].form == "B"


def test_tries_stand_beside_a_question(tmp_path):
    read_in = read(tmp_path, table([*row("s1", "A"), "3", ""], header=[*HEADER, "q2 tries", "q3 tries"]))
    assert [answered.tries for answered in read_in[0].answers[:4]] == [1, 3, 1, 1]


def test_a_line_break_in_a_cell_does_not_shift_lines(tmp_path):
    with pytest.raises(ResponseError, match=r"responses.csv:4: .*no form 'Z'"):
        read(tmp_path, table(row("s1", "A", essay="two\nlines"), ["s2", "", "Z"]))


def test_files_of_a_notebook_are_read_from_a_folder(tmp_path):
    for student in ("s1", "s2"):
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / "responses.json").write_text(as_json(student=student), encoding="utf-8")
    assert [one.student for one in read_hand_ins([tmp_path / "in"], KEY)] == ["s1", "s2"]


SECOND = row("s1", "A")
BAD_TABLES = {
    "no student column": (
        table(SECOND[1:], header=HEADER[1:]),
        "responses.csv:1: the column `student` is missing; the columns are student, form, q1, q2, ...",
    ),
    "a misspelt column": (
        table(SECOND, header=["studnt", *HEADER[1:]]),
        "responses.csv:1: the column `student` is missing; did you mean 'studnt'?",
    ),
    "no form column": (
        table(SECOND, header=[*HEADER[:2], "version", *HEADER[3:]]),
        "responses.csv:1: the column `form` is missing",
    ),
    "no column of a question": (
        table(SECOND[:-1], header=HEADER[:-1]),
        f"responses.csv:1: the column `q{LAST}` is missing",
    ),
    "columns of questions": (
        table(SECOND[:3], header=HEADER[:3]),
        f"responses.csv:1: the columns q1, q2, q3, q4, ..., q{LAST} are missing; the columns are student, form, q1",
    ),
    "a question that does not exist": (
        table([*SECOND, "A"], header=[*HEADER, "q99"]),
        f"responses.csv:1: the column `q99` is of a question that does not exist; the exam has {LAST} questions",
    ),
    "a column twice": (
        table([*SECOND, "A"], header=[*HEADER, "q1"]),
        "responses.csv:1: the column `q1` is there twice",
    ),
    "a student twice": (
        table(SECOND, row("s2", "A"), row("s1", "B")),
        "responses.csv:4: student 's1' is there already, in ",
    ),
    "no student": (table(row("", "A")), "responses.csv:2: the cell in the column `student` is empty"),
    "an unknown form": (table([*row("s1", "A")[:2], "C"]), "responses.csv:2: student 's1': there is no form 'C'"),
    "no form": (table(row("s1", "A")[:2]), "there is no form ''; the forms of this exam are A, B"),
    "too many cells": (
        table([*SECOND, "x"]),
        f"responses.csv:2: this row has {LAST + 4} cells, the header has {LAST + 3}",
    ),
    "bad tries": (table([*SECOND, "0"], header=[*HEADER, "q1 tries"]), "`q1 tries` is '0'; it must be 1, 2, 3, ..."),
    "an open quote": (table(SECOND) + '"s2', "responses.csv:3: this is not CSV"),
    "not UTF-8": (table(SECOND).encode() + b"s\xff", "responses.csv:3: the file is not UTF-8 text"),
    "empty": ("", "responses.csv:1: the column `student` is missing"),
    "only a header": (table(), "nothing was handed in"),
}


@pytest.mark.parametrize(("content", "told"), BAD_TABLES.values(), ids=BAD_TABLES)
def test_a_table_that_is_wrong_is_refused_with_file_and_line(tmp_path, content, told):
    with pytest.raises(ResponseError) as raised:
        read(tmp_path, content)
    assert told in str(raised.value)


BAD_JSON = {
    "not JSON": ('{\n"student": "s1"\n"form": "A"}', "responses.json:3: this is not JSON"),
    "a list": ("[]", "responses.json:1: this is no file of responses"),
    "deep": ("[" * 100_000, "responses.json:1: this is not JSON"),
    "a huge number": ("1" * 10_000, "responses.json:1: this is not JSON"),
    "no answers": (as_json(answers=None), "this is no file of responses"),
    "no student": (as_json(student=None), "responses.json:5: `student` does not say who handed this in"),
    "an unknown form": (as_json(form="Z"), "responses.json:3: there is no form 'Z'; the forms of this exam are A, B"),
    "another exam": (as_json(exam="Another"), "responses.json:2: these are responses to 'Another', not to 'Made up'"),
    "no such question": (as_json(answers={"99": "A"}), "responses.json:7: question '99' does not exist"),
}


@pytest.mark.parametrize(("content", "told"), BAD_JSON.values(), ids=BAD_JSON)
def test_a_notebooks_file_that_is_wrong_is_refused_with_file_and_line(tmp_path, content, told):
    with pytest.raises(ResponseError) as raised:
        read(tmp_path, content, "responses.json")
    assert told in str(raised.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ResponseError, match=r"nowhere.csv:1: the file cannot be read: No such file"):
        read_hand_ins([tmp_path / "nowhere.csv"], KEY)


def test_all_faults_are_told_at_once(tmp_path):
    with pytest.raises(ResponseError) as raised:
        read(tmp_path, table(row("", "A"), ["s2", "x", "Z"], row("s3", "A"), row("s3", "A")))
    assert str(raised.value).startswith("the responses have 3 faults:\n")


anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
any_answers = st.dictionaries(st.sampled_from([str(n) for n in range(1, LAST + 2)]), anything, max_size=6)
NESTED = "[" * 900 + "]" * 900


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_answers, st.one_of(st.just("s1"), anything))
def test_whatever_json_holds_is_graded_or_refused(tmp_path, answers, student):
    try:
        read_in = read(tmp_path, json.dumps(handed_in(answers=answers, student=student)), "responses.json")
        grade_all(read_in, KEY, Scoring())
    except ResponseError as error:
        assert "responses.json" in str(error)  # noqa: PT017


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=60), st.text(max_size=60).map(lambda t: (table(SECOND) + t).encode("utf-8", "replace"))
    )
)
@example(b"\x00")
def test_whatever_bytes_a_table_has_it_is_graded_or_refused(tmp_path, content):
    try:
        grade_all(read(tmp_path, content), KEY, Scoring())
    except ResponseError as error:
        assert str(error)  # noqa: PT017


def test_a_deeply_nested_answer_is_refused_not_a_crash(tmp_path):
    content = as_json(answers={}).replace('"answers": {}', f'"answers": {{"1": {NESTED}}}')
    with pytest.raises(ResponseError, match=r"student 's9', q1: "):
        grade_all(read(tmp_path, content, "responses.json"), KEY, Scoring())

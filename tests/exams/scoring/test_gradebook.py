"""Everybody's grades: by key, by marks, after corrections, and what the questions' statistics say."""

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest

from tests.exams.scoring.exam import FULL_MARKS, KEY, KINDS, as_cell, number, row, table
from vlearn.errors import ResponseError
from vlearn.exams.scoring.analysis import analyse, correlation
from vlearn.exams.scoring.corrections import load_corrections
from vlearn.exams.scoring.gradebook import changes, grade_all
from vlearn.exams.scoring.hand_ins import read_hand_ins
from vlearn.exams.scoring.marks import read_marks
from vlearn.exams.scoring.report_csv import changes_table, grades_table, plain, reasons_table
from vlearn.exams.scoring.report_html import report
from vlearn.exams.scoring.rules import Rule, Scoring, Threshold
from vlearn.questions.labels import letter

ALL = 2 * len(KINDS)
THIRD = Fraction(1, 3)
SCALE = tuple(Threshold(Fraction(least), grade) for least, grade in ((0, "fail"), (50, "pass")))


def hand_ins(tmp_path, *rows):
    (tmp_path / "responses.csv").write_text(table(*rows), encoding="utf-8")
    return read_hand_ins([tmp_path / "responses.csv"], KEY)


def wrong(form):
    """A wrong letter for the single choice of this form."""
    right = KEY.forms[form][number(form, "q-single-choice") - 1].answer.correct
    return letter((right + 1) % 4)


@pytest.fixture
def three(tmp_path):
    """A right student of each form, and one who has a wrong single choice and an empty number."""
    rows = row("s1", "A"), row("s2", "B"), row("s3", "B", single_choice=wrong("B"), numeric="")
    return hand_ins(tmp_path, *rows)


def test_the_key_of_every_form_earns_all_points_but_the_essays(three):
    first, second, third = grade_all(three, KEY, Scoring())
    assert [r.points for r in (first, second, third)] == [ALL - 2, ALL - 2, ALL - 6]
    assert all(r.out_of == ALL and r.by_hand == 1 for r in (first, second, third))


def test_marks_complete_the_points(three):
    results = grade_all(three, KEY, Scoring(scale=SCALE), marks=FULL_MARKS)
    assert [(r.points, r.by_hand, r.grade) for r in results] == [
        (ALL, 0, "pass"),
        (ALL, 0, "pass"),
        (ALL - 4, 0, "pass"),
    ]


def test_every_part_of_the_points_has_a_reason(three):
    for result in grade_all(three, KEY, Scoring(rule=Rule(negative=Fraction(1, 4)))):
        for one in result.scored:
            assert one.grade.reasons
            assert sum(reason.points for reason in one.grade.reasons) == one.grade.points


def test_a_total_is_not_below_zero_unless_it_may_be(tmp_path):
    empty = {question.kind.replace("-", "_"): "" for question in KEY.forms["A"]}
    one = hand_ins(tmp_path, row("s1", "A", **{**empty, "single_choice": wrong("A")}))
    rule = Rule(negative=Fraction(1))
    assert grade_all(one, KEY, Scoring(rule=rule))[0].points == 0
    assert grade_all(one, KEY, Scoring(rule=rule, below_zero=True))[0].points == -2


def test_a_response_that_cannot_be_read_is_refused_with_its_place(tmp_path):
    rows = row("s1", "A", single_choice="Q"), row("s2", "B", true_false="maybe")
    with pytest.raises(ResponseError) as raised:
        grade_all(hand_ins(tmp_path, *rows), KEY, Scoring())
    first, second = str(raised.value).splitlines()[1:]
    assert f"responses.csv:2: student 's1', q{number('A', 'q-single-choice')}: question 'q-single-choice'" in first
    assert f"responses.csv:3: student 's2', q{number('B', 'q-true-false')}: question 'q-true-false'" in second


def test_or_it_earns_nothing_and_is_left_to_a_person(tmp_path):
    (result,) = grade_all(hand_ins(tmp_path, row("s1", "A", single_choice="Q")), KEY, Scoring(), refuse=False)
    assert (result.points, result.by_hand) == (ALL - 4, 2)


MARKS = "student,question,marks\n"
BAD_MARKS = {
    "no column": ("student,question\n", "marks.csv:1: the column `marks` is missing"),
    "no such student": (MARKS + "s7,q-essay,1\n", "marks.csv:2: student 's7' handed nothing in"),
    "no such essay": (MARKS + "s1,q-numeric,1\n", "marks.csv:2: the exam has no essay or program 'q-numeric'"),
    "twice": (MARKS + "s1,q-essay,1 1\ns1,q-essay,1 1\n", "marks.csv:3: student 's1' has marks for 'q-essay' already"),
    "too many": (MARKS + "s1,q-essay,1 1 1\n", "marks.csv:2: marks for 'q-essay' are 2 shares from 0 to 1"),
    "too high": (MARKS + "s1,q-essay,2 0\n", "these are '2 0'"),
}


@pytest.mark.parametrize(("content", "told"), BAD_MARKS.values(), ids=BAD_MARKS)
def test_marks_that_are_wrong_are_refused_with_their_line(tmp_path, three, content, told):
    (tmp_path / "marks.csv").write_text(content, encoding="utf-8")
    with pytest.raises(ResponseError) as raised:
        read_marks(tmp_path / "marks.csv", KEY, three)
    assert told in str(raised.value)


def test_marks_are_read(tmp_path, three):
    (tmp_path / "marks.csv").write_text(MARKS + "s1,q-essay,1/2 1/2\n", encoding="utf-8")
    marks = read_marks(tmp_path / "marks.csv", KEY, three)
    assert grade_all(three, KEY, Scoring(), marks=marks)[0].points == ALL - 1


def corrected(tmp_path, hand_ins, text):
    (tmp_path / "corrections.yaml").write_text(text, encoding="utf-8")
    before = grade_all(hand_ins, KEY, Scoring(scale=SCALE))
    after = grade_all(hand_ins, KEY, Scoring(scale=SCALE), load_corrections(tmp_path / "corrections.yaml", KEY))
    return {change.student: change for change in changes(before, after)}, after


def correction(fields):
    return f"corrections:\n  - {{question: {fields}}}\n"


def option(form, cell):
    return KEY.forms[form][number(form, "q-single-choice") - 1].answer.options[ord(cell) - ord("A")].text


CORRECTED = {  # fields of the correction, and by how much each student's points change
    "accept also": ("q-single-choice, accept: [{wrong}]", {"s3": 2}),
    "accept also, for another form": ("q-single-choice, accept: [{wrong}], forms: [A]", {}),
    "another key": ("q-single-choice, key: {wrong}", {"s1": -2, "s2": -2, "s3": 2}),
    "another key and the old one": ("q-single-choice, key: {wrong}, accept: [option three]", {"s3": 2}),
    "a number": ('q-numeric, key: "25"', {"s1": -2, "s2": -2}),
    "full points": ("q-numeric, full_points: true, because: it is unclear", {"s3": 2}),
    "dropped": ("q-numeric, drop: true", {"s1": -2, "s2": -2, "s3": 0}),
    "several options": ("q-multiple-choice, key: [option two]", {"s1": -2, "s2": -2, "s3": -2}),
    "a text": ("q-short-text, accept: [another]", {}),
    "one more pair": (
        "q-matching, key: {{CR3: nothing, EPTP: host root, VPID: tag}}",
        {"s1": -2 * THIRD, "s2": -2 * THIRD, "s3": -2 * THIRD},
    ),
    "an order": ("q-ordering, accept: [[PT, PD, PDPT, PML4]]", {}),
    "gaps": ("q-cloze, key: [EPT, pages]", {"s1": -1, "s2": -1, "s3": -1}),
    "cells": ('q-trace, key: ["0x1000", PDE]', {"s1": -1, "s2": -1, "s3": -1}),
    "a reason": (
        "q-true-false, key: {{verdict: false, reason: option one}}",
        {"s1": -1, "s2": -1, "s3": -1},
    ),
    "a category": (
        "q-classification, key: {{CPUID: stays, ADD: stays, VMCALL: exits}}",
        {"s1": -2 * THIRD, "s2": -2 * THIRD, "s3": -2 * THIRD},
    ),
}


@pytest.mark.parametrize(("fields", "differences"), CORRECTED.values(), ids=CORRECTED)
def test_a_correction_changes_who_it_concerns_and_by_how_much(tmp_path, three, fields, differences):
    wrong_text = option("B", wrong("B"))
    changed, _ = corrected(tmp_path, three, correction(fields.format(wrong=wrong_text)))
    assert {student: change.after - change.before for student, change in changed.items()} == differences


def test_a_dropped_question_counts_for_nobody_and_a_reason_says_so(tmp_path, three):
    _, after = corrected(tmp_path, three, correction("q-numeric, drop: true, because: it was not taught"))
    assert {result.out_of for result in after} == {ALL - 2}
    dropped = after[0].scored[number("A", "q-numeric") - 1].grade
    assert [reason.text for reason in dropped.reasons] == ["this question does not count: it was not taught"]
    assert "q-numeric" not in {item.id for item in analyse(after)}


BAD_CORRECTIONS = {
    "not a mapping": ("- a\n", "corrections.yaml:1: corrections are a mapping"),
    "no YAML": ("corrections: [\n", "corrections.yaml:"),
    "an unknown field": (correction("q-numeric, drp: true"), "did you mean 'drop'?"),
    "an unknown question": (correction("q-numbers, drop: true"), "no question 'q-numbers'; did you mean 'q-numeric'?"),
    "an unknown form": (
        correction("q-numeric, drop: true, forms: [C]"),
        "the exam has no form 'C'; its forms are A, B",
    ),
    "nothing": (correction("q-numeric"), "corrections.yaml:2: a correction has `key` or `accept` or both"),
    "too much": (correction("q-numeric, drop: true, key: 3"), "a correction has `key` or `accept` or both"),
    "twice": (correction("q-numeric, drop: true") + "  - {question: q-numeric, drop: true}\n", "corrected twice"),
    "an unknown option": (
        correction("q-single-choice, key: option 9"),
        "there is no 'option 9'; did you mean 'option ",
    ),
    "a wrong shape": (
        correction("q-single-choice, key: [option 1]"),
        "the key of a single-choice question is the text",
    ),
    "no number": (correction("q-numeric, key: two"), "'two' is not a number"),
    "a side missing": (correction("q-matching, key: {CR3: tag}"), "'EPTP' is missing"),
    "an essay": (
        correction("q-essay, key: good"),
        "essay questions have no other key; `drop` it or give `full_points`",
    ),
    "no option right": (correction("q-multiple-choice, key: []"), "no option is marked"),
}


@pytest.mark.parametrize(("text", "told"), BAD_CORRECTIONS.values(), ids=BAD_CORRECTIONS)
def test_corrections_that_are_wrong_are_refused_with_their_line(tmp_path, text, told):
    (tmp_path / "corrections.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ResponseError) as raised:
        load_corrections(tmp_path / "corrections.yaml", KEY)
    assert told in str(raised.value)
    assert "corrections.yaml:" in str(raised.value)


def test_statistics_of_a_question(three):
    items = {item.id: item for item in analyse(grade_all(three, KEY, Scoring()))}
    single = items["q-single-choice"]
    assert (single.answered, single.facility) == (3, Fraction(2, 3))
    assert single.discrimination == pytest.approx(1)
    assert [(o.text, o.right, o.count) for o in single.options[:1]] == [("option three", True, 2)]
    assert sum(option.count for option in single.options) == 3
    assert items["q-numeric"].answered == 2
    assert items["q-cloze"].discrimination is None


def test_discrimination_leaves_out_the_question_itself(tmp_path):
    """Shares 1, 0, 1 of one question beside 18, 18, 16 points of the others: by hand, a correlation of -1/2."""
    rows = row("s1", "A"), row("s2", "A", single_choice=wrong("A")), row("s3", "A", numeric="1")
    items = {item.id: item for item in analyse(grade_all(hand_ins(tmp_path, *rows), KEY, Scoring()))}
    assert items["q-single-choice"].discrimination == pytest.approx(-0.5)


def test_the_correlation_is_the_point_biserial_one():
    """Three right with 8, 6, 4 and two wrong with 3, 1: (6 - 2) / s * sqrt(3/5 * 2/5), s the population's deviation."""
    one, other = [Fraction(n) for n in (1, 1, 1, 0, 0)], [Fraction(n) for n in (8, 6, 4, 3, 1)]
    spread = (sum((float(x) - 4.4) ** 2 for x in other) / 5) ** 0.5
    assert correlation(one, other) == pytest.approx((6 - 2) / spread * (0.6 * 0.4) ** 0.5)
    assert correlation(one, [Fraction(1)] * 5) is None


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1", "<script>alert(1)</script>", '"; drop', "Zoë, Ω\ud800"]


def test_no_cell_is_a_formula_and_no_text_is_markup(tmp_path, three):
    results = grade_all(three, KEY, Scoring())
    dirty = [replace(results[0], student=text, name=text) for text in HOSTILE]
    for content in (grades_table(dirty), reasons_table(dirty)):
        for cells in list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]:
            assert not any(cell.startswith(tuple("=+@\t＝")) for cell in cells)
            assert cells[0] != "-1"
    assert b"<script" not in report("<script>", dirty)


def test_the_tables_hold_every_student_question_and_reason(three):
    results = grade_all(three, KEY, Scoring(scale=SCALE))
    grades = list(csv.DictReader(io.StringIO(grades_table(results).decode("utf-8-sig"))))
    assert [line["student"] for line in grades] == ["s1", "s2", "s3"]
    assert grades[2]["q-single-choice"] == "0"
    assert grades[2]["points"] == str(ALL - 6)
    reasons = list(csv.DictReader(io.StringIO(reasons_table(results).decode("utf-8-sig"))))
    assert sum(float(line["points"]) for line in reasons if line["student"] == "s1") == pytest.approx(
        ALL - 2, abs=0.001
    )
    assert changes_table(()).startswith("\ufeffstudent,name,before".encode())


def test_plain_text_stays_as_it_is():
    assert plain("Ada Lovelace") == "Ada Lovelace"
    assert as_cell(KEY.forms["A"][number("A", "q-numeric") - 1]) == "24"

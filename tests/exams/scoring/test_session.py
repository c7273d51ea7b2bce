"""The practice exam from its key to its grades, as an instructor types it."""

import csv
import json

import pytest
from click.testing import CliRunner

from tests.exams.scoring.exam import as_cell, table
from tests.exams.test_files import tree
from vlearn.cli import main
from vlearn.exams.roster.session import make_papers
from vlearn.exams.scoring.key_file import read_key
from vlearn.exams.scoring.session import make_key
from vlearn.questions.answer_key import key_response

SEED = 5


@pytest.fixture(scope="module")
def key():
    return make_key("practice", SEED)


def vlearn(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def responses(key, tmp_path, **changed):
    """One right student of each form; `changed` are cells of the first one by the name of their column."""
    count = len(key.forms["A"])
    header = ["student", "name", "form", *(f"q{n}" for n in range(1, count + 1))]
    rows = [[f"s-{form}", "Ada", form, *map(as_cell, questions)] for form, questions in key.forms.items()]
    for name, cell in changed.items():
        rows[0][header.index(name)] = cell
    path = tmp_path / "responses.csv"
    path.write_text(table(*rows, header=header), encoding="utf-8")
    return path


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def of_kind(key, kind, form="A"):
    return next((n, q) for n, q in enumerate(key.forms[form], 1) if q.kind == kind)


EXAM = ("--blueprint", "practice", "--seed", SEED)


def test_the_key_of_every_form_earns_all_points_by_blueprint_and_by_key(key, tmp_path):
    path = responses(key, tmp_path)
    assert vlearn("exam", "key", *EXAM, "--out", tmp_path / "key.json").exit_code == 0
    for number, exam in enumerate([EXAM, ("--key", tmp_path / "key.json")]):
        out = tmp_path / str(number) / "grades.csv"
        result = vlearn("exam", "grade", path, *exam, "--out", out, "--out", out.with_suffix(".html"))
        assert result.exit_code == 0, result.output
        assert "2 students graded, 0 responses to mark by hand" in result.output
        assert [(row["student"], row["points"], row["out of"]) for row in rows(out)] == [
            ("s-A", "40", "40"),
            ("s-B", "40", "40"),
        ]
    assert tree(tmp_path / "0") == tree(tmp_path / "1")
    assert tree(tmp_path / "0").keys() == {"grades.csv", "grades-reasons.csv", "grades.html"}


def test_the_key_holds_all_forms_and_no_prompt(key, tmp_path):
    vlearn("exam", "key", *EXAM, "--out", tmp_path / "key.json")
    stored = read_key(tmp_path / "key.json")
    assert {form: [q.id for q in qs] for form, qs in stored.forms.items()} == {
        form: [q.id for q in qs] for form, qs in key.forms.items()
    }
    assert [key_response(q) for q in stored.forms["B"]] == [key_response(q) for q in key.forms["B"]]


def test_answer_notebooks_are_graded(key, tmp_path):
    n, question = of_kind(key, "single-choice")
    answers = {str(n): "ABCDEF"[question.answer.correct]}
    handed_in = {"exam": key.title, "form": "A", "name": "Ada", "student": "s1", "answers": answers}
    (tmp_path / "responses.json").write_text(json.dumps(handed_in), encoding="utf-8")
    result = vlearn("exam", "grade", tmp_path / "responses.json", *EXAM, "--out", tmp_path / "grades.csv")
    assert result.exit_code == 0, result.output
    assert rows(tmp_path / "grades.csv")[0][question.id] == str(question.points)


def test_rules_of_a_file_take_the_place_of_the_blueprints(key, tmp_path):
    n, question = of_kind(key, "numeric")
    path = responses(key, tmp_path, **{f"q{n}": "123456789"})
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "rule: {negative: 1}\nscale: [{at_least: 0, grade: fail}, {at_least: 91, grade: pass}]\n", encoding="utf-8"
    )
    result = vlearn("exam", "grade", path, *EXAM, "--scoring", rules, "--out", tmp_path / "grades.csv")
    assert result.exit_code == 0, result.output
    first, second = rows(tmp_path / "grades.csv")
    assert float(first["points"]) == 40 - 2 * question.points
    assert (first["grade"], second["grade"]) == ("fail", "pass")


def test_a_wrong_key_is_corrected_without_touching_the_answers(key, tmp_path):
    n, question = of_kind(key, "numeric")
    path = responses(key, tmp_path, **{f"q{n}": "123456789"})
    before = path.read_bytes()
    corrections = tmp_path / "corrections.yaml"
    corrections.write_text(f'corrections: [{{question: {question.id}, accept: ["123456789"]}}]\n', encoding="utf-8")
    out = tmp_path / "out" / "grades.csv"
    result = vlearn("exam", "grade", path, *EXAM, "--corrections", corrections, "--out", out)
    assert result.exit_code == 0, result.output
    assert f"s-A: {40 - question.points} → 40 points" in result.output
    assert [(row["student"], row["questions"]) for row in rows(out.with_name("grades-changes.csv"))] == [
        ("s-A", question.id)
    ]
    assert path.read_bytes() == before


ROSTER = "id,name\ns-A,Ada\ns-B,Bob\n"


def test_personal_papers_are_graded_by_the_codes_printed_on_them(tmp_path):
    """The key has the codes that the papers have, and a paper is graded only in the hands of its student."""
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    made = vlearn("exam", "key", *EXAM, "--roster", tmp_path / "roster.csv", "--out", tmp_path / "key.json")
    assert made.exit_code == 0, made.output
    make_papers(tmp_path / "roster.csv", "practice", SEED, tmp_path / "papers", ["notebook"], jobs=1)
    printed = {row["id"]: row["code"] for row in rows(tmp_path / "papers" / "codes.csv")}
    key = read_key(tmp_path / "key.json")
    assert {student: form for form, student in key.students.items()} == printed
    header = ["student", "form", *(f"q{n}" for n in range(1, len(key.forms[printed["s-A"]]) + 1))]
    lines = [[student, code, *map(as_cell, key.forms[code])] for student, code in printed.items()]
    path = tmp_path / "responses.csv"
    path.write_text(table(*lines, header=header), encoding="utf-8")
    grading = ("exam", "grade", path, "--key", tmp_path / "key.json", "--out", tmp_path / "grades.csv")
    assert vlearn(*grading).exit_code == 0
    assert {row["points"] for row in rows(tmp_path / "grades.csv")} == {"40"}
    path.write_text(table(["s-B", *lines[0][1:]], header=header), encoding="utf-8")
    result = vlearn(*grading)
    assert result.exit_code == 2
    assert f"responses.csv:2: form {printed['s-A']} is the paper of student 's-A', not of 's-B'" in result.output


def test_a_student_who_is_not_on_the_roster_is_refused(key, tmp_path):
    (tmp_path / "roster.csv").write_text(ROSTER.replace("s-B", "s-C"), encoding="utf-8")
    path = responses(key, tmp_path)
    result = vlearn("exam", "grade", path, *EXAM, "--roster", tmp_path / "roster.csv", "--out", tmp_path / "grades.csv")
    assert result.exit_code == 2
    assert "responses.csv:3: there is no student 's-B'; did you mean 's-" in result.output
    assert not (tmp_path / "grades.csv").exists()


BAD = {
    "no exam named": ([], "either --blueprint and --seed, or --key"),
    "two exams named": ([*EXAM, "--key", "key.json"], "either --blueprint and --seed, or --key"),
    "another suffix": ([*EXAM, "--out", "grades.pdf"], "grades.pdf: grades are written as .csv or .html"),
    "several folders": ([*EXAM, "--out", "a/b.csv", "--out", "c/d.csv"], "grades are written into one folder: a, c"),
    "an unknown blueprint": (["--blueprint", "practise", "--seed", "1"], "did you mean 'practice'?"),
    "no key": (["--key", "nowhere.json"], "nowhere.json: the key cannot be read"),
    "no rules": ([*EXAM, "--scoring", "nowhere.yaml"], "nowhere.yaml: the scoring rules cannot be read"),
    "no corrections": ([*EXAM, "--corrections", "nowhere.yaml"], "nowhere.yaml: the corrections cannot be read"),
    "no marks": ([*EXAM, "--marks", "nowhere.csv"], "nowhere.csv:1: the file cannot be read"),
    "rules of another exam": ([*EXAM, "--scoring", "rules.yaml"], "scoring: the exam has no question 'ch99-other'"),
}


@pytest.mark.parametrize(("options", "told"), BAD.values(), ids=BAD)
def test_what_is_wrong_ends_in_words_and_nothing_is_written(key, tmp_path, monkeypatch, options, told):
    monkeypatch.chdir(tmp_path)
    path = responses(key, tmp_path)
    (tmp_path / "rules.yaml").write_text("questions: {ch99-other: {points: 2}}\n", encoding="utf-8")
    before = tree(tmp_path)
    result = vlearn("exam", "grade", path, *options)
    assert result.exit_code == 2
    assert told in result.output.replace("\n", " ")
    assert tree(tmp_path) == before


def test_a_response_that_is_wrong_ends_in_its_line_and_nothing_is_written(key, tmp_path):
    n, _ = of_kind(key, "single-choice")
    path = responses(key, tmp_path, **{f"q{n}": "Q"})
    result = vlearn("exam", "grade", path, *EXAM, "--out", tmp_path / "out" / "grades.csv")
    assert result.exit_code == 2
    assert f"responses.csv:2: student 's-A', q{n}: " in result.output
    assert not (tmp_path / "out").exists()
    assert vlearn("exam", "grade", path, *EXAM, "--unreadable", "zero", "--out", tmp_path / "grades.csv").exit_code == 0


@pytest.mark.parametrize("out", ["responses.csv", "./responses.csv"])
def test_what_students_answered_is_never_written_over(key, tmp_path, monkeypatch, out):
    path = responses(key, tmp_path)
    monkeypatch.chdir(tmp_path)
    before = path.read_bytes()
    result = vlearn("exam", "grade", path, *EXAM, "--out", out)
    assert result.exit_code == 2
    assert "responses.csv: this file is read here, and is not written over" in result.output
    assert path.read_bytes() == before


def test_marks_of_the_name_of_a_table_of_reasons_are_never_written_over(key, tmp_path):
    marks = tmp_path / "grades-reasons.csv"
    marks.write_text("student,question,marks\n", encoding="utf-8")
    result = vlearn(
        "exam", "grade", responses(key, tmp_path), *EXAM, "--marks", marks, "--out", tmp_path / "grades.csv"
    )
    assert result.exit_code == 2
    assert "grades-reasons.csv: this file is read here" in result.output
    assert tree(tmp_path).keys() == {"responses.csv", "grades-reasons.csv"}

"""Programs that students wrote: run only where somebody asks for it, else left to a person."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.exams.banks import bank, blueprint, entry
from tests.exams.scoring.exam import table
from vlearn.cli import main
from vlearn.errors import ResponseError
from vlearn.exams.forms import forms
from vlearn.exams.scoring.gradebook import grade_all
from vlearn.exams.scoring.hand_ins import read_hand_ins
from vlearn.exams.scoring.key_file import key_of, write_key
from vlearn.exams.scoring.marks import read_marks
from vlearn.exams.scoring.rules import Scoring
from vlearn.questions import grade

KEY = key_of(forms(blueprint(2), bank(entry("q", kind="code")), 0))
FORM = next(iter(KEY.forms))
RIGHT = KEY.forms[FORM][0].answer.reference
HEADER = ["student", "form", "q1"]


@pytest.fixture
def responses(tmp_path):
    path = tmp_path / "responses.csv"
    rows = ["right", FORM, RIGHT], ["wrong", FORM, "def f(x): return 7 ** 9"], ["empty", FORM, ""]
    path.write_text(table(*rows, header=HEADER), encoding="utf-8")
    return path


def points(results):
    return {result.student: result.points for result in results}


def test_no_program_is_run_unless_somebody_says_so(responses, monkeypatch):
    def run(*_):
        raise AssertionError("a program was run")

    monkeypatch.setattr(grade, "program", run)
    results = grade_all(read_hand_ins([responses], KEY), KEY, Scoring())
    assert points(results) == {"right": 0, "wrong": 0, "empty": 0}
    assert {result.student: (result.by_hand, result.unrun) for result in results} == {
        "right": (1, 1), "wrong": (1, 1), "empty": (0, 0),
    }  # fmt: skip


def test_programs_that_are_run_are_graded_by_what_they_do(responses):
    results = grade_all(read_hand_ins([responses], KEY), KEY, Scoring(), run_programs=True)
    assert points(results) == {"right": 2, "wrong": 0, "empty": 0}
    assert [result.by_hand for result in results] == [0, 0, 0]


@pytest.mark.parametrize("run", [False, True])
def test_what_a_person_gives_a_program_counts(responses, tmp_path, run):
    (tmp_path / "marks.csv").write_text("student,question,marks\nwrong,q,1/4\n", encoding="utf-8")
    handed_in = read_hand_ins([responses], KEY)
    marks = read_marks(tmp_path / "marks.csv", KEY, handed_in)
    results = grade_all(handed_in, KEY, Scoring(), marks=marks, run_programs=run)
    assert points(results)["wrong"] * 2 == 1
    assert next(result.by_hand for result in results if result.student == "wrong") == 0


@pytest.mark.parametrize("marks", ["", "2", "1 0.5", "x"])
def test_marks_that_are_no_share_are_refused(responses, tmp_path, marks):
    (tmp_path / "marks.csv").write_text(f"student,question,marks\nwrong,q,{marks}\n", encoding="utf-8")
    with pytest.raises(ResponseError, match=r"marks\.csv:2: marks for 'q' are a share from 0 to 1, such as 0\.5"):
        read_marks(tmp_path / "marks.csv", KEY, read_hand_ins([responses], KEY))


def graded(tmp_path: Path, responses: Path, *more: str):
    (tmp_path / "key.json").write_bytes(write_key(KEY))
    command = ["exam", "grade", str(responses), "--key", str(tmp_path / "key.json")]
    return CliRunner().invoke(main, [*command, "--out", str(tmp_path / "grades.html"), *more])


def test_the_command_says_how_many_programs_were_not_run(responses, tmp_path):
    result = graded(tmp_path, responses)
    assert result.exit_code == 0, result.output
    assert "3 students graded, 2 responses to mark by hand" in result.stdout
    assert "2 programs not run: mark by hand, or grade with --run-programs" in result.stderr
    assert "a program, which was not run" in (tmp_path / "grades.html").read_text(encoding="utf-8")


def test_the_command_runs_programs_when_told_to(responses, tmp_path):
    result = graded(tmp_path, responses, "--run-programs")
    assert result.exit_code == 0, result.output
    assert "3 students graded, 0 responses to mark by hand" in result.stdout
    assert result.stderr == ""


def test_a_table_may_have_another_encoding(responses, tmp_path):
    path = tmp_path / "windows.csv"
    path.write_text(table(["Zoë", FORM, ""], header=HEADER), encoding="cp1252")
    refused = graded(tmp_path, path)
    assert refused.exit_code == 2
    assert "windows.csv:2: the file is not UTF-8 text: save it as UTF-8, or name its encoding" in refused.output
    assert graded(tmp_path, path, "--encoding", "cp1252").exit_code == 0
    assert "Zoë" in (tmp_path / "grades.html").read_text(encoding="utf-8")
    unknown = graded(tmp_path, path, "--encoding", "cp1253x")
    assert unknown.exit_code == 2
    assert "there is no encoding named 'cp1253x'" in unknown.output

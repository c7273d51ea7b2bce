"""The source notebook in nbgrader itself, which makes the students' version, grades what comes back, and exports marks.

It wants old Jupyter packages, so it lives in an environment of its own; NBGRADER is the path of its command.
"""

import csv
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from exporters import nbgrader
from tests.exporters.conftest import build
from tests.exporters.hostile import HOSTILE_COLLECTION
from tests.exporters.test_leaks import CANARY, SECRET_NUMBERS
from tests.exporters.test_nbgrader import GRADED, RESPONSES
from vlearn.errors import ResponseError
from vlearn.exams.collection import Collection
from vlearn.questions.grade import grade
from vlearn.questions.model import Question
from vlearn.questions.responses import Response

NBGRADER = os.environ.get("NBGRADER") or shutil.which("nbgrader")
pytestmark = pytest.mark.skipif(
    not NBGRADER, reason="no nbgrader: set NBGRADER to the path of its command, in an environment of its own"
)
Choose = Callable[[Question], Response]


def points(question: Question, response: Response | None) -> Fraction:
    """What vlearn gives, as nbgrader counts points: all of these questions have halves."""
    try:
        return 2 * grade(question, response).points
    except ResponseError:
        return Fraction(0)


def right(question: Question) -> Response:
    return _first(question, lambda share: share == 1)


def some(question: Question) -> Response:
    return _first(question, lambda share: 0 < share < 1) or right(question)


def wrong(question: Question) -> Response:
    return _first(question, lambda share: share == 0)


def _first(question: Question, wanted: Callable[[Fraction], bool]) -> Response:
    responses = RESPONSES.get(question.kind, ("An essay",))
    fits = (r for r in responses if r is not None and wanted(points(question, r) / (2 * question.points)))
    return next(fits, "" if question.kind != "essay" else "An essay")


def answered(released: dict[str, Any], choose: Choose) -> dict[str, Any]:
    """The students' notebook with a response in every answer cell."""
    answers = [c for c in released["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]
    for cell, question in zip(answers, GRADED.questions, strict=True):
        source = "".join(cell["source"])
        response = choose(question)
        name = source.partition(" = ")[0].splitlines()[-1] if " = " in source else ""
        cell["source"] = str(response) if question.kind in ("code", "essay") else f"{name} = {response!r}"
    return released


def solved(released: dict[str, Any]) -> dict[str, Any]:
    """The instructor's own answers."""
    source = {cell["id"]: cell["source"] for cell in json.loads(nbgrader.questions(GRADED))["cells"]}
    for cell in released["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = source[cell["metadata"]["nbgrader"]["grade_id"]]
    return released


STUDENTS: dict[str, Choose] = {"right": right, "some": some, "wrong": wrong}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of which everything has been done: generate, hand in, autograde, feedback, export."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "nbgrader_config.py").write_text("get_config().CourseDirectory.course_id = 'x'\n", encoding="utf-8")
    names = count()
    secret = build(hide=lambda text: f"{CANARY}{next(names)}").questions
    made = {"graded": GRADED, "hostile": HOSTILE_COLLECTION, "secret": Collection("Secret", secret)}
    (folder / "source" / "ps").mkdir(parents=True)
    for name, collection in made.items():
        (folder / "source" / "ps" / f"{name}.ipynb").write_bytes(nbgrader.questions(collection))
    run = partial(_run, folder)
    run("generate_assignment", "ps", "--create")
    released = (folder / "release" / "ps" / "graded.ipynb").read_text(encoding="utf-8")
    handed_in = {name: answered(json.loads(released), choose) for name, choose in STUDENTS.items()}
    for name, notebook in {**handed_in, "solved": solved(json.loads(released)), "blank": json.loads(released)}.items():
        (folder / "submitted" / name / "ps").mkdir(parents=True)
        (folder / "submitted" / name / "ps" / "graded.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    run("autograde", "ps")
    run("generate_feedback", "ps")
    run("export", "--to", "grades.csv")
    return folder


def _run(folder: Path, *arguments: str) -> None:
    assert NBGRADER
    path = f"{Path(NBGRADER).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls other commands beside it
    done = subprocess.run(
        [NBGRADER, *arguments], cwd=folder, env=os.environ | {"PATH": path, "HOME": str(folder)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def scores(course: Path, student: str) -> dict[str, float | None]:
    """What nbgrader itself gave for each graded cell."""
    with sqlite3.connect(course / "gradebook.db") as gradebook:
        rows = gradebook.execute(
            "SELECT base_cell.name, grade.auto_score FROM grade JOIN base_cell ON base_cell.id = grade.cell_id "
            "JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id "
            "JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id "
            "JOIN notebook ON notebook.id = base_cell.notebook_id "
            "WHERE submitted_assignment.student_id = ? AND notebook.name = 'graded'", (student,),
        ).fetchall()  # fmt: skip
    gradebook.close()
    return dict(rows)


def cell_ids() -> list[str]:
    made = json.loads(nbgrader.questions(GRADED))["cells"]
    return [cell["id"] for cell in made if cell["metadata"]["nbgrader"]["grade"]]


@pytest.mark.parametrize("student", STUDENTS)
def test_nbgrader_gives_the_points_that_vlearn_gives(course: Path, student: str) -> None:
    given = scores(course, student)
    expected = {
        id: None if question.kind == "essay" else pytest.approx(float(points(question, STUDENTS[student](question))))
        for id, question in zip(cell_ids(), GRADED.questions, strict=True)
    }
    assert given == expected


def test_right_wrong_and_some_are_what_their_names_say() -> None:
    full = sum(2 * q.points for q in GRADED.questions if q.kind != "essay")
    totals = {n: sum(points(q, choose(q)) for q in GRADED.questions) for n, choose in STUDENTS.items()}
    assert totals["right"] == full
    assert 0 < totals["some"] < full
    assert totals["wrong"] == 0


def test_the_key_earns_everything_and_nothing_earns_nothing(course: Path) -> None:
    full = {id: 2 * q.points for id, q in zip(cell_ids(), GRADED.questions, strict=True) if q.kind != "essay"}
    assert {id: score for id, score in scores(course, "solved").items() if id in full} == full
    assert set(scores(course, "blank").values()) == {0}


def test_the_marks_are_exported(course: Path) -> None:
    with (course / "grades.csv").open(encoding="utf-8", newline="") as file:
        exported = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert set(exported) == {*STUDENTS, "solved", "blank"}
    for student, score in exported.items():
        assert score == pytest.approx(sum(given or 0 for given in scores(course, student).values()))
    assert (course / "feedback" / "some" / "ps" / "graded.html").stat().st_size


def test_students_get_no_key(course: Path) -> None:
    secret, source = (
        (course / kind / "ps" / "secret.ipynb").read_text(encoding="utf-8") for kind in ("release", "source")
    )
    assert "Question 12" in secret
    for hidden in (CANARY, SECRET_NUMBERS[0], "ch06-walk", "difficulty"):
        assert hidden in source
        assert hidden not in secret, hidden
    for name in ("graded", "hostile", "secret"):
        released = (course / "release" / "ps" / f"{name}.ipynb").read_text(encoding="utf-8")
        assert not any(mark in released for mark in ("BEGIN SOLUTION", "HIDDEN TESTS", "SimpleNamespace"))

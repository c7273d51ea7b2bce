"""The table of chapters and the table of progress say where a student stands."""

import pytest

from vlearn.course import COURSE
from vlearn.errors import CourseError
from vlearn.lab import chapters, exercises, progress, reset_progress
from vlearn.lab.exercise import Exercise
from vlearn.lab.record import Attempt, student_record
from vlearn.lab.tally import tally

OBJECTIVE = "ch06-walk-page-table"


def attempt(activity, id, score, objective=OBJECTIVE):
    return Attempt(activity, id, objective, "", score)


TALLIES = [
    ([], {}, {}, {}),
    ([("prediction", 0.0), ("prediction", 1.0)], {"x": 0.0}, {}, {}),
    ([("check", 0.0), ("check", 1.0), ("check", 0.0)], {}, {"x": 1.0}, {}),
    ([("question", 1.0), ("question", 0.5), ("question", None)], {}, {}, {"x": 0.5}),
]


@pytest.mark.parametrize(("attempts", "predictions", "checks", "questions"), TALLIES)
def test_the_first_prediction_the_best_check_and_the_last_answer_count(attempts, predictions, checks, questions):
    done = tally(attempt(activity, "x", score) for activity, score in attempts)
    assert (done.predictions, done.checks, done.questions) == (predictions, checks, questions)


NEXT = [
    ([], ["a", "b"], "a"),
    ([("check", "b", 0.0)], ["a", "b"], "b"),
    ([("check", "a", 1.0)], ["a", "b"], "b"),
    ([("check", "a", 1.0), ("check", "b", 1.0)], ["a", "b"], "quiz"),
    ([("question", "q", 0.6)], [], "quiz"),
    ([("question", "q", 0.6), ("question", "r", 0.8)], [], ""),
]


@pytest.mark.parametrize(("attempts", "ids", "step"), NEXT)
def test_what_comes_next_is_an_exercise_then_the_quiz_then_nothing(attempts, ids, step):
    assert tally(attempt(*one) for one in attempts).to_do(ids) == step


@pytest.fixture
def one_exercise(monkeypatch):
    exercise = Exercise("ch06-offset", OBJECTIVE, "an address", lambda _: None)
    monkeypatch.setattr(exercises, "EXERCISES", {"ch06-offset": exercise})


def test_progress_before_anything_is_done():
    shown = str(progress())
    assert shown.startswith(f"Nothing recorded yet; your answers will be kept in {student_record().path}.")
    assert shown.endswith("Next: open a chapter you have not begun.")


def test_progress_shows_every_objective_of_a_chapter_that_was_begun(one_exercise):
    student_record().add(attempt("check", "ch06-offset", 0.0))
    student_record().add(attempt("prediction", "ch06-first", 1.0, objective=""))
    text = str(progress())
    assert all(objective.text in text for objective in COURSE[5].objectives)
    assert "0 of 1" in text
    assert "exercise ch06-offset" in text
    assert "The chapter as a whole" in text
    assert "Chapter 7." not in text


def test_an_objective_is_reached_by_its_exercises_and_questions(one_exercise):
    for activity, id in (("check", "ch06-offset"), ("question", "ch06-q")):
        student_record().add(attempt(activity, id, 1.0))
    (line,) = [line for line in str(progress()).splitlines() if "1 of 1" in line]
    assert line.endswith("reached")
    assert "100% of 1" in line


def test_progress_in_an_unknown_chapter_is_an_error():
    with pytest.raises(CourseError, match="no chapter 'ch66'"):
        progress("ch66")


def test_the_chapters_link_to_the_notebooks_that_are_there(tmp_path, one_exercise):
    (tmp_path / f"{COURSE[5].stem}.ipynb").touch()
    student_record().add(attempt("question", "ch06-q", 1.0))
    shown = chapters(tmp_path)
    assert shown.html.count("<a href=") == 1
    assert f'<a href="{COURSE[5].stem}.ipynb">' in shown.html
    assert len(shown.text.splitlines()) == 15
    assert shown.text.count("[no notebook yet]") == 14
    assert f"[0 of {len(COURSE[5].objectives)} objectives]" in shown.text


def test_a_reset_says_where_the_old_record_is(own_record):
    assert str(reset_progress()) == "There was no record to reset."
    student_record().add(attempt("check", "ch06-offset", 1.0))
    assert "progress.backup-1.json" in str(reset_progress())
    assert student_record().attempts() == ()

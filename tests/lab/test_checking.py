"""A check answers with a hint, whatever it is given, and records the attempt."""

import pytest

from vlearn.course import objective
from vlearn.errors import LabError
from vlearn.lab import check, exercises
from vlearn.lab.exercise import Exercise, Hint
from vlearn.lab.record import student_record


def doubles(answer):
    return None if answer(3) == 6 else Hint("Try it with *3*.")


@pytest.fixture(autouse=True)
def one_exercise(monkeypatch):
    exercise = Exercise("ch06-double", "ch06-walk-page-table", "a function that doubles a number", doubles)
    monkeypatch.setattr(exercises, "EXERCISES", {"ch06-double": exercise})


class Unspeakable:
    def __repr__(self):
        raise RuntimeError("no")

    def __call__(self, number):
        return 6


def broken(number):
    return number / 0


ANSWERS = [
    (lambda n: 2 * n, True, "✓ Right."),
    (lambda n: n, False, "✗ Not yet. Try it with 3."),
    (7, False, "✗ Not yet. Checking your answer raised TypeError: 'int' object is not callable"),
    (7, False, "Expected: a function that doubles a number"),
    (broken, False, "raised ZeroDivisionError: division by zero in line"),
    (broken, False, "of broken. Expected: a function that doubles a number"),
    (Unspeakable(), True, "✓ Right."),
]


@pytest.mark.parametrize(("answer", "right", "said"), ANSWERS)
def test_every_answer_gets_a_verdict_and_is_recorded(answer, right, said):
    verdict = check("ch06-double", answer)
    assert verdict.right is right
    assert said in verdict.to_text()
    (attempt,) = student_record().attempts()
    assert (attempt.activity, attempt.objective, attempt.score) == ("check", "ch06-walk-page-table", float(right))


def test_none_is_not_answered_yet_and_not_recorded():
    verdict = check("ch06-double", None)
    assert verdict.to_text() == "○ Not answered yet. Expected: a function that doubles a number."
    assert student_record().attempts() == ()


def test_a_verdict_says_in_words_what_its_sign_says():
    data = check("ch06-double", None)._repr_mimebundle_()
    assert "○ Not answered yet." in data["text/html"]
    assert data["text/plain"].startswith("○ Not answered yet.")


def test_an_unknown_exercise_names_its_neighbour():
    with pytest.raises(LabError, match=r"no exercise 'ch06-dobule'; did you mean 'ch06-double'\?"):
        check("ch06-dobule", 1)


def test_a_long_answer_is_kept_short():
    check("ch06-double", "x" * 10_000)
    assert len(student_record().attempts()[0].answer) == 200


def test_a_damaged_record_is_told_with_the_verdict(own_record):
    own_record.write_text("{", encoding="utf-8")
    verdict = check("ch06-double", 7)
    assert "progress.damaged-1.json" in verdict.to_text()
    assert "progress.damaged-1.json" in verdict.to_html()


def test_every_exercise_of_the_course_is_well_formed(monkeypatch):
    monkeypatch.undo()
    listed = [exercise for chapter in exercises.CHAPTERS.values() for exercise in chapter]
    assert len(listed) == len(exercises.EXERCISES), "two exercises share an id"
    for exercise in listed:
        assert objective(exercise.objective).id.partition("-")[0] == exercise.id.partition("-")[0]
        assert not check(exercise.id, object()).right
        assert check(exercise.id, None).state == "open"

"""Checks the answer to an exercise, records the attempt and says what to look at next: a hint, never a traceback."""

import sysconfig
import traceback
from typing import Any

from vlearn.errors import LabError, did_you_mean
from vlearn.lab.assets import FOLDER
from vlearn.lab.exercise import Exercise, Hint
from vlearn.lab.record import Attempt, student_record
from vlearn.lab.verdict import Verdict
from vlearn.questions.responses import shortened
from vlearn.render.markdown import escaped

LONGEST_ANSWER = 200
"""Characters of an answer that the record keeps."""
_NOT_THEIRS = (str(FOLDER.parent), sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"))


def check(id: str, answer: Any) -> Verdict:
    """Whether `answer` solves the exercise `id`; None means not answered yet, and is not recorded."""
    exercise = exercise_called(id)
    if answer is None:
        return Verdict("open", f"Expected: {exercise.asks}.")
    hint = _accept(exercise, answer)
    record = student_record()
    record.add(Attempt("check", id, exercise.objective, _shown(answer), float(hint is None)))
    if hint is None:
        return Verdict("right", "", record.take_notices())
    return Verdict("wrong", hint.text, record.take_notices())


def exercise_called(id: str) -> Exercise:
    """The exercise of this id. Raises LabError with a near one."""
    from vlearn.lab.exercises import EXERCISES  # imports the models of every chapter that has exercises

    if id in EXERCISES:
        return EXERCISES[id]
    raise LabError(f"there is no exercise {id!r}{did_you_mean(id, EXERCISES)}")


def _accept(exercise: Exercise, answer: Any) -> Hint | None:
    try:
        return exercise.accept(answer)
    except Exception as error:  # whatever a student's object does when it is used
        return Hint(_what_happened(error, exercise))


def _what_happened(error: Exception, exercise: Exercise) -> str:
    said = " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith(_NOT_THEIRS)]
    where = f" in line {theirs[-1].lineno} of {escaped(theirs[-1].name)}" if theirs else ""
    return f"Checking your answer raised {escaped(said)}{where}. Expected: {exercise.asks}."


def _shown(answer: Any) -> str:
    try:
        text = repr(answer)
    except Exception as error:
        text = f"<{type(answer).__name__} whose repr raises {type(error).__name__}>"
    return shortened(text, LONGEST_ANSWER)

"""What a student's attempts amount to for an objective, and what to do next. Pure: no file, no display.

A prediction counts as it was made the first time, an exercise once it is passed, a question as it was answered last.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from vlearn.lab.record import Activity, Attempt

ENOUGH = 0.7
"""The share of the points of its questions that an objective needs to count as reached."""

Scores: TypeAlias = dict[str, float]


@dataclass(frozen=True, slots=True)
class Tally:
    """Scores from 0 to 1 by id. Answers that a person must grade are left out."""

    predictions: Scores
    checks: Scores
    questions: Scores

    @property
    def mastery(self) -> float:
        """The mean score of its questions; 0 if there is none yet."""
        return sum(self.questions.values()) / len(self.questions) if self.questions else 0.0

    def to_do(self, exercises: Collection[str]) -> str:
        """The exercise to do or to do again, else `quiz`, else nothing: the objective is reached."""
        open_ones = [id for id in exercises if self.checks.get(id, 0) < 1]
        tried = [id for id in open_ones if id in self.checks]
        return next(iter(tried or open_ones), "quiz" if self.mastery < ENOUGH else "")


def tally(attempts: Iterable[Attempt]) -> Tally:
    """The tally of some attempts, given in the order in which they were made."""
    scores: dict[Activity, Scores] = {"prediction": {}, "check": {}, "question": {}}
    for attempt in attempts:
        if attempt.score is None or attempt.activity == "practice":  # its questions count one by one
            continue
        of = scores[attempt.activity]
        match attempt.activity:
            case "prediction":
                of.setdefault(attempt.id, attempt.score)
            case "check":
                of[attempt.id] = max(attempt.score, of.get(attempt.id, 0))
            case "question":
                of[attempt.id] = attempt.score
    return Tally(scores["prediction"], scores["check"], scores["question"])

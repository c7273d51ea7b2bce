"""Whether counts depart from what chance explains: a chi-square test, as strict as three standard deviations."""

from collections.abc import Sequence
from math import sqrt

from vlearn.questions.labels import letter
from vlearn.questions.model import SingleChoice

JUDGED = 20
"""How many keys it takes to judge whether they are even."""


def uneven_places(answers: Sequence[SingleChoice]) -> str:
    """How often the key stands at each place, such as `A 19, B 1`; empty where that is even, or not yet to be judged.

    The statistic of the places is compared with its mean and three of its standard deviations.
    """
    if len(answers) < JUDGED:
        return ""
    places = range(max(len(answer.options) for answer in answers))
    seen = [sum(answer.correct == place for answer in answers) for place in places]
    due = [sum(1 / len(answer.options) for answer in answers if place < len(answer.options)) for place in places]
    freedom = len(places) - 1
    if sum((s - d) ** 2 / d for s, d in zip(seen, due, strict=True)) <= freedom + 3 * sqrt(2 * freedom):
        return ""
    return ", ".join(f"{letter(place)} {count}" for place, count in zip(places, seen, strict=True))

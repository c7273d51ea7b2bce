"""The checked exercises of every chapter: one module a chapter, and one for what its predictions ask.
Imported when the first answer is checked, because exercises import the models of their chapter."""

from vlearn.lab.exercise import Asked, Exercise
from vlearn.lab.exercises import (
    ch01,
    ch01_predictions,
    ch02,
    ch02_predictions,
    ch03,
    ch03_predictions,
    ch04,
    ch04_predictions,
    ch05,
    ch05_predictions,
    ch06,
    ch06_predictions,
    ch07,
    ch07_predictions,
    ch08,
    ch08_predictions,
    ch09,
    ch09_predictions,
    ch10,
    ch10_predictions,
    ch11,
    ch11_predictions,
    ch12,
    ch12_predictions,
    ch13,
    ch13_predictions,
    ch14,
    ch14_predictions,
    ch15,
    ch15_predictions,
)

CHAPTERS: dict[str, tuple[Exercise, ...]] = {
    "ch01": ch01.EXERCISES,
    "ch02": ch02.EXERCISES,
    "ch03": ch03.EXERCISES,
    "ch04": ch04.EXERCISES,
    "ch05": ch05.EXERCISES,
    "ch06": ch06.EXERCISES,
    "ch07": ch07.EXERCISES,
    "ch08": ch08.EXERCISES,
    "ch09": ch09.EXERCISES,
    "ch10": ch10.EXERCISES,
    "ch11": ch11.EXERCISES,
    "ch12": ch12.EXERCISES,
    "ch13": ch13.EXERCISES,
    "ch14": ch14.EXERCISES,
    "ch15": ch15.EXERCISES,
}
"""The exercises of each chapter that has some, such as `"ch06": ch06.EXERCISES`, in the order of its notebook."""

EXERCISES: dict[str, Exercise] = {exercise.id: exercise for chapter in CHAPTERS.values() for exercise in chapter}
"""Every exercise by its id."""

PREDICTIONS: dict[str, Asked] = {
    **ch01_predictions.PREDICTIONS,
    **ch02_predictions.PREDICTIONS,
    **ch03_predictions.PREDICTIONS,
    **ch04_predictions.PREDICTIONS,
    **ch05_predictions.PREDICTIONS,
    **ch06_predictions.PREDICTIONS,
    **ch07_predictions.PREDICTIONS,
    **ch08_predictions.PREDICTIONS,
    **ch09_predictions.PREDICTIONS,
    **ch10_predictions.PREDICTIONS,
    **ch11_predictions.PREDICTIONS,
    **ch12_predictions.PREDICTIONS,
    **ch13_predictions.PREDICTIONS,
    **ch14_predictions.PREDICTIONS,
    **ch15_predictions.PREDICTIONS,
}
"""What the predictions of all chapters ask, by id; `lab.predict` looks here for what a notebook does not say."""

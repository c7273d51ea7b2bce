"""The words that every format of an exam uses, so that a paper reads the same on screen and on paper."""

from fractions import Fraction
from typing import assert_never

from vlearn.exams.form import Form, Paper
from vlearn.questions.item import (
    Arrange,
    Choose,
    Complete,
    Enter,
    Fill,
    Judge,
    Match,
    Sort,
    Task,
    Write,
    WriteCode,
)
from vlearn.questions.notation import amount, written


def points(value: Fraction) -> str:
    """Such as `1 point` and `2.5 points`."""
    return amount(value, "point{s}")


def minutes(value: Fraction) -> str:
    """Such as `4 min`."""
    return f"{written(value)} min"


def form_name(name: str) -> str:
    """Such as `Form A`."""
    return f"Form {name}"


def summary(paper: Paper) -> str:
    """How much there is to do."""
    return f"{amount(len(paper.items), 'question{s}')} · {points(paper.points)} · {minutes(paper.minutes)}"


def key_note(form: Form) -> str:
    """What the head of a key says of it."""
    return f"Answer key. Not for students. Seed {form.seed}."


def ask(task: Task) -> str:
    """What the student is to do, in one sentence."""
    match task:
        case Choose(_, many):
            return "Tick every right answer." if many else "Tick one answer."
        case Judge():
            return "True or false? Tick one, then tick the reason."
        case Enter(_, base):
            return "Write a number in hexadecimal." if base == 16 else "Write a number."
        case Write(lines):
            return "Write a word or a phrase." if lines == 1 else "Write your answer."
        case Match():
            return "Write the matching letter into each box. A letter may serve several times, or never."
        case Arrange():
            return "Write the letters in the right order."
        case Fill():
            return "Fill in the gaps."
        case Sort():
            return "Tick one column in each row."
        case Complete():
            return "Fill in the empty cells."
        case WriteCode():
            return "Write the code."
        case never:
            assert_never(never)

"""The words that every format of an exam uses, so that a paper reads the same on screen and on paper.

The phrases themselves stand in `exporters/phrases/`, a table for each language; `exporters.phrasebook` says how to add
one. Formats for other systems are written in English. Numbers have the language's decimal sign, but answers have a
point in every language, for that is how `vlearn.questions.notation` reads them.
"""

from fractions import Fraction
from typing import assert_never

from exporters.phrase_sections import Counted
from exporters.phrasebook import ENGLISH, Phrases, phrases
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
from vlearn.questions.notation import written


def words_of(exam: Form | Paper) -> Phrases:
    """The phrases in the exam's language. Raises ExportError where there is no table of them."""
    return phrases(exam.print.language)


def points(value: Fraction, words: Phrases = ENGLISH) -> str:
    """Such as `1 point` and `2.5 points`."""
    return _amount(value, words.counted.points, words)


def minutes(value: Fraction, words: Phrases = ENGLISH) -> str:
    """Such as `4 min`."""
    return _amount(value, words.counted.minutes, words)


def questions(count: int, words: Phrases = ENGLISH) -> str:
    """Such as `12 questions`."""
    return _amount(Fraction(count), words.counted.questions, words)


def number(value: Fraction, words: Phrases = ENGLISH) -> str:
    """A number of points or minutes with the language's decimal sign: `2.5`, `2,5`."""
    return written(value).replace(".", words.decimal_sign)


def _amount(value: Fraction, forms: Counted, words: Phrases) -> str:
    return (forms.one if value == 1 else forms.other).format(number=number(value, words))


def form_name(name: str, words: Phrases = ENGLISH) -> str:
    """Such as `Form A`."""
    return words.paper.form.format(name=name)


def question_name(number: int, words: Phrases = ENGLISH) -> str:
    """Such as `Question 7`."""
    return words.paper.question.format(number=number)


def summary(paper: Paper) -> str:
    """How much there is to do."""
    words = words_of(paper)
    return " · ".join((questions(len(paper.items), words), points(paper.points, words), minutes(paper.minutes, words)))


def key_note(form: Form) -> str:
    """What the head of a key says of it."""
    return words_of(form).key.note.format(seed=form.seed)


def ask(task: Task, words: Phrases = ENGLISH) -> str:
    """What the student is to do, in one sentence or two."""
    told = words.task
    match task:
        case Choose(_, many):
            return told.choose_many if many else told.choose_one
        case Judge():
            return told.judge
        case Enter(_, base):
            return told.enter_hexadecimal if base == 16 else told.enter
        case Write(lines):
            return told.write_phrase if lines == 1 else told.write_text
        case Match():
            return told.match
        case Arrange():
            return told.arrange
        case Fill():
            return told.fill
        case Sort():
            return told.sort
        case Complete():
            return told.complete
        case WriteCode():
            return told.write_code
        case never:
            assert_never(never)

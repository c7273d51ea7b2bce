"""The key of an exam as JSON: all that grading needs, so that a later change of the bank changes no grade.

It holds the answers of every form and how the exam is scored; prompts and solutions are left out. Not for students.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from vlearn.errors import ResponseError
from vlearn.exams.form import Form
from vlearn.exams.scoring.rules import Scoring
from vlearn.exams.scoring.scoring_file import check_scoring
from vlearn.questions.model import KINDS, Bloom, Question
from vlearn.questions.validity import problems

VERSION = 1
"""Of the format; a reader refuses any other."""

LIMIT = 1 << 26
"""The largest key that is read, in bytes."""


@dataclass(frozen=True, slots=True)
class Key:
    """An exam's questions by form, without their prompts, and how they are scored.

    All forms have the same questions. `students` are the ids of those whose personal forms they are, by form, if any.
    """

    title: str
    seed: int
    forms: Mapping[str, tuple[Question, ...]]
    scoring: Scoring
    students: Mapping[str, str] = field(default_factory=dict)


class _Stored(Struct, forbid_unknown_fields=True):
    id: str
    objective: str
    kind: str
    points: Fraction
    minutes: Fraction
    difficulty: int
    bloom: Bloom
    generator: str
    answer: Any


class _File(Struct, forbid_unknown_fields=True):
    version: int
    title: str
    seed: int
    scoring: Scoring
    forms: dict[str, list[_Stored]]
    students: dict[str, str] = {}


def key_of(forms: Sequence[Form], scoring: Scoring | None = None) -> Key:
    """The key of an exam's forms."""
    by_name = {form.name: form.questions for form in forms}
    students = {form.name: form.student.id for form in forms if form.student}
    return Key(forms[0].title, forms[0].seed, by_name, scoring or Scoring(), students)


def write_key(key: Key) -> bytes:
    """The key as a file. Same key, same bytes."""
    forms = {name: [_stored(question) for question in questions] for name, questions in key.forms.items()}
    file = _File(VERSION, key.title, key.seed, key.scoring, forms, dict(key.students))
    return msgspec.json.format(msgspec.json.encode(file, enc_hook=str, order="deterministic"), indent=1) + b"\n"


def read_key(path: Path) -> Key:
    """Read a key. Raises ResponseError that says what keeps the file from being one."""
    try:
        if (size := path.stat().st_size) > LIMIT:
            raise ResponseError(f"{path}: the key has {size} bytes; a key has at most {LIMIT}")
        file = msgspec.json.decode(path.read_bytes(), type=_File, dec_hook=_read)
        if file.version != VERSION:
            raise ResponseError(f"{path}: the key is of version {file.version}; this vlearn reads version {VERSION}")
        forms = {name: tuple(map(_question, stored)) for name, stored in file.forms.items()}
    except OSError as error:
        raise ResponseError(f"{path}: the key cannot be read: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        told = "write one with `vlearn exam key`"
        raise ResponseError(f"{path}: this is no key of an exam: {error}; {told}") from error
    faults = [f"scoring: {message}" for message in _faults(file.scoring)]
    faults += [f"form {name}, question {q.id!r}: {fault}" for name, qs in forms.items() for q in qs for fault in _of(q)]
    if not forms or any({q.id for q in qs} != {q.id for q in next(iter(forms.values()))} for qs in forms.values()):
        faults.append("every form must have the same questions, and there must be one")
    if faults:
        raise ResponseError("\n".join(f"{path}: {fault}" for fault in faults))
    return Key(file.title, file.seed, forms, file.scoring, file.students)


def _stored(question: Question) -> _Stored:
    answer = msgspec.to_builtins(question.answer, enc_hook=str, order="deterministic")
    return _Stored(
        question.id,
        question.objective,
        question.kind,
        question.points,
        question.minutes,
        question.difficulty,
        question.bloom,
        question.generator,
        answer,
    )


def _question(stored: _Stored) -> Question:
    if stored.kind not in KINDS:
        raise msgspec.ValidationError(f"question {stored.id!r} has the unknown kind {stored.kind!r}")
    return Question(
        id=stored.id,
        objective=stored.objective,
        prompt=(),
        answer=msgspec.convert(stored.answer, KINDS[stored.kind], dec_hook=_read),
        solution=(),
        points=stored.points,
        minutes=stored.minutes,
        difficulty=stored.difficulty,
        bloom=stored.bloom,
        generator=stored.generator,
    )


def _read(kind: type, value: object) -> object:
    if kind is not Fraction or not isinstance(value, str):
        raise TypeError(f'{value!r} is not a number written as text, such as "5/2"')
    try:
        return Fraction(value)
    except ZeroDivisionError:
        raise ValueError(f"{value!r} divides by zero") from None


def _faults(scoring: Scoring) -> list[str]:
    faults: list[str] = []
    check_scoring(scoring, lambda where, message: faults.append(message))
    return faults


def _of(question: Question) -> list[str]:
    """What keeps it from being graded; the prompt was left out on purpose."""
    return [problem.text for problem in problems(question) if problem.where != ("prompt",)]

"""A student's own form, and its files: a function of the exam and the student alone, whoever computes it and when."""

import hashlib
from dataclasses import dataclass

from vlearn import __version__
from vlearn.errors import RosterError, VlearnError
from vlearn.exams.assemble import assemble
from vlearn.exams.blueprint import Blueprint
from vlearn.exams.exporters import exporter
from vlearn.exams.form import Form, Student
from vlearn.exams.order import shuffled_order
from vlearn.exams.stream import stream
from vlearn.exams.write import plain
from vlearn.questions.bank import Bank
from vlearn.questions.entry import Entry
from vlearn.questions.shuffle import shuffled


@dataclass(frozen=True, slots=True)
class Exam:
    """What all personal forms share: the entries of everybody's paper, or with `own` those that each chooses from."""

    blueprint: Blueprint
    entries: tuple[Entry, ...]
    own: bool
    seed: int
    formats: tuple[str, ...]
    roster: str


@dataclass(frozen=True, slots=True)
class Order:
    """A paper to be made: for whom, in which line of the roster, with which code. `known` is the form on disk."""

    student: Student
    line: int
    code: str
    known: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A student's files by their names below the folder; none where the form on disk is the right one already."""

    student: Student
    digest: str
    files: dict[str, bytes] | None


def personal_form(exam: Exam, student: Student, code: str) -> Form:
    """The form of a student: an order, variants and shuffles of their own, each from a stream by their id."""
    of = f"student {student.id}"
    entries = exam.entries
    if exam.own:
        entries = assemble(exam.blueprint, Bank(entries), stream(exam.seed, of, "choice").getrandbits(64))
    questions = tuple(
        shuffled(entry.make(stream(exam.seed, of, entry.id, "variant")), stream(exam.seed, of, entry.id, "options"))
        for entry in shuffled_order(entries, stream(exam.seed, of, "order"))
    )
    return Form(exam.blueprint.title, code, exam.blueprint.instructions, questions, exam.seed, student)


def make(exam: Exam, order: Order) -> Made:
    """The paper and the key in every format. Raises RosterError with the line of the student whose paper fails."""
    try:
        form = personal_form(exam, order.student, order.code)
        digest = hashlib.sha256(repr((__version__, exam.formats, form)).encode()).hexdigest()
        files = None if digest == order.known else _files(exam, form)
    except VlearnError as error:
        told = f"the paper of student {order.student.id!r} cannot be made: {error}"
        raise RosterError(f"{exam.roster}:{order.line}: {told}") from error
    return Made(order.student, digest, files)


def _files(exam: Exam, form: Form) -> dict[str, bytes]:
    assert form.student is not None
    files = {}
    for name in exam.formats:
        module = exporter(name)
        files[file_name("papers", form.student, module.SUFFIX)] = module.paper(form.paper)
        if module.key is not None:
            files[file_name("keys", form.student, module.SUFFIX)] = module.key(form)
    return files


def file_name(folder: str, student: Student, suffix: str) -> str:
    """Such as `papers/s1234567-9f86d081.pdf`: letters and digits of the id, and a hash of it that tells ids apart."""
    known = hashlib.sha256(student.id.encode()).hexdigest()[:10]
    return f"{folder}/{'-'.join(filter(None, (plain(student.id)[:40].strip('-'), known)))}.{suffix.removeprefix('.')}"

"""A student's own form, and its files: a function of the exam and the student alone, whoever computes it and when."""

import hashlib
from dataclasses import dataclass

from msgspec import structs

from vlearn import __version__
from vlearn.errors import BlueprintError, RosterError, VlearnError
from vlearn.exams.arrange import arranged, headings
from vlearn.exams.assemble import assemble
from vlearn.exams.blueprint import Blueprint
from vlearn.exams.choice import Choice
from vlearn.exams.exporters import exporter
from vlearn.exams.form import Form, Student
from vlearn.exams.stream import stream
from vlearn.exams.write import plain
from vlearn.questions.bank import Bank
from vlearn.questions.entry import Entry
from vlearn.questions.shuffle import shuffled


@dataclass(frozen=True, slots=True)
class Exam:
    """What all personal forms share: the choice for everybody's paper, or in `own` what each is chosen from instead."""

    blueprint: Blueprint
    choice: Choice
    own: tuple[Entry, ...]
    seed: int
    formats: tuple[str, ...]
    roster: str


@dataclass(frozen=True, slots=True)
class Order:
    """A paper to be made: for whom, in which line of the roster, with which code, and whether in large print.

    `known` is the form on disk.
    """

    student: Student
    line: int
    code: str
    large: bool = False
    known: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A student's questions, and their files by their names below the folder.

    There are none of these where the form on disk is the right one already.
    """

    student: Student
    questions: tuple[str, ...]
    digest: str
    files: dict[str, bytes] | None


def exam_of(
    blueprint: Blueprint, bank: Bank, seed: int, formats: tuple[str, ...], roster: str, own_questions: bool = False
) -> Exam:
    """The exam whose papers are personal. Raises BlueprintError where the bank cannot meet the blueprint."""
    if blueprint.parallel is not None:
        raise BlueprintError(
            f"{blueprint.at(('parallel',))}`parallel` is for the forms of `vlearn exam`, and personal papers have "
            f"none: take it out for a roster; --own-questions gives every student other questions"
        )
    choice = assemble(blueprint, bank, seed)
    return Exam(blueprint, choice, bank.entries if own_questions else (), seed, formats, roster)


def personal_form(exam: Exam, student: Student, code: str, large: bool = False) -> Form:
    """The form of a student: an order, variants and shuffles of their own, each from a stream by their id."""
    of, sheet = f"student {student.id}", exam.blueprint
    choice = exam.choice
    if exam.own:
        choice = assemble(sheet, Bank(exam.own), stream(exam.seed, of, "choice").getrandbits(64))
    parts = arranged(sheet, choice, stream(exam.seed, of, "order"))
    questions = tuple(
        shuffled(entry.make(stream(exam.seed, of, entry.id, "variant")), stream(exam.seed, of, entry.id, "options"))
        for part in parts
        for entry in part
    )
    options = structs.replace(sheet.print, large=large or sheet.print.large, key=sheet.print.key or "answers")
    return Form(sheet.title, code, sheet.instructions, questions, exam.seed, student, headings(sheet, parts), options)


def make(exam: Exam, order: Order) -> Made:
    """The paper and the key in every format. Raises RosterError with the line of the student whose paper fails."""
    try:
        form = personal_form(exam, order.student, order.code, order.large)
        digest = hashlib.sha256(repr((__version__, exam.formats, form)).encode()).hexdigest()
        files = None if digest == order.known else _files(exam, form)
    except VlearnError as error:
        told = f"the paper of student {order.student.id!r} cannot be made: {error}"
        raise RosterError(f"{exam.roster}:{order.line}: {told}") from error
    return Made(order.student, tuple(question.id for question in form.questions), digest, files)


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

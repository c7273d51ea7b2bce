"""Grading in one call: what was handed in and a key in, tables and a report out. `vlearn exam grade` does this."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vlearn.errors import BlueprintError, ExportError, did_you_mean
from vlearn.exams.blueprint import Blueprint
from vlearn.exams.blueprint_file import find_blueprint, load_blueprint
from vlearn.exams.files import write_together
from vlearn.exams.form import Form
from vlearn.exams.forms import forms
from vlearn.exams.ledger import without_recent
from vlearn.exams.roster.codes import codes
from vlearn.exams.roster.personal import exam_of, personal_form
from vlearn.exams.roster.students import read_roster
from vlearn.exams.scoring.corrections import load_corrections
from vlearn.exams.scoring.gradebook import NO_AMENDMENTS, Change, Result, changes, grade_all
from vlearn.exams.scoring.hand_ins import read_hand_ins
from vlearn.exams.scoring.key_file import Key, key_of
from vlearn.exams.scoring.marks import NO_MARKS, read_marks
from vlearn.exams.scoring.report_csv import changes_table, grades_table, reasons_table
from vlearn.exams.scoring.report_html import report
from vlearn.exams.scoring.score import option_worth
from vlearn.exams.scoring.scoring_file import load_scoring
from vlearn.questions.bank import Bank, load_bank

SUFFIXES = (".csv", ".html")
"""What grades can be written as."""


@dataclass(frozen=True, slots=True)
class Graded:
    """What was graded, changed by corrections, and written."""

    results: tuple[Result, ...]
    changed: tuple[Change, ...]
    written: tuple[Path, ...]


def make_key(blueprint: str | Path, seed: int, scoring: Path | None = None, roster: Path | None = None) -> Key:
    """The key of the exam that `make_exam` makes of this blueprint and seed, scored as a file says or the blueprint.

    With a roster, of the personal papers that `make_papers` makes: their forms have the codes that are printed on them.
    """
    sheet, bank = without_recent(load_blueprint(find_blueprint(blueprint)), seed), load_bank()
    made = _personal(sheet, bank, seed, roster) if roster else forms(sheet, bank, seed)
    key = key_of(made, sheet.scoring)
    return scored_by(key, scoring) if scoring else checked(key)


def _personal(sheet: Blueprint, bank: Bank, seed: int, roster: Path) -> tuple[Form, ...]:
    students = [listed.student for listed in read_roster(roster)]
    code = codes(seed, sheet.title, (student.id for student in students))
    exam = exam_of(sheet, bank, seed, (), str(roster))
    return tuple(personal_form(exam, student, code[student.id]) for student in students)


def scored_by(key: Key, scoring: Path) -> Key:
    """The key with the rules of a file."""
    return checked(replace(key, scoring=load_scoring(scoring)))


def checked(key: Key) -> Key:
    """The key, if its scoring speaks of questions and options that it has; BlueprintError says which it has not."""
    for id, special in key.scoring.questions.items():
        for questions in key.forms.values():
            ids = {question.id: question for question in questions}
            if id not in ids:
                raise BlueprintError(f"scoring: the exam has no question {id!r}{did_you_mean(id, ids)}")
            if special.options:
                option_worth(ids[id], special)
    return key


def grade_exam(
    responses: Sequence[Path],
    key: Key,
    out: Sequence[Path],
    *,
    form_column: str = "form",
    corrections: Path | None = None,
    marks: Path | None = None,
    roster: Path | None = None,
    encoding: str | None = None,
    refuse: bool = True,
    run_programs: bool = False,
) -> Graded:
    """Grade everybody and write grades to the files `out`, all of them or none.

    `encoding` is that of every table. Programs are run only if they are to be; see `grade_all`.
    `NAME.csv` comes with `NAME-reasons.csv` and, after corrections, `NAME-changes.csv`; `NAME.html` holds everything.
    Raises a VlearnError that says what is wrong with the responses, the key or the files.
    """
    folder = _folder(out)
    students = {listed.student.id for listed in read_roster(roster, encoding)} if roster else None
    hand_ins = read_hand_ins(responses, key, form_column, students, encoding)
    given = read_marks(marks, key, hand_ins, encoding) if marks else NO_MARKS
    results = grade_all(hand_ins, key, key.scoring, NO_AMENDMENTS, given, refuse, run_programs)
    changed: tuple[Change, ...] = ()
    if corrections:
        before, amendments = results, load_corrections(corrections, key)
        results = grade_all(hand_ins, key, key.scoring, amendments, given, refuse, run_programs)
        changed = changes(before, results)
    files: dict[str, bytes] = {}
    for path in out:
        if path.suffix == ".html":
            files[path.name] = report(key.title, results, changed)
        else:
            files[path.name] = grades_table(results)
            files[f"{path.stem}-reasons.csv"] = reasons_table(results)
            if corrections:
                files[f"{path.stem}-changes.csv"] = changes_table(changed)
    _spare([path for path in (*responses, corrections, marks, roster) if path], folder, files)
    return Graded(results, changed, write_together(folder, files))


def _spare(inputs: Sequence[Path], folder: Path, names: Iterable[str]) -> None:
    """Raises ExportError if a file to write is one that was read: what students answered exists only once."""
    read = {path.resolve() for path in inputs}
    if taken := [folder / name for name in names if (folder / name).resolve() in read]:
        raise ExportError(f"{taken[0]}: this file is read here, and is not written over; name another with --out")


def _folder(out: Sequence[Path]) -> Path:
    """The one folder of the files to write. Raises ExportError for a file that cannot be one of grades."""
    if not out:
        raise ExportError("name a file for the grades, such as grades.csv or grades.html")
    if wrong := [path for path in out if path.suffix not in SUFFIXES]:
        raise ExportError(f"{wrong[0]}: grades are written as {' or '.join(SUFFIXES)}; end the name in one of them")
    folders = {path.parent for path in out}
    if len(folders) > 1:
        raise ExportError(
            "grades are written into one folder: " + ", ".join(sorted(map(str, folders))) + " are several"
        )
    return out[0].parent

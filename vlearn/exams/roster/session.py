"""A paper and a key for every student of a roster. This is what `vlearn exam roster` does."""

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import MappingProxyType

from vlearn.errors import ExportError
from vlearn.exams.blueprint import printed_as
from vlearn.exams.blueprint_file import find_blueprint, load_blueprint
from vlearn.exams.exporters import exporter
from vlearn.exams.ledger import ledger_of, record, without_recent
from vlearn.exams.roster.codes import codes
from vlearn.exams.roster.folder import Folder
from vlearn.exams.roster.personal import Order, exam_of, file_name
from vlearn.exams.roster.students import Listed, read_roster
from vlearn.exams.roster.workers import made
from vlearn.exams.write import Progress
from vlearn.questions.bank import Bank, load_bank

LOOKUP = "codes.csv"
_FORMULA = tuple("=+-@\t\r＝＋－＠")


def make_papers(
    roster: Path,
    blueprint: str | Path,
    seed: int,
    folder: Path,
    formats: Sequence[str] = ("pdf",),
    *,
    bank: Bank | None = None,
    own_questions: bool = False,
    encoding: str | None = None,
    jobs: int | None = None,
    dask: str | None = None,
    resume: bool = True,
    recorded: bool = False,
    printed: Mapping[str, object] = MappingProxyType({}),
    progress: Progress | None = None,
) -> int:
    """Write `papers/`, `keys/` and `codes.csv` into the folder; how many papers are there then, kept ones included.

    All students get the same questions, or with `own_questions` a choice of their own that meets the blueprint. Same
    seed, same bytes, whoever makes them. `printed` are fields of the blueprint's `print` that are to be other than it
    says; whom the roster gives large print has it anyway. If it is to be recorded, the ledger gets all questions of all
    papers once these are there. Raises a VlearnError; the papers that are finished then stay.
    """
    listed = read_roster(roster, encoding)
    sheet = printed_as(load_blueprint(find_blueprint(blueprint)), printed)
    if recorded:
        ledger_of(sheet)
    names = _distinct(formats)
    exam = exam_of(without_recent(sheet, seed), bank or load_bank(), seed, names, str(roster), own_questions)
    code = codes(seed, exam.blueprint.title, (one.student.id for one in listed))
    place, asked = Folder(folder, resume), set[str]()
    try:
        place.write(LOOKUP, _lookup(listed, code, exporter(exam.formats[0]).SUFFIX))
        orders = [
            Order(one.student, one.line, code[one.student.id], one.large, place.known(one.student.id)) for one in listed
        ]
        with closing(made(exam, orders, jobs, dask)) as papers:
            for done, paper in enumerate(papers):
                if progress:
                    progress(done, len(listed))
                asked.update(paper.questions)
                if paper.files is not None:
                    place.finish(paper.student.id, paper.digest, paper.files)
        place.close(one.student.id for one in listed)
    finally:
        place.tidy()
    if recorded:
        record(sheet, seed, asked)
    if progress:
        progress(len(listed), len(listed))
    return len(listed)


def unshown_names(roster: Path, formats: Sequence[str], encoding: str | None = None) -> tuple[Listed, ...]:
    """The students whose name a format has no letters for: its papers have an empty field there, to be filled in."""
    listed = read_roster(roster, encoding)
    names = [one.student.name for one in listed]
    checks = (getattr(exporter(name), "unshown", None) for name in formats)  # a format with all letters has none
    unshown = {name for check in checks if check for name in check(names)}
    return tuple(one for one in listed if one.student.name in unshown)


def _distinct(formats: Sequence[str]) -> tuple[str, ...]:
    """The formats, each once. Raises ExportError where they cannot all be written."""
    names = tuple(dict.fromkeys(formats))
    suffixes = [exporter(name).SUFFIX.removeprefix(".") for name in names]
    if not names:
        raise ExportError("papers need at least one format to be written in")
    if len(set(suffixes)) < len(suffixes):
        raise ExportError(f"two of the formats {', '.join(names)} would write the same files; leave out one of them")
    return names


def _lookup(listed: Sequence[Listed], code: Mapping[str, str], suffix: str) -> bytes:
    """Who has which code, for a spreadsheet; with a mark by which it knows UTF-8, and without a formula."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(("code", "id", "name", "file"))
    for student in (one.student for one in listed):
        row = (code[student.id], student.id, student.name, file_name("papers", student, suffix))
        writer.writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row)
    return table.getvalue().encode("utf-8-sig")

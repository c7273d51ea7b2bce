"""One table of responses, a row a student."""

import re
from collections.abc import Iterator
from pathlib import Path

from vlearn.errors import did_you_mean
from vlearn.exams.scoring.csv_table import rows
from vlearn.exams.scoring.hand_in import Answered, Cell, HandIn, Report, form_named
from vlearn.exams.scoring.key_file import Key
from vlearn.questions.faults import Fault
from vlearn.questions.notation import amount

_QUESTION = re.compile(r"q(\d{1,9})( tries)?")


def read_table(path: Path, text: str, key: Key, form_column: str, report: Report) -> Iterator[HandIn]:
    """The rows of a table; every fault is reported at its line."""

    def fault(line: int, message: str) -> None:
        report(Fault(str(path), line, "", message))

    table = rows(text, fault)
    line, header = next(table, (1, []))
    names = [name.strip().casefold() for name in header]
    form_name = form_column.strip().casefold()
    count = len(next(iter(key.forms.values())))
    sound = True
    for message in _faults(names, form_name, count, len(key.forms)):
        sound = False
        fault(line, message)
    if not sound:
        return
    for line, row in table:
        if len(row) > len(names):
            has = amount(len(row), "cell{s}")
            fault(line, f"this row has {has}, the header has {len(names)}: put a cell with a comma in quotes")
            continue
        cells = dict(zip(names, [*row, *[""] * (len(names) - len(row))], strict=True))
        student, form = cells["student"].strip(), form_named(cells.get(form_name, ""), key)
        if not student:
            fault(line, "the cell in the column `student` is empty; every row needs one")
        if form is None:
            told = f"there is no form {cells[form_name]!r}; the forms of this exam are {', '.join(key.forms)}"
            fault(line, f"student {student!r}: {told}")
        tries = {n: _tries(cells.get(f"q{n} tries", "")) for n in range(1, count + 1)}
        for n, given in tries.items():
            if given is None:
                fault(line, f"student {student!r}: `q{n} tries` is {cells[f'q{n} tries']!r}; it must be 1, 2, 3, ...")
        if student and form is not None:
            answers = tuple(Answered(Cell(cells[f"q{n}"]), line, tries[n] or 1) for n in tries)
            yield HandIn(student, cells.get("name", "").strip(), form, answers, str(path), line)


def _faults(names: list[str], form_column: str, count: int, forms: int) -> Iterator[str]:
    """What is wrong with a header."""
    questions = [f"q{n}" for n in range(1, count + 1)]
    wanted = ["student", *[form_column] * (forms > 1), *questions]
    missing = [name for name in wanted if name not in names]
    if len(several := [name for name in missing if name in questions]) > 1:
        yield f"the columns {_listed(several)} are missing; the columns are {_listed(wanted)}"
        missing = [name for name in missing if name not in questions]
    for name in missing:
        near = did_you_mean(name, [n for n in names if n not in wanted], cutoff=0.7)
        yield f"the column `{name}` is missing{near or f'; the columns are {_listed(wanted)}'}"
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            yield f"the column `{name}` is there twice; keep one of them"
        seen.add(name)
        if (found := _QUESTION.fullmatch(name)) and not 1 <= int(found[1]) <= count:
            has = amount(count, "question{s}")
            yield f"the column `{name}` is of a question that does not exist; the exam has {has}"


def _listed(names: list[str]) -> str:
    return ", ".join(names if len(names) < 8 else [*names[:4], "...", names[-1]])


def _tries(cell: str) -> int | None:
    if not cell.strip():
        return 1
    return int(cell) if re.fullmatch("[1-9][0-9]{0,2}", cell.strip()) else None

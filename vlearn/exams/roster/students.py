"""Reading a roster: a CSV file with the columns `id` and `name`, one student a row. Where a column `print`
says `large`, the student gets large print. Other columns are ignored.

Cells are separated by commas, semicolons or tabs, whichever the header is. UTF-8, or UTF-16 with its mark; any other
encoding must be named, for a guessed one misspells names. Every fault is reported at once, with its line.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unicodedata import category, normalize

from vlearn.errors import RosterError, did_you_mean
from vlearn.exams.form import Student
from vlearn.questions.faults import Fault

LONGEST = {"id": 60, "name": 200}
"""The columns that a roster has, and how many characters a cell of each may have."""

PRINT = "print"
"""A column that a roster may have."""

_LARGEST = 1 << 25
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that would turn the text around them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A student, the line of the roster that lists them, and whether they need large print."""

    student: Student
    line: int
    large: bool = False


def read_roster(path: Path, encoding: str | None = None) -> tuple[Listed, ...]:
    """The students in the order of the file. Raises RosterError with every fault in it: file, line, what is right."""
    faults: list[Fault] = []
    rows = _rows(path, _text(path, encoding))
    columns = _columns(path, *next(rows, (1, [])))
    listed: dict[str, Listed] = {}
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        cells = {name: _clean(row[column]) if column < len(row) else "" for name, column in columns.items()}
        large = cells.pop(PRINT, "")
        told = [problem for name, cell in cells.items() if (problem := _problem(name, cell))]
        if large.lower() not in ("", "large"):
            told.append(f"`{PRINT}` is {large[:40]!r}; it must be large, or empty for print as everybody has it")
        one = Listed(Student(**cells), line, bool(large))
        if not told and (first := listed.setdefault(cells["id"], one)) is not one:
            told = [f"student {cells['id']!r} is listed twice, first in line {first.line}; keep one of the rows"]
        faults += [Fault(str(path), line, "", problem) for problem in told]
    if not listed and not faults:
        faults.append(Fault(str(path), 1, "", "the roster lists no student; put one row under the header for each"))
    if faults:
        raise RosterError("\n".join(map(str, sorted(faults))))
    return tuple(listed.values())


def _text(path: Path, encoding: str | None) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise RosterError(f"{path}: the roster cannot be read: {error.strerror or error}") from error
    if len(content) > _LARGEST:
        raise RosterError(f"{path}: the roster is larger than {_LARGEST >> 20} MiB; is it the right file?")
    chosen = encoding or next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        return content.decode(chosen)
    except LookupError:
        raise RosterError(f"there is no encoding named {chosen!r}; a common one is cp1252") from None
    except UnicodeError as error:
        line = content.count(b"\n", 0, getattr(error, "start", 0)) + 1
        told = f"this line is not {chosen}: save the roster as UTF-8, or name its encoding, such as --encoding cp1252"
        raise RosterError(f"{path}:{line}: {told}") from None


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line that each begins in."""
    header = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count), strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise RosterError(f"{path}:{line}: the row that begins here is not CSV: {error}") from None


def _columns(path: Path, line: int, header: list[str]) -> dict[str, int]:
    found = [cell.strip().lower() for cell in header]
    listed = ", ".join(repr(cell[:40]) for cell in found[:20]) or "none"
    faults = []
    wanted = (*LONGEST, PRINT) if PRINT in found else tuple(LONGEST)
    for name in wanted:
        if (count := found.count(name)) != 1:
            told = f"has the column {name!r} {count} times" if count else f"has no column {name!r}"
            hint = "" if count else did_you_mean(name, found)
            faults.append(Fault(str(path), line, "", f"the roster {told} (there are: {listed}){hint}"))
    if faults:
        raise RosterError("\n".join(map(str, faults)))
    return {name: found.index(name) for name in wanted}


def _clean(cell: str) -> str:
    """Equal names as equal characters, with single spaces."""
    return " ".join(normalize("NFC", cell).split())


def _problem(column: str, cell: str) -> str:
    if not cell:
        return f"`{column}` is empty; every student has an id and a name"
    if len(cell) > LONGEST[column]:
        return f"`{column}` has {len(cell)} characters; it may have {LONGEST[column]}"
    if hidden := [c for c in cell if category(c) in ("Cc", "Cs") or c in _TURNING]:
        return f"`{column}` has the invisible character U+{ord(hidden[0]):04X}; remove it"
    return ""

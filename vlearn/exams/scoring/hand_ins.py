"""What students handed in: the rows of a table, or the `responses.json` files that answer notebooks write.

A table is CSV in UTF-8, separated by commas or semicolons, with a header: `student`, `name`, `form`, `q1`, `q2`, ... in
the order of the paper, and where a question may be tried again `q1 tries`, ...; `vlearn.exams.scoring.cells` says how a
response is written. Other columns are left alone. An exam of one form needs no column for it.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

from vlearn.errors import ResponseError, did_you_mean
from vlearn.exams.scoring.csv_table import read_text
from vlearn.exams.scoring.hand_in import HandIn
from vlearn.exams.scoring.hand_in_json import read_json
from vlearn.exams.scoring.hand_in_table import read_table
from vlearn.exams.scoring.key_file import Key
from vlearn.questions.faults import Fault
from vlearn.questions.notation import amount


def read_hand_ins(
    paths: Sequence[Path],
    key: Key,
    form_column: str = "form",
    students: Collection[str] | None = None,
    encoding: str | None = None,
) -> tuple[HandIn, ...]:
    """All that was handed in, in files or in folders of JSON files, sorted by student.

    `encoding` is that of the tables, where it is not UTF-8.
    `students` are the ids that there are, if that is known; a personal form must be handed in by its student.
    Raises ResponseError with every fault: file, line, and what would be right.
    """
    faults: list[Fault] = []
    read: list[HandIn] = []
    for path in _files(paths):
        is_json = path.suffix.lower() == ".json"
        text = read_text(path, partial(_fault, faults, path), None if is_json else encoding)
        if text is not None and is_json:
            read += read_json(path, text, key, faults.append)
        elif text is not None:
            read += read_table(path, text, key, form_column, faults.append)
    first: dict[str, HandIn] = {}
    for one in read:
        if (taken := first.setdefault(one.student, one)) is not one:
            told = f"student {one.student!r} is there already, in {taken.path}:{taken.line}; keep one of them"
            faults.append(Fault(one.path, one.line, "", told))
        if told := _stranger(one, key, students):
            faults.append(Fault(one.path, one.line, "", told))
    if faults:
        raise ResponseError(told_all(faults))
    if not read:
        raise ResponseError("nothing was handed in: name a table, or a folder with responses.json files")
    return tuple(sorted(read, key=lambda one: one.student))


def told_all(faults: Sequence[Fault]) -> str:
    """All faults in one message."""
    return "\n".join((f"the responses have {amount(len(faults), 'fault{s}')}:", *map(str, sorted(faults))))


def _stranger(one: HandIn, key: Key, students: Collection[str] | None) -> str:
    """Why this student cannot have handed in this form, if so."""
    if students is not None and one.student not in students:
        return f"there is no student {one.student!r}{did_you_mean(one.student, students)}"
    if (owner := key.students.get(one.form, one.student)) != one.student:
        return f"form {one.form} is the paper of student {owner!r}, not of {one.student!r}"
    return ""


def _fault(faults: list[Fault], path: Path, line: int, message: str) -> None:
    faults.append(Fault(str(path), line, "", message))


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.json")) if path.is_dir() else [path]

"""What a person gave essays and programs: a table with the columns `student`, `question` (its id) and `marks`.

Marks are the shares from 0 to 1 that each line of an essay's rubric is met, such as `1 0.5 0`, or the share that a
program earns.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from vlearn.errors import ResponseError, did_you_mean
from vlearn.exams.scoring.csv_table import read_text, rows
from vlearn.exams.scoring.hand_in import HandIn
from vlearn.exams.scoring.key_file import Key
from vlearn.questions import notation
from vlearn.questions.faults import Fault
from vlearn.questions.model import Essay, Program
from vlearn.questions.notation import amount
from vlearn.questions.responses import Marks

EssayMarks: TypeAlias = Mapping[tuple[str, str], Marks]
"""By student and the id of a question."""

NO_MARKS: EssayMarks = {}
_COLUMNS = ("student", "question", "marks")


def read_marks(path: Path, key: Key, hand_ins: Sequence[HandIn], encoding: str | None = None) -> EssayMarks:
    """Read a table of marks. Raises ResponseError with every fault: file, line, and what would be right."""
    faults: list[Fault] = []

    def fault(line: int, message: str) -> None:
        faults.append(Fault(str(path), line, "", message))

    wanted = {q.id: _wanted(q.answer) for q in next(iter(key.forms.values())) if isinstance(q.answer, Essay | Program)}
    students = {one.student for one in hand_ins}
    marks: dict[tuple[str, str], Marks] = {}
    table = rows(read_text(path, fault, encoding) or "", fault)
    line, header = next(table, (1, []))
    names = [name.strip().casefold() for name in header]
    if missing := [name for name in _COLUMNS if name not in names]:
        fault(line, f"the column `{missing[0]}` is missing; the columns are {', '.join(_COLUMNS)}")
        table = iter(())
    for line, row in table:
        cells = dict(zip(names, row, strict=False))
        student, question, written = (cells.get(name, "").strip() for name in _COLUMNS)
        if student not in students:
            fault(line, f"student {student!r} handed nothing in{did_you_mean(student, students)}")
        elif question not in wanted:
            fault(line, f"the exam has no essay or program {question!r}{did_you_mean(question, wanted)}")
        elif (student, question) in marks:
            fault(line, f"student {student!r} has marks for {question!r} already; keep one of the rows")
        elif (shares := _shares(written, wanted[question][0])) is None:
            told = wanted[question][1]
            fault(line, f"marks for {question!r} are {told}; these are {written!r}")
        else:
            marks[student, question] = Marks(shares)
    if faults:
        raise ResponseError("\n".join(map(str, sorted(faults))))
    return marks


def _wanted(answer: Essay | Program) -> tuple[int, str]:
    """How many shares there must be, and that in words."""
    if isinstance(answer, Program):
        return 1, "a share from 0 to 1, such as 0.5"
    count = len(answer.rubric)
    return count, f"{amount(count, 'share{s}')} from 0 to 1, one for each line of the rubric, such as 1 0.5"


def _shares(written: str, count: int) -> tuple[Fraction, ...] | None:
    try:
        shares = tuple(notation.parse(share) for share in written.split())
    except ValueError:
        return None
    return shares if len(shares) == count and all(0 <= share <= 1 for share in shares) else None

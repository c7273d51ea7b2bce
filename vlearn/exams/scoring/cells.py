"""A response as text, as it stands in a cell of a table: `B`, `A C`, `true B`, `0x1F000`, `1:A 2:C`.

White space, commas and semicolons separate letters. An empty cell is an unanswered question. Where the text of a gap
itself holds something like ` 2:`, a JSON list says what belongs to which gap: `["at 2: the EPT", null]`.
"""

import json
import re
from collections.abc import Mapping

from vlearn.errors import ResponseError
from vlearn.questions.model import (
    Classification,
    Cloze,
    Essay,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    Program,
    Question,
    ShortText,
    SingleChoice,
    TraceTable,
    TrueFalse,
)
from vlearn.questions.responses import Response, shortened

WRITTEN: Mapping[str, str] = {
    "single-choice": "a letter, such as B",
    "multiple-choice": "letters, such as A C",
    "true-false": "true or false and the letter of the reason, such as false C",
    "numeric": "a number, such as 24 or 0x1F000",
    "short-text": "text",
    "matching": "a letter for each number, such as 1:B 2:A",
    "ordering": "all letters, first to last, such as B C A",
    "cloze": "the text of each gap, such as 1:guest 2:rax",
    "classification": "a letter for each number, such as 1:A 2:B",
    "essay": "text",
    "trace": "the text of each blank cell, row by row, such as 1:0x1000 2:PDPTE",
    "code": "Python source",
}
"""How a response to each kind of question is written in a cell."""

_VERDICTS = {"true": True, "t": True, "false": False, "f": False}
_NUMBER = re.compile(r"(?:^|(?<=[\s,;]))(\d{1,3})\s*:")


def read_cell(question: Question, cell: str) -> Response | None:
    """The response that a cell states; None if it is empty. ResponseError says how it would be written."""
    if not cell.strip():
        return None
    match question.answer:
        case SingleChoice() | Numeric() | ShortText():
            return cell.strip()
        case Essay() | Program():
            return cell
        case MultipleChoice(options):
            return frozenset(_letters(cell, len(options)))
        case Ordering(items):
            return _letters(cell, len(items))
        case TrueFalse():
            return _judgement(question, cell)
        case Matching(left) | Classification(_, left):
            entries = _numbered(question, cell, len(left))
            return tuple(entry.strip(" \t\r\n,;") or None if entry else None for entry in entries)
        case Cloze(_, gaps):
            return _numbered(question, cell, len(gaps))
        case TraceTable(_, _, blanks):
            return _numbered(question, cell, len(blanks))


def _letters(cell: str, count: int) -> tuple[str, ...]:
    """Letters; as long as each is one character they may also stand together, as in ACD."""
    words = re.split(r"[\s,;]+", cell.strip(" \t\r\n,;"))
    return tuple(words[0]) if len(words) == 1 and count <= 26 else tuple(words)


def _judgement(question: Question, cell: str) -> Response:
    verdict, *reason = re.split(r"[\s,;]+", cell.strip(" \t\r\n,;"))
    if verdict.lower() not in _VERDICTS or len(reason) > 1:
        raise _unreadable(question, cell)
    return _VERDICTS[verdict.lower()], reason[0] if reason else None


def _numbered(question: Question, cell: str, count: int) -> tuple[str | None, ...]:
    """The text behind each number. Numbers rise, so that a lower one within a text is part of the text."""
    if (listed := _listed(cell)) is not None:
        return listed
    starts: list[re.Match[str]] = []
    for found in _NUMBER.finditer(cell):
        if (int(starts[-1][1]) if starts else 0) < int(found[1]) <= count:
            starts.append(found)
    if not starts and count == 1:
        return (cell.strip(),)
    if not starts or cell[: starts[0].start()].strip():
        raise _unreadable(question, cell)
    entries: list[str | None] = [None] * count
    ends = [*(start.start() for start in starts[1:]), len(cell)]
    for start, end in zip(starts, ends, strict=True):
        entries[int(start[1]) - 1] = cell[start.end() : end].strip() or None
    return tuple(entries)


def _listed(cell: str) -> tuple[str | None, ...] | None:
    """The entries of a JSON list of texts and nulls, if that is what the cell holds."""
    try:
        value = json.loads(cell) if cell.lstrip().startswith("[") else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list) or not all(entry is None or isinstance(entry, str) for entry in value):
        return None
    return tuple(value)


def _unreadable(question: Question, cell: str) -> ResponseError:
    return ResponseError(
        f"question {question.id!r}: {shortened(cell)!r} cannot be read; "
        f"a response to a {question.kind} question is written as {WRITTEN[question.kind]}"
    )

"""What a student is to do as the JSON that the Typst template reads."""

from collections.abc import Iterable
from itertools import count
from typing import assert_never

from exporters.pdf_blocks import Data, inline, line, longest, nodes, shape
from exporters.phrasebook import Phrases
from vlearn.questions.item import (
    Arrange,
    Choose,
    Complete,
    Enter,
    Fill,
    Judge,
    Match,
    Sort,
    Task,
    Write,
    WriteCode,
)
from vlearn.questions.labels import letter, number
from vlearn.render.tree import parse, with_gaps

_BLANK = "_" * 6
"""As wide as a cell to write into should be at least."""


def task_data(task: Task, words: Phrases) -> Data:
    """The task with the name of its kind, which is a function in `exporters/typst/tasks.typ`."""
    match task:
        case Choose(options, many):
            return {"kind": "choose", "many": many, "options": _lettered(options)}
        case Judge(reasons):
            return {"kind": "judge", "reasons": _lettered(reasons)}
        case Enter(unit, base):
            told = line(words.task.unit.format(unit=unit)) if unit else ""
            return {"kind": "enter", "unit": line(unit), "told": told, "prefix": "0x" if base == 16 else ""}
        case Write(lines):
            return {"kind": "write", "lines": lines}
        case Match(left, right):
            return {"kind": "match", "left": _numbered(left), "right": _lettered(right)}
        case Arrange(items):
            return {"kind": "arrange", "items": _lettered(items)}
        case Fill(text, choices):
            chosen = [
                {"gap": words.task.gap.format(number=n), "choices": list(map(line, given))}
                for n, given in enumerate(choices, 1)
                if given
            ]
            return {"kind": "fill", "nodes": nodes(with_gaps(parse(text), len(choices))), "choices": chosen}
        case Sort(categories, items):
            return {"kind": "sort", "categories": _lettered(categories), "items": _numbered(items)}
        case Complete(header, rows):
            blank = count()
            head = list(map(line, header))
            cells = [[{"gap": number(next(blank))} if cell is None else line(cell) for cell in row] for row in rows]
            sized = [[_BLANK if cell is None else cell for cell in row] for row in rows]
            return {"kind": "complete", "header": head, "rows": cells, "shape": shape([head, *sized])}
        case WriteCode(starter, lines):
            return {"kind": "code", "starter": starter, "lines": lines, "longest": longest(starter)}
        case never:
            assert_never(never)


def _lettered(texts: Iterable[str]) -> list[Data]:
    return [{"label": letter(n), "text": inline(text)} for n, text in enumerate(texts)]


def _numbered(texts: Iterable[str]) -> list[Data]:
    return [{"label": number(n), "text": inline(text)} for n, text in enumerate(texts)]

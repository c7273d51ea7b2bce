"""The fields of a task in a form, and the response that was filled in, in the form that grading reads.

Every field's name begins with the task's own, so that one form can hold several tasks.
"""

from collections.abc import Sequence
from itertools import count
from typing import assert_never

from vlearn.lab.fields import Values, area, arrangement, checkboxes, line, menu, radios
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
from vlearn.questions.responses import Response
from vlearn.render.markdown import html_of, to_html_inline, to_plain_inline
from vlearn.render.tree import parse, with_gaps

TALLEST = 12
"""Lines of a text field on the screen, where it scrolls and can be made taller."""


def fields(task: Task, name: str) -> str:
    """HTML with a label for every field."""
    match task:
        case Choose(options, many):
            kind, legend = (checkboxes, "Choose any number.") if many else (radios, "Choose one.")
            return kind(name, legend, _lettered(options))
        case Judge(reasons):
            verdict = radios(name, "Is it true?", ["False", "True"])
            return verdict + radios(f"{name}-why", "For which reason?", _lettered(reasons))
        case Enter(unit, base):
            hint = f"{unit} (in hexadecimal)" if base == 16 else unit
            return f"<p>{line(name, f'Your number {hint}', to_html_inline(hint), style='code')}</p>"
        case Write(1):
            return f"<p>{line(name, 'Your answer', width=40)}</p>"
        case Write(lines):
            return area(name, "Your answer", min(lines, TALLEST))
        case Match(left, right):
            return _pairs(name, left, right)
        case Sort(categories, items):
            return _pairs(name, items, categories)
        case Arrange(items):
            return arrangement(name, "Put them in order, first to last.", _lettered(items))
        case Fill(text, choices):
            return html_of(
                with_gaps(parse(text), len(choices)), lambda gap: _gap(f"{name}-{gap}", gap, choices[gap - 1])
            )
        case Complete(header, rows):
            return _cells(name, header, rows)
        case WriteCode(starter, lines):
            return area(name, "Your code", min(lines, TALLEST), starter, "code")
        case never:
            assert_never(never)


def response(task: Task, name: str, values: Values) -> Response | None:
    """What was filled in; None if nothing was."""
    match task:
        case Choose(_, True):
            return frozenset(map(int, values.get(name, ()))) or None
        case Choose():
            return _index(values, name)
        case Judge():
            verdict = _index(values, name)
            return None if verdict is None else (bool(verdict), _index(values, f"{name}-why"))
        case Enter() | Write() | WriteCode():
            return _text(values, name)
        case Match(left):
            return _filled([_index(values, f"{name}-{n}") for n in range(len(left))])
        case Sort(_, items):
            return _filled([_index(values, f"{name}-{n}") for n in range(len(items))])
        case Arrange():
            order = [int(value) for value in values.get(name, ())]
            return order if order != sorted(order) else None  # untouched: what is to be ordered never comes in order
        case Fill(_, choices):
            return _filled([_chosen(values, f"{name}-{n}", given) for n, given in enumerate(choices, 1)])
        case Complete(_, rows):
            blanks = sum(cell is None for row in rows for cell in row)
            return _filled([_text(values, f"{name}-{n}") for n in range(blanks)])
        case never:
            assert_never(never)


def _lettered(options: Sequence[str]) -> list[str]:
    return [f"<b>{letter(n)}.</b> {to_html_inline(option)}" for n, option in enumerate(options)]


def _pairs(name: str, left: Sequence[str], right: Sequence[str]) -> str:
    choices = [f"{letter(n)}. {to_plain_inline(option)}" for n, option in enumerate(right)]
    rows = (
        f"<div>{number(n)}. {to_html_inline(item)}</div>{menu(f'{name}-{n}', to_plain_inline(item), choices)}"
        for n, item in enumerate(left)
    )
    return f'<div class="pair">{"".join(rows)}</div>'


def _gap(name: str, gap: int, choices: Sequence[str]) -> str:
    label = f"Gap {gap}"
    return f"<small>{gap}.</small> " + (
        menu(name, label, map(to_plain_inline, choices)) if choices else line(name, label, width=12)
    )


def _cells(name: str, header: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    head = "".join(f'<th scope="col">{to_html_inline(cell)}</th>' for cell in header)
    blank = count()
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(name, blank, header[c], r, cell)}</td>" for c, cell in enumerate(row)) + "</tr>"
        for r, row in enumerate(rows, 1)
    )
    return f'<table class="block-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(name: str, blank: "count[int]", column: str, row: int, cell: str | None) -> str:
    if cell is not None:
        return to_html_inline(cell)
    n = next(blank)
    label = f"Cell {number(n)}: {to_plain_inline(column)}, row {row}"
    return f"<small>{number(n)}.</small> {line(f'{name}-{n}', label, width=14, style='code')}"


def _text(values: Values, name: str) -> str | None:
    return next((value for value in values.get(name, ()) if value.strip()), None)


def _index(values: Values, name: str) -> int | None:
    given = _text(values, name)
    return None if given is None else int(given)


def _chosen(values: Values, name: str, choices: Sequence[str]) -> str | None:
    if not choices:
        return _text(values, name)
    index = _index(values, name)
    return None if index is None else choices[index]


def _filled(entries: list[str | None] | list[int | None]) -> Response | None:
    return None if all(entry is None for entry in entries) else entries

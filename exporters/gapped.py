"""A trace as an HTML table with a gap in each blank cell, for formats that write their gaps into the text."""

from collections.abc import Callable
from html import escape
from itertools import count

from vlearn.questions.model import TraceTable


def trace_html(answer: TraceTable, gap: Callable[[int], str]) -> str:
    """The table; `gap` writes gap n, counted from 1."""
    numbers = dict(zip(answer.blanks, count(1), strict=False))

    def cell(r: int, c: int, text: str) -> str:
        blank = numbers.get((r, c))
        return f"<td>{gap(blank) if blank else escape(text, quote=False)}</td>"

    head = "".join(f'<th scope="col">{escape(text, quote=False)}</th>' for text in answer.header)
    cells = ("".join(cell(r, c, text) for c, text in enumerate(row)) for r, row in enumerate(answer.rows))
    rows = "".join(f"<tr>{row}</tr>\n" for row in cells)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n"

"""Columns as Go's text/tabwriter sets them: a column is as wide as its widest cell among the lines that follow each
other and have one there; the last cell of a line belongs to no column.

`kubectl get` keeps cells six wide at least and three apart; `kubectl describe` two apart.
"""

from collections.abc import Iterable, Sequence
from typing import Any


def aligned(text: str, least: int = 0, gap: int = 2) -> str:
    """A text whose cells end in tabs, set in columns of at least `least` with `gap` spaces between."""
    lines = [line.split("\t") for line in text.split("\n")]
    return "\n".join(_set(lines, 0, len(lines), (), least, gap))


def table(rows: Iterable[Sequence[Any]]) -> str:
    """Rows of cells as `kubectl get` prints them."""
    return aligned("".join("\t".join(map(str, row)) + "\n" for row in rows), 6, 3)


def _set(lines: list[list[str]], start: int, end: int, widths: tuple[int, ...], least: int, gap: int) -> list[str]:
    column = len(widths)
    done: list[str] = []
    at = start
    while at < end:
        if column >= len(lines[at]) - 1:
            done.append(_line(lines[at], widths))
            at += 1
            continue
        last = at
        while last < end and column < len(lines[last]) - 1:
            last += 1
        width = max(least, *(len(line[column]) + gap for line in lines[at:last]))
        done += _set(lines, at, last, (*widths, width), least, gap)
        at = last
    return done


def _line(cells: list[str], widths: tuple[int, ...]) -> str:
    return "".join(cell.ljust(widths[n]) if n < len(widths) else cell for n, cell in enumerate(cells))

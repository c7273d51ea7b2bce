"""Rows of cells under names: what a queue's places or a log's partitions hold, for the views of both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vlearn.views.devices_strip import WIDTH
from vlearn.views.svg import INK, PLAIN, SMALL, Look, Shape, box, fitted, text

ROW, LEFT, GAP = 38, 196, 4
NARROWEST = 46
LETTERS = 14
"""Longer words in a cell are cut."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A word and how its box is drawn."""

    words: str
    look: Look = PLAIN


@dataclass(frozen=True, slots=True)
class Row:
    """A name, a note in smaller letters below it, and cells; of too many the last are shown, and the rest counted."""

    name: str
    cells: Sequence[Cell]
    note: str = ""
    lit: bool = False


def rows_drawn(rows: Sequence[Row], top: float) -> Iterator[Shape]:
    """One below the other from `top` on, ROW pixels each."""
    for n, row in enumerate(rows):
        y = top + n * ROW
        name = _cut(row.name, 24)
        size = fitted(name, LEFT - 14, SMALL + 1)
        yield text(6, y + (15 if row.note else 22), name, size=size, bold=row.lit)
        if row.note:
            note = _cut(row.note, 33)
            yield text(6, y + 30, note, size=fitted(note, LEFT - 14, 10))
        yield from _cells(row.cells, y)


def _cells(cells: Sequence[Cell], y: float) -> Iterator[Shape]:
    shown = list(cells)
    while _width(shown) > WIDTH - LEFT - 80 * (len(shown) < len(cells)) - 4:
        shown.pop(0)
    x: float = LEFT
    if len(shown) < len(cells):
        yield text(x, y + 21, f"{len(cells) - len(shown)} more,", size=SMALL)
        x += 76
    for cell in shown:
        words, width = _cut(cell.words, LETTERS), _wide(cell)
        yield box(x, y + 4, width, ROW - 10, cell.look)
        yield text(x + width / 2, y + 22, words, size=SMALL, anchor="middle", mono=True, fill=INK)
        x += width + GAP


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _wide(cell: Cell) -> float:
    return max(NARROWEST, 0.61 * SMALL * len(_cut(cell.words, LETTERS)) + 12)


def _width(cells: Sequence[Cell]) -> float:
    return sum(_wide(cell) + GAP for cell in cells)


def rows_said(rows: Sequence[Row]) -> str:
    """All rows in words, a sentence each."""
    told = (f"{row.name}: {', '.join(cell.words for cell in row.cells) or 'nothing'}." for row in rows)
    return " ".join(told)

"""A row of the two-dimensional walk, drawn: the address that enters, a cell for every entry read, what they lead to."""

from collections.abc import Iterator
from dataclasses import dataclass

from vlearn.sim.memory.modes import Mode, size_name
from vlearn.sim.memory.state import Reference
from vlearn.views.memory_entry import value_lines
from vlearn.views.memory_rows import Row
from vlearn.views.svg import (
    BLUE,
    CURRENT,
    DONE,
    FAULT,
    GREY,
    GUEST,
    INK,
    OUTSIDE,
    PLAIN,
    READ,
    SMALL,
    WAITING,
    Look,
    Shape,
    arrow,
    badge,
    box,
    cross,
    fitted,
    placed,
    text,
    tick,
)

WIDTH, LABEL, GAP, CELL, PITCH = 760, 130, 12, 62, 80


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns for the levels of the EPT, root first, and one more for what the guest itself reads."""

    host: Mode

    @property
    def cell(self) -> float:
        """The width of a cell."""
        return (WIDTH - 4 - LABEL) / (len(self.host.levels) + 1) - GAP

    @property
    def lefts(self) -> tuple[float, ...]:
        """The left edge of every column."""
        return tuple(2 + LABEL + GAP + n * (self.cell + GAP) for n in range(len(self.host.levels) + 1))


def row_shapes(grid: Grid, row: Row, y: float, here: str | None, stuck: str | None) -> Iterator[Shape]:
    """The row at height y; `here` and `stuck` name the reference of this moment and the one a fault ended at."""
    if row.saved:
        middle = grid.lefts[0] + (WIDTH - grid.lefts[0]) / 2
        yield text(middle, y + CELL / 2 + 4, f"no row {row.name}: {row.saved}", size=SMALL, anchor="middle")
        return
    yield from _label(row, y, stuck)
    middle, at = y + CELL / 2, 2.0 + LABEL
    leaf = row.leaf(grid.host)
    for level, left in zip(grid.host.levels, grid.lefts, strict=False):
        numbered = row.reads.get(level.number)
        if numbered is None:
            if not row.translated and not (leaf and level.number < leaf.number):
                yield box(left, y, grid.cell, CELL, WAITING)
            continue
        number, read = numbered
        yield _step(at, left, middle, read.name == here)
        at = left + grid.cell
        index = level.index(read.guest_physical or 0)
        yield from _cell(left, y, grid.cell, number, f"entry {index}", read, here, stuck)
    yield from _end(grid, row, y, at, here, stuck)
    if leaf and leaf.number > 1 and row.translated:
        between = (at + grid.lefts[-1]) / 2
        yield text(between, middle - 6, f"{size_name(leaf.span)} page", size=SMALL, anchor="middle")
    elif row.translated and not row.reads.keys() - {0}:
        yield text((at + grid.lefts[-1]) / 2, middle - 6, "translation cached", size=SMALL, anchor="middle")


def _label(row: Row, y: float, stuck: str | None) -> Iterator[Shape]:
    """Which guest-physical address the row translates, and what it found."""
    begun = row.guest_physical is not None
    look = FAULT if stuck == row.name and 0 not in row.reads else PLAIN if begun else WAITING
    yield box(2, y, LABEL, CELL, look)
    yield text(10, y + 17, row.name, bold=True, fill=INK if begun else GREY)
    yield text(44, y + 17, row.what, size=SMALL, fill=INK if begun else GREY)
    for n, (word, address) in enumerate((("gPA", row.guest_physical), ("hPA", row.host_physical))):
        if address is not None:
            words = f"{word} {address:#x}"
            size = fitted(words, LABEL - 14)
            yield text(10, y + 34 + 16 * n, words, size=size, mono=True, bold=word == "hPA", fill=INK)
    if look is FAULT:
        yield cross(LABEL - 12, y + 14)


def _cell(
    x: float, y: float, width: float, number: int, title: str, read: Reference, here: str | None, stuck: str | None
) -> Iterator[Shape]:
    failed, current = read.name == stuck, read.name == here
    look = FAULT if failed else CURRENT if current else READ if read.host_level else GUEST
    yield box(x, y, width, CELL, look)
    yield text(x + 5, y + 15, title, size=SMALL, fill=INK)
    for n, words in enumerate((placed("at", read.address, width - 10), *value_lines(read.value, width - 10))):
        size = fitted(words, width - 10)
        yield text(x + 5, y + 32 + 13 * n, words, size=size, mono=True, bold=n > 0, fill=INK)
    yield badge(x + width - 12, y + 12, number, strong=current)
    if failed:
        yield cross(x + width - 12, y + CELL - 12)


def _end(grid: Grid, row: Row, y: float, at: float, here: str | None, stuck: str | None) -> Iterator[Shape]:
    """The last cell: the guest's entry, or the data."""
    left, middle = grid.lefts[-1], y + CELL / 2
    if row.translated:
        yield _step(at, left, middle, 0 in row.reads and row.name == here)
    if row.level and 0 in row.reads:
        number, read = row.reads[0]
        yield from _cell(left, y, grid.cell, number, row.what, read, here, stuck)
        return
    look: Look = DONE if row.translated else WAITING
    yield box(left, y, grid.cell, CELL, look)
    if row.level is None:
        ink = INK if row.translated else GREY
        yield text(left + 7, y + 27, "data", bold=row.translated, fill=ink)
        yield text(left + 7, y + 45, "not counted", size=SMALL, fill=ink)
        if row.translated:
            yield tick(left + grid.cell - 14, y + 14)


def _step(start: float, end: float, y: float, current: bool) -> Shape:
    return arrow((start, y), (end, y), colour=BLUE if current else OUTSIDE, thickness=2 if current else 1.2)

"""A paging structure as a column: its head, its entries ruled, and the chosen one lit; and the page at the end of it.

An entry stands as far down as its index says, so index 0 is at the top and the last one at the bottom.
"""

from collections.abc import Iterator

from vlearn.sim.memory.modes import Level, Mode
from vlearn.views.memory_entry import block_height, entry_block, shown_flags
from vlearn.views.memory_visits import Visit
from vlearn.views.svg import GREY, INK, PALE, PLAIN, SMALL, WAITING, Look, Shape, box, element, fitted, placed, text

HEAD, BODY = 36, 206
HEIGHT = HEAD + BODY
_INSET = 4


def entry_top(visit: Visit, width: float) -> float:
    """How far below the top of its column an entry's block begins."""
    room = BODY - 2 * _INSET - block_height(visit.entry, width - 2 * _INSET)
    return HEAD + _INSET + room * visit.index / ((1 << visit.level.index_bits) - 1)


def table_name(mode: Mode, level: Level) -> str:
    """What a table of such entries is called: PML4, PDPT, PD, PT; or that it is registers."""
    return "PDPTE registers" if level is mode.loaded else level.entry.removesuffix("E")


def head(x: float, y: float, width: float, name: str, place: str, look: Look = PLAIN) -> Iterator[Shape]:
    """The head of a column: what it is and where it lies."""
    yield box(x, y, width, HEAD, look)
    yield text(x + width / 2, y + 15, name, anchor="middle", bold=True, fill=INK if place else GREY)
    if place:
        size = fitted(place, width - 8)
        yield text(x + width / 2, y + 30, place, size=size, anchor="middle", mono=True, fill=INK)


def outline(x: float, y: float, width: float, name: str, note: str = "") -> Iterator[Shape]:
    """A column that the walk has not reached, or passes over for the reason in the note."""
    yield from head(x, y, width, name, "", WAITING)
    yield box(x, y + HEAD, width, BODY, WAITING)
    yield text(x + width / 2, y + HEAD + BODY / 2, note, size=SMALL, anchor="middle", fill=GREY)


def table_column(
    mode: Mode, level: Level, x: float, y: float, width: float, visit: Visit, look: Look, fresh: str, page: bool
) -> Iterator[Shape]:
    """The table of a level with the entry visited. `fresh` is a flag that the processor just set in it."""
    registers = level is mode.loaded
    base = "" if visit.address is None else f"{visit.address - visit.index * mode.entry_bytes:#x}"
    yield from head(x, y, width, table_name(mode, level), base or "loaded with CR3")
    yield box(x, y + HEAD, width, BODY, PLAIN)
    yield from _ruling(x, y + HEAD, width, 4 if registers else 16)
    top, height = y + entry_top(visit, width), block_height(visit.entry, width - 2 * _INSET)
    last = (1 << level.index_bits) - 1
    if top - y - HEAD > 14:
        yield text(x + 5, y + HEAD + 10.5, "0", size=10, fill=GREY)
    if y + HEIGHT - top - height > 14:
        yield text(x + 5, y + HEIGHT - 3, str(last), size=10, fill=GREY)
    where = "register" if visit.address is None else placed("at", visit.address, width - 20)
    block = (x + _INSET, top, width - 2 * _INSET, look, f"entry {visit.index}", where, visit.entry)
    yield from entry_block(*block, shown_flags(mode, level, page), visit.number, fresh)


def page_column(x: float, y: float, width: float, name: str, page: int, offset: int, look: Look) -> Iterator[Shape]:
    """The page that the walk found, with the byte that the offset chooses."""
    yield from head(x, y, width, name, f"{page:#x}")
    yield box(x, y + HEAD, width, BODY, PLAIN)
    top = y + HEAD + BODY / 2 - 24
    yield box(x + _INSET, top, width - 2 * _INSET, 48, look)
    room = width - 2 * _INSET - 8
    for row, words in enumerate((placed("+", offset, room), placed("=", page + offset, room))):
        size = fitted(words, room)
        yield text(
            x + width / 2, top + 19 + 17 * row, words, size=size, anchor="middle", mono=True, bold=True, fill=INK
        )


def _ruling(x: float, y: float, width: float, count: int) -> Iterator[Shape]:
    rules = "".join(f"M{x:.1f} {y + BODY * n / count:.1f}h{width:.1f}" for n in range(1, count))
    yield element("path", d=rules, stroke=PALE, stroke_width=1)

"""One paging-structure entry, drawn as a block: its index, where it is, its value, and its flags in fixed places."""

from collections.abc import Iterator

from vlearn.sim.memory.entries import PAGING_FLAGS, Flag
from vlearn.sim.memory.modes import Level, Mode
from vlearn.views.svg import BLUE, CURRENT, GREY, INK, PAPER, SMALL, Look, Shape, badge, box, fitted, text

PLACES = ("P", "R/W", "U/S", "A", "D", "PS", "G", "XD")
"""The flags that are shown, four in a row; an entry shows those that mean something in it."""

_FLAGS = {flag.name: flag for flag in PAGING_FLAGS}
_SET, _CLEAR, _FRESH = Look(INK, INK, 1), Look(PAPER, "#8C959F", 1), Look(BLUE, INK, 1.6)


def shown_flags(mode: Mode, level: Level, page: bool) -> tuple[Flag, ...]:
    """The flags that mean something in an entry of this level, given whether it maps a page."""
    if level is mode.loaded:
        return (_FLAGS["P"],)
    absent = set() if page else {"D", "G"}
    if level.number == 1 or not level.may_map_page:
        absent.add("PS")
    if mode.entry_bytes == 4:
        absent.add("XD")
    return tuple(_FLAGS[name] for name in PLACES if name not in absent)


def value_lines(value: int, width: float) -> tuple[str, ...]:
    """The value in hexadecimal, in two halves where it is too long to be read in this width."""
    whole = f"{value:#x}"
    if fitted(whole, width) >= SMALL - 1:
        return (whole,)
    return f"0x{value >> 32:08x}", f"_{value & 0xFFFFFFFF:08x}"


def block_height(value: int, width: float) -> int:
    """How tall the block of an entry of this value is."""
    return 78 + 13 * len(value_lines(value, width - 12))


def entry_block(
    x: float,
    y: float,
    width: float,
    look: Look,
    title: str,
    place: str,
    value: int,
    flags: tuple[Flag, ...],
    number: int,
    fresh: str,
) -> Iterator[Shape]:
    """The block. `number` is the reference that read it (0: none did), `fresh` a flag that the processor just set."""
    lines = value_lines(value, width - 12)
    yield box(x, y, width, block_height(value, width), look)
    yield text(x + 6, y + 16, title, size=SMALL, fill=INK)
    yield text(x + 6, y + 31, place, size=fitted(place, width - 12), mono=True, fill=INK)
    for row, words in enumerate(lines):
        yield text(x + 6, y + 45 + 13 * row, words, size=fitted(words, width - 12), mono=True, bold=True, fill=INK)
    cell = (width - 12) / 4
    top = y + 40 + 13 * len(lines)
    for flag in flags:
        row, column = divmod(PLACES.index(flag.name), 4)
        is_set = bool(value & flag.mask)
        left, down = x + 6 + column * cell, top + row * 17
        yield box(left, down, cell - 2, 15, _FRESH if flag.name == fresh else _SET if is_set else _CLEAR, radius=2)
        name, middle = flag.name.replace("/", ""), left + (cell - 2) / 2
        yield text(middle, down + 11.5, name, size=10, anchor="middle", bold=is_set, fill=PAPER if is_set else GREY)
    if number:
        yield badge(x + width - 13, y + 14, number, strong=look is CURRENT)

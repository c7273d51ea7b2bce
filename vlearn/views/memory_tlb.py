"""A memory-management unit's caches: the TLB as sets and ways, below it the paging-structure caches.

Of a TLB with many sets only some that hold something, or are looked up in, are drawn; the table has every entry.
"""

from collections.abc import Iterator
from textwrap import wrap

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.memory.mmu import Mmu
from vlearn.sim.memory.modes import size_name
from vlearn.trace import Event
from vlearn.views.memory_caches import Cell, Shelf, right_words, structure_shelves, tag_words, tlb_shelves
from vlearn.views.svg import (
    CURRENT,
    DONE,
    FAULT,
    GREY,
    INK,
    PLAIN,
    SMALL,
    TITLE,
    Shape,
    box,
    cross,
    drawing,
    fitted,
    text,
    tick,
)

WIDTH, LABEL, GAP, COLUMNS, STRIP = 760, 108, 8, 4, 66
CELL = (WIDTH - 4 - LABEL) / COLUMNS - GAP
ALL, MOST = 8, 10
"""A TLB of so many sets is drawn whole; of a larger one at most so many that matter."""

TITLES = {
    "tlb-hit": "TLB hit",
    "tlb-miss": "TLB miss",
    "tlb-clean": "TLB hit, but the page is clean",
    "tlb-refused": "TLB hit, but the EPT's rights refuse",
    "tlb-fill": "TLB fill",
    "tlb-evict": "TLB fill, with an eviction",
    "structure-hit": "Hit in a paging-structure cache",
    "store-entry": "A store to a page table",
    "invlpg": "INVLPG",
    "invept": "INVEPT",
    "load-pdpte": "MOV to CR3",
    "load-cr3": "MOV to CR3",
    "switch-world": "VM entry or VM exit",
    "page-fault": "#PF, page fault",
    "general-protection": "#GP(0), general protection",
    "ept-violation": "EPT violation",
    "ept-misconfiguration": "EPT misconfiguration",
}
GOOD = ("tlb-hit", "translated")
FAULTS = ("page-fault", "general-protection", "ept-violation", "ept-misconfiguration")


def draw_tlb(state: Mmu, event: Event | None) -> tuple[Block, ...]:
    """The caches at this moment as a figure, and the TLB's entries as a table."""
    sets, structures = tlb_shelves(state, event), structure_shelves(state, event)
    shown = _shown(sets)
    tagged = any(cell.lines[3:] and cell.lines[3] for shelf in (*sets, *structures) for cell in shelf.cells)
    height = 66.0 if tagged else 52.0
    shapes = tuple(_shapes(state, event, shown, len(sets), structures, height))
    rows = sum(map(_rows, shown)) + sum(map(_rows, structures))
    svg = drawing(WIDTH, 28 + rows * (height + GAP) + 28 + STRIP + 4, shapes)
    return Figure(svg, _words(state, event, sets, structures)), _entries(state)


def _rows(shelf: Shelf) -> int:
    return -(-max(1, len(shelf.cells)) // COLUMNS)


def _shown(sets: tuple[Shelf, ...]) -> tuple[Shelf, ...]:
    if len(sets) <= ALL:
        return sets
    probed = [shelf for shelf in sets if shelf.probed]
    held = [shelf for shelf in sets if not shelf.probed and any(cell.lines[1:] for cell in shelf.cells)]
    kept = {shelf.name for shelf in [*probed, *held][:MOST]} or {sets[0].name}
    return tuple(shelf for shelf in sets if shelf.name in kept)


def _shapes(
    state: Mmu, event: Event | None, shown: tuple[Shelf, ...], count: int, structures: tuple[Shelf, ...], height: float
) -> Iterator[Shape]:
    ways = len(state.tlb.sets[0].ways)
    of = f", {len(shown)} of them shown" if len(shown) < count else ""
    title = f"TLB: {count} set{'' if count == 1 else 's'} of {ways} way{'' if ways == 1 else 's'}{of}"
    yield text(2, 16, title, size=TITLE, bold=True)
    yield text(WIDTH - 2, 16, f"{state.tlb.policy} replacement", size=SMALL, anchor="end")
    y = 28.0
    for shelf in shown:
        yield from _shelf(shelf, y, height)
        y += _rows(shelf) * (height + GAP)
    yield text(2, y + 17, "Paging-structure caches", size=TITLE, bold=True)
    y += 28
    for shelf in structures:
        yield from _shelf(shelf, y, height)
        y += _rows(shelf) * (height + GAP)
    yield from _strip(state, event, y + 2)


def _shelf(shelf: Shelf, y: float, height: float) -> Iterator[Shape]:
    """A set or a cache: its name, and its cells in rows of four."""
    yield box(2, y, LABEL - GAP, height, CURRENT if shelf.probed else PLAIN)
    yield text(10, y + 20, shelf.name, bold=True, fill=INK)
    for n, words in enumerate(wrap(shelf.note, 14)):
        yield text(10, y + 35 + 12 * n, words, size=10, fill=INK)
    for n, cell in enumerate(shelf.cells):
        row, column = divmod(n, COLUMNS)
        yield from _cell(cell, 2 + LABEL + column * (CELL + GAP), y + row * (height + GAP), height)
    if not shelf.cells:
        yield text(2 + LABEL, y + height / 2 + 4, "empty", size=SMALL)


def _cell(cell: Cell, x: float, y: float, height: float) -> Iterator[Shape]:
    yield box(x, y, CELL, height, cell.look)
    if len(cell.lines) == 1:
        yield text(x + CELL / 2, y + height / 2 + 4, cell.lines[0], size=SMALL, anchor="middle", fill=GREY)
        return
    head, target, *rest = cell.lines
    sign = cell.look is DONE
    room = CELL - 14
    yield text(x + 7, y + 16, head, size=fitted(head, room - 24 * sign), mono=True, bold=True, fill=INK)
    size = fitted(target, room - (0 if sign else 6 * len(cell.mark)))
    yield text(x + 7, y + 31, target, size=size, mono=True, fill=INK)
    for n, words in enumerate(filter(None, rest)):
        yield text(x + 7, y + 45 + 14 * n, words, size=SMALL, fill=INK)
    if sign:
        yield tick(x + CELL - 14, y + 13)
    else:
        yield text(x + CELL - 6, y + 31, cell.mark, size=10, anchor="end", fill=INK)


def _strip(state: Mmu, event: Event | None, y: float) -> Iterator[Shape]:
    """What happened, in the event's own words."""
    look = DONE if event and event.kind in GOOD else FAULT if event and event.kind in FAULTS else PLAIN
    title = TITLES.get(event.kind, "Page walk") if event else "Before the first access"
    yield box(2, y, WIDTH - 4, STRIP, look)
    if look is not PLAIN:
        yield tick(22, y + 20) if look is DONE else cross(22, y + 20)
    left = 14 if look is PLAIN else 40
    yield text(left, y + 21, title, size=TITLE, bold=True, fill=INK)
    count = len(state.walk.references)
    if event and state.walk.access:
        yield text(WIDTH - 14, y + 21, f"{count} reference{'' if count == 1 else 's'}", anchor="end", fill=INK)
    for n, words in enumerate(wrap(event.text, 96) if event else ()):
        yield text(left, y + 40 + 15 * n, words, fill=INK)


def _words(state: Mmu, event: Event | None, sets: tuple[Shelf, ...], structures: tuple[Shelf, ...]) -> str:
    held = len(state.tlb.entries)
    ways = len(state.tlb.sets[0].ways)
    caches = ", ".join(f"{len(shelf.cells)} in the {shelf.name}" for shelf in structures)
    kept = f"A TLB of {len(sets)} sets of {ways} ways keeps {held} translations; {caches}."
    probed = [f"{shelf.name} ({shelf.note})" for shelf in sets if shelf.probed]
    looked = f" Looked up in {', '.join(probed)}." if probed else ""
    return f"{kept}{looked} {event.text[0].upper()}{event.text[1:]}." if event else kept


def _entries(state: Mmu) -> Table:
    rows = tuple(
        (
            str(number),
            str(way),
            f"{entry.page:#x}",
            f"{entry.translation.physical:#x}",
            size_name(entry.size),
            right_words(entry),
            tag_words(entry.tag) or "none",
        )
        for number, tlb_set in enumerate(state.tlb.sets)
        for way, entry in enumerate(tlb_set.ways)
        if entry
    )
    header = ("Set", "Way", "Page", "Physical", "Page size", "Rights and flags", "Tag")
    return Table(header, rows, "What the TLB keeps")

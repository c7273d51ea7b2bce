"""A domain's memory as its monitor accounts for it: each frame by its type, the tables by their counts, updates lit.

The grid has a cell for each frame, sixteen to a row. Frames that the sentence of an event names are lit, and crossed
out if the monitor has refused something. On the right are the directory in CR3 and the page tables it leads to.
"""

import re
from collections.abc import Iterator

from vlearn.blocks import Block, Figure
from vlearn.sim.memory.entries import RW, P
from vlearn.sim.monitors.paravirtual import GUEST, MONITOR, TYPES, Page, Pv, paging, tables_walked
from vlearn.trace import Event
from vlearn.views.svg import (
    BLUE,
    CURRENT,
    DONE,
    FAULT,
    INK,
    PLAIN,
    READ,
    SMALL,
    TITLE,
    WAITING,
    Look,
    Shape,
    arrow,
    box,
    cross,
    drawing,
    fitted,
    text,
)

WIDTH, LEFT, TOP, CELL, ROW = 760, 52, 44, 22, 17
PER_ROW = 16
PANEL = LEFT + PER_ROW * CELL + 40
LETTERS = {"none": "·", "writable": "w", "l1": "1", "l2": "2", "descriptors": "g"}
LOOKS = {
    "none": WAITING, "writable": PLAIN, "l1": READ, "l2": Look("#BBDDF5", BLUE, 2), "descriptors": DONE,
}  # fmt: skip
OTHERS = {MONITOR: ("M", Look("#D0D7DE", INK, 1.2)), GUEST: ("", PLAIN)}
NEIGHBOUR = ("N", Look("#F7E6F0", "#9C4A78", 1.2))
_FRAME = re.compile(r"frame (0x[0-9a-f]+)")
_ENTRIES = 1008
_TABLES = 4


def draw_domain(vm: Pv, event: Event | None) -> tuple[Block, ...]:
    """The accounts at one moment as one figure."""
    pages = vm.monitor.pages
    rows = max(pages) // PER_ROW + 1
    foot = TOP + rows * ROW + 16
    shapes = (*_grid(vm, event), *_panel(vm), *_legend(foot), *_said(event, foot + 44))
    return (Figure(drawing(WIDTH, foot + (54 if event else 30), shapes), " ".join(_words(vm, event))),)


def lit(event: Event | None) -> frozenset[int]:
    """The frames that the sentence of an event names."""
    return frozenset(int(found, 16) for found in _FRAME.findall(event.text)) if event else frozenset()


def _grid(vm: Pv, event: Event | None) -> Iterator[Shape]:
    yield text(2, 16, "Frames by type", size=TITLE, bold=True)
    for column in range(0, PER_ROW, 4):
        yield text(LEFT + (column + 0.5) * CELL, TOP - 6, f"+{column:x}", size=SMALL, anchor="middle", mono=True)
    named = lit(event)
    refused = event is not None and event.kind in ("refused", "shutdown")
    pages = vm.monitor.pages
    for first in range(0, max(pages) + 1, PER_ROW):
        yield text(2, _cell(first)[1] + 13, f"{first:#05x}", size=SMALL, mono=True)
    for frame, page in sorted(pages.items(), key=lambda item: (item[0] in named, item[0])):
        x, y = _cell(frame)
        letter, look = _cell_look(page)
        if frame in named:
            yield box(x - 2, y - 2, CELL + 2, ROW + 2, FAULT if refused else CURRENT, radius=2)
        else:
            yield box(x, y, CELL - 2, ROW - 2, look, radius=2)
        if frame in named and refused:
            yield cross(x + CELL / 2 - 1, y + ROW / 2 - 1)
        else:
            yield text(x + (CELL - 2) / 2, y + 12, letter, size=SMALL, anchor="middle", mono=True, fill=INK)


def _cell(frame: int) -> tuple[float, float]:
    return LEFT + frame % PER_ROW * CELL, TOP + frame // PER_ROW * ROW


def _cell_look(page: Page) -> tuple[str, Look]:
    if page.owner == GUEST:
        return LETTERS[page.type], LOOKS[page.type]
    return OTHERS.get(page.owner, NEIGHBOUR)


def _panel(vm: Pv) -> Iterator[Shape]:
    """The directory, and an arrow to each page table in use; one that is out of use is drawn dashed, without."""
    base, unhooked = vm.monitor.base, vm.monitor.unhooked
    yield text(PANEL, 16, "Tables that the processor walks", size=TITLE, bold=True)
    width = WIDTH - PANEL - 4
    yield from _table(PANEL, TOP, width, f"CR3: directory in frame {base:#x}", _counts(vm, base), LOOKS["l2"])
    y = TOP + 62
    tables = sorted(tables_walked(vm) - {base})
    shown = [unhooked.frame] if unhooked else []
    shown += tables[: _TABLES - len(shown)]
    for frame in shown:
        out = unhooked is not None and frame == unhooked.frame
        name = f"page table in frame {frame:#x}" + (", out of use" if out else "")
        yield from _table(PANEL + 24, y, width - 24, name, _counts(vm, frame), WAITING if out else LOOKS["l1"])
        if not out:
            yield arrow((PANEL + 10, TOP + 42), (PANEL + 10, y + 21), (PANEL + 24, y + 21), colour=BLUE)
        y += 54
    hidden = len(tables) + bool(unhooked) - len(shown)
    if hidden:
        yield text(PANEL + 24, y + 2, f"and {hidden} more", size=SMALL)


def _table(x: float, y: float, width: float, name: str, counts: str, look: Look) -> Iterator[Shape]:
    yield box(x, y, width, 42, look)
    yield text(x + 8, y + 17, name, bold=True, fill=INK)
    yield text(x + 8, y + 34, counts, size=fitted(counts, width - 12), fill=INK)


def _counts(vm: Pv, frame: int) -> str:
    """Present entries, and the two counts of the account."""
    accounts, page = paging(vm), vm.monitor.pages[frame]
    present = [entry for n in range(_ENTRIES) if (entry := accounts.entry(frame, n)) & P]
    writable = sum(bool(entry & RW) for entry in present)
    what = _many(len(present), "table")
    if page.type != "l2":
        what = f"{_many(writable, 'page')} writable, {len(present) - writable} not"
    pinned = ", pinned" if page.pinned else ""
    return f"{what}; {_many(page.uses, 'use')}, {_many(page.references, 'reference')}{pinned}"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _legend(y: float) -> Iterator[Shape]:
    entries = [(LETTERS[type], LOOKS[type], words) for type, words in TYPES.items()]
    entries += [(*OTHERS[MONITOR], "the monitor's"), (*NEIGHBOUR, "another guest's")]
    short = {"in no use that needs a type": "no type", "mapped writable": "writable", "part of the GDT": "GDT"}
    x = 2.0
    for letter, look, words in entries:
        shown = short.get(words, words)
        yield box(x, y - 11, 16, 15, look, radius=2)
        yield text(x + 8, y + 1, letter, size=SMALL, anchor="middle", mono=True, fill=INK)
        yield text(x + 22, y + 1, shown, size=SMALL)
        x += 36 + 6.2 * len(shown)


def _said(event: Event | None, y: float) -> Iterator[Shape]:
    if event is None:
        return
    refused = event.kind in ("refused", "shutdown")
    yield box(2, y - 22, WIDTH - 4, 28, FAULT if refused else PLAIN)
    words = f"{event.kind}: {event.text.removeprefix('refused: ')}"
    yield text(12, y - 4, words, size=min(12, fitted(words, WIDTH - 24, 12) * 1.1), fill=INK)


def _words(vm: Pv, event: Event | None) -> Iterator[str]:
    pages = vm.monitor.pages.values()
    own = [page for page in pages if page.owner == GUEST]
    counts = {type: sum(page.type == type for page in own) for type in TYPES}
    shown = ", ".join(f"{count} {TYPES[type]}" for type, count in counts.items() if count)
    yield f"The {len(own)} frames of a guest: {shown}."
    for frame in sorted(tables_walked(vm)):
        yield f"Frame {frame:#x} is {TYPES[vm.monitor.pages[frame].type]}: {_counts(vm, frame)}."
    if vm.monitor.unhooked:
        yield f"The page table in frame {vm.monitor.unhooked.frame:#x} is out of use."
    if event:
        yield f"{event.kind.capitalize()}: {event.text.removeprefix('refused: ')}."

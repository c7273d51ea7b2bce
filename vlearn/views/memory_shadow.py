"""Shadow paging in three columns: what the guest's tables say of a page, where the host has it, what the shadow says.

The shadow's arrow is the other two put together, as far as the hypervisor has done so yet. What this moment touched is
lit; the strip below tells what happened and whether it was an exit. Pages beyond the first few are in the table only.
"""

from collections.abc import Iterator
from textwrap import wrap

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.memory.shadow.machine import EXITS
from vlearn.sim.memory.shadow.state import ShadowMachine
from vlearn.trace import Event
from vlearn.views.memory_shadow_columns import Cell, PageRow, page_rows
from vlearn.views.svg import (
    CURRENT,
    DONE,
    FAULT,
    GREY,
    GUEST,
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
    tick,
)

WIDTH, LABEL, GAP, CELL, HEAD, STRIP = 760, 118, 26, 44, 78, 70
COLUMN = (WIDTH - 4 - LABEL - 3 * GAP) / 3
PITCH = CELL + 8

TITLES = {
    "shadow-fault": "The processor faults: an exit",
    "walk-guest": "The hypervisor walks the guest's tables",
    "set-accessed": "A for the guest",
    "set-dirty": "D for the guest",
    "find-frame": "A frame for the page",
    "run-out-of-step": "Write protection goes",
    "fill-shadow": "Hidden fault: the shadow is filled",
    "record-dirty": "Hidden fault: writes are allowed now",
    "renew-shadow": "Hidden fault: the entry is renewed",
    "true-fault": "True fault: the guest gets #PF",
    "traced-write": "Traced write",
    "emulate-access": "The hypervisor carries out the access",
    "store-entry": "A store without an exit",
    "invlpg": "INVLPG",
    "load-cr3": "Load of CR3",
    "resync": "In step again",
    "reclaim": "A frame is taken away",
    "tlb-hit": "TLB hit",
    "translated": "The walk of the shadow succeeds",
}
GOOD, BAD = ("tlb-hit", "translated"), ("shadow-fault", "true-fault")


def draw_shadow(state: ShadowMachine, event: Event | None) -> tuple[Block, ...]:
    """The moment as a figure, and its rows as a table."""
    rows = page_rows(state, event)
    foot = HEAD + PITCH * max(1, len(rows))
    svg = drawing(WIDTH, foot + STRIP + 4, _shapes(state, event, rows, foot))
    return Figure(svg, " ".join(_words(state, event, rows))), _table(rows)


def _lefts() -> tuple[float, float, float]:
    left = 2.0 + LABEL + GAP
    return left, left + COLUMN + GAP, left + 2 * (COLUMN + GAP)


def _shapes(state: ShadowMachine, event: Event | None, rows: tuple[PageRow, ...], foot: float) -> Iterator[Shape]:
    title = f"Shadow paging: {state.access}" if state.access else "Shadow paging"
    yield text(2, 16, title, size=TITLE, bold=True)
    kept = len(state.shadows)
    cached = f"{kept} shadow{'' if kept == 1 else 's'}, {state.table_bytes // 1024} KiB of tables"
    yield text(WIDTH - 2, 16, cached, size=SMALL, anchor="end")
    root = state.current.tables[state.mode.levels[0].number, 0].frame
    behind = ", out of step" if state.unsynced else ""
    heads = (
        ("Guest's tables", f"guest's CR3 {state.registers.cr3:#x}{behind}"),
        ("Host's map", "the hypervisor's own"),
        ("Shadow", f"processor's CR3 {root:#x}"),
    )
    yield box(2, 28, LABEL, 38, PLAIN)
    yield text(10, 51, "Linear page", bold=True, fill=INK)
    for left, (name, note) in zip(_lefts(), heads, strict=True):
        yield box(left, 28, COLUMN, 38, READ if name == "Shadow" else GUEST if "Guest" in name else PLAIN)
        yield text(left + COLUMN / 2, 44, name, anchor="middle", bold=True, fill=INK)
        yield text(left + COLUMN / 2, 59, note, size=fitted(note, COLUMN - 8), anchor="middle", fill=INK)
    for n, row in enumerate(rows):
        yield from _row(row, HEAD + n * PITCH)
    if not rows:
        yield text(2 + LABEL + GAP, HEAD + 26, "the guest's tables map nothing", size=SMALL)
    yield from _strip(event, foot)


def _row(row: PageRow, y: float) -> Iterator[Shape]:
    words = f"{row.page:#x}"
    yield box(2, y, LABEL, CELL, PLAIN)
    yield text(10, y + 26, words, size=fitted(words, LABEL - 14, 12), mono=True, bold=True, fill=INK)
    looks = (GUEST, PLAIN, READ)
    for left, cell, look in zip(_lefts(), (row.guest, row.host, row.shadow), looks, strict=True):
        yield from _cell(cell, left, y, look)
    first, second, _ = _lefts()
    yield arrow((2 + LABEL, y + CELL / 2), (first, y + CELL / 2))
    if row.host.head:
        yield arrow((first + COLUMN, y + CELL / 2), (second, y + CELL / 2))


def _cell(cell: Cell, x: float, y: float, look: Look) -> Iterator[Shape]:
    shown = CURRENT if cell.lit else look if cell.present else WAITING
    yield box(x, y, COLUMN, CELL, shown)
    ink = INK if cell.present or cell.lit else GREY
    size = fitted(cell.head, COLUMN - 16, 12)
    yield text(x + 8, y + 18, cell.head, size=size, mono=True, bold=cell.present, fill=ink)
    yield text(x + 8, y + 34, cell.note, size=SMALL, fill=ink)
    if cell.lit:
        yield text(x + COLUMN - 6, y + 34, "now", size=10, anchor="end", fill=INK)


def _strip(event: Event | None, y: float) -> Iterator[Shape]:
    """What happened, in the event's own words, and whether it counts as an exit."""
    look = DONE if event and event.kind in GOOD else FAULT if event and event.kind in BAD else PLAIN
    yield box(2, y, WIDTH - 4, STRIP, look)
    left = 14 if look is PLAIN else 40
    if look is not PLAIN:
        yield tick(22, y + 20) if look is DONE else cross(22, y + 20)
    title = TITLES.get(event.kind, "The processor walks the shadow") if event else "Before the first action"
    yield text(left, y + 21, title, size=TITLE, bold=True, fill=INK)
    if event and event.kind in EXITS:
        yield text(WIDTH - 14, y + 21, "one exit", anchor="end", bold=True, fill=INK)
    for n, words in enumerate(wrap(event.text, 108)[:2] if event else ()):
        yield text(left, y + 41 + 16 * n, words, fill=INK)


def _words(state: ShadowMachine, event: Event | None, rows: tuple[PageRow, ...]) -> Iterator[str]:
    filled = sum(row.shadow.present for row in rows)
    yield f"Guest's tables, host's map and shadow side by side for {len(rows)} pages; the shadow has {filled} of them."
    for row in rows:
        lit = [name for name in ("guest", "host", "shadow") if getattr(row, name).lit]
        if lit:
            parts = ", ".join(f"{name}: {getattr(row, name).head} ({getattr(row, name).note})" for name in lit)
            yield f"Touched at page {row.page:#x}: {parts}."
    if state.unsynced:
        yield f"Page tables out of step with their shadow: {', '.join(f'{at:#x}' for at in sorted(state.unsynced))}."
    if event:
        yield f"{event.text[0].upper()}{event.text[1:]}."


def _table(rows: tuple[PageRow, ...]) -> Table:
    lines = tuple(
        (
            f"{row.page:#x}",
            *(" ".join(filter(None, (c.head, c.note))) or "none" for c in (row.guest, row.host, row.shadow)),
        )
        for row in rows
    )
    return Table(("Linear page", "Guest's tables", "Host's map", "Shadow"), lines, "What each has for a page")

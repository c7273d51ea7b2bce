"""The two-dimensional walk as a grid: a row for every guest-physical address, a column for every level of the EPT.

Row by row and from left to right is the order of the references; a row ends in an entry of the guest's own, or in the
data. A cell or a row that a large page saves is not there. `memory_walk` draws the walk of a machine without an EPT.
Left out: the reads of MOV to CR3 in a guest with PAE paging, which belong to no access.
"""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table
from vlearn.errors import ModelError
from vlearn.sim.memory.access import Eptp
from vlearn.sim.memory.entries import flags
from vlearn.sim.memory.machines import reference_count
from vlearn.sim.memory.state import Reference, Walk
from vlearn.trace import Event
from vlearn.views.memory_ending import Ending, count_words, ending, running_strip, strip, strip_height
from vlearn.views.memory_grid import CELL, LABEL, PITCH, WIDTH, Grid, row_shapes
from vlearn.views.memory_rows import Row, rows, stuck_at
from vlearn.views.svg import INK, PLAIN, SMALL, TITLE, Shape, arrow, box, drawing, text

HEADER, TOP = 28, 84


def draw_nested(state: Walk, event: Event | None) -> tuple[Block, ...]:
    """The moment of a guest's walk as a figure, and its references so far as a table. Raises ModelError without EPT."""
    if state.eptp is None:
        raise ModelError("this walk has one dimension: draw it with draw_walk of vlearn.views.memory_walk")
    end, found = ending(state), rows(state)
    svg = drawing(WIDTH, _foot(found) + strip_height(end) + 2, _shapes(state, state.eptp, event, found, end))
    figure = Figure(svg, " ".join(_words(state, state.eptp, event, found, end)))
    return (figure, _references(state)) if state.references else (figure,)


def _foot(found: tuple[Row, ...]) -> float:
    return TOP + PITCH * len(found) - PITCH + CELL + 14


def _most(state: Walk, eptp: Eptp) -> int:
    return reference_count(len(state.registers.mode.levels), len(eptp.mode.levels))


def _current(state: Walk, event: Event | None) -> Reference | None:
    """The reference that the event is about."""
    touched = event.touches if event else ()
    return next((read for read in reversed(state.references) if read.name in touched), None)


def _words(state: Walk, eptp: Eptp, event: Event | None, found: tuple[Row, ...], end: Ending | None) -> Iterator[str]:
    over = f"{state.registers.mode.name} over {eptp.mode.name}"
    if state.access is None:
        yield f"A two-dimensional page walk, {over}, before any access: at most {_most(state, eptp)} references."
        return
    yield f"A two-dimensional page walk, {over}, for a {state.access}."
    if read := _current(state, event):
        number = state.references.index(read) + 1
        mode = eptp.mode if read.host_level else state.registers.mode
        names = " ".join(flags(mode, read.value)) or "no flag"
        where = f"for guest-physical {read.guest_physical:#x}" if read.guest_physical is not None else ""
        entry = f"the {read.entry} at {read.address:#x}, {read.value:#x} ({names}), {where}"
        yield f"Reference {number} of at most {_most(state, eptp)} is {read.name}: {entry}."
    known = [f"{row.name} {row.guest_physical:#x} at {row.host_physical:#x}" for row in found if row.translated]
    if known:
        yield "Guest-physical addresses found in the host so far: " + "; ".join(known) + "."
    if end:
        yield end.words


def _references(state: Walk) -> Table:
    numbered = enumerate(state.references, 1)
    lines = tuple(
        (str(n), read.name, read.entry, f"{read.guest_physical or 0:#x}", f"{read.address:#x}", f"{read.value:#x}")
        for n, read in numbered
    )
    header = ("#", "Reference", "Entry", "For guest-physical", "Read at host-physical", "Value")
    return Table(header, lines, "The references so far, in order")


def _shapes(
    state: Walk, eptp: Eptp, event: Event | None, found: tuple[Row, ...], end: Ending | None
) -> Iterator[Shape]:
    grid, most, count = Grid(eptp.mode), _most(state, eptp), len(state.references)
    current, stuck = _current(state, event), stuck_at(state)
    here = current.name if current else None
    yield text(2, 16, f"Two-dimensional walk: {state.access or 'no access yet'}", size=TITLE, bold=True)
    yield text(WIDTH - 2, 16, f"EPTP {eptp.value:#x}: every row starts at {eptp.root:#x}", size=SMALL, anchor="end")
    yield box(2, HEADER, LABEL, 38, PLAIN)
    yield text(10, HEADER + 16, "guest CR3", bold=True, fill=INK)
    yield text(10, HEADER + 31, f"gPA {state.registers.cr3:#x}", size=SMALL, mono=True, fill=INK)
    heads = [(f"nL{level.number}", level.entry) for level in eptp.mode.levels]
    for left, (name, entry) in zip(grid.lefts, [*heads, ("guest", "its own entry")], strict=True):
        yield text(left + grid.cell / 2, HEADER + 16, name, anchor="middle", bold=True)
        yield text(left + grid.cell / 2, HEADER + 31, entry, size=SMALL, anchor="middle")
    before = None
    for n, row in enumerate(found):
        y = TOP + n * PITCH
        if row.guest_physical is not None:
            yield _return(grid, y, before)
        yield from row_shapes(grid, row, y, here, stuck)
        before = before if row.saved else y
    if end:
        yield from strip(end, count_words(count, most), 2, _foot(found), WIDTH - 4)
    else:
        yield from running_strip(*_progress(state, current, most), 2, _foot(found), WIDTH - 4)


def _return(grid: Grid, y: float, before: float | None) -> Shape:
    """From the guest's entry at the end of a row back to the start of the next; from CR3 to the first."""
    middle = 2 + LABEL / 2
    if before is None:
        return arrow((middle, HEADER + 38), (middle, y))
    right, turn = grid.lefts[-1] + grid.cell / 2, before + CELL + 8
    return arrow((right, before + CELL), (right, turn), (middle, turn), (middle, y))


def _progress(state: Walk, current: Reference | None, most: int) -> tuple[str, str]:
    count = len(state.references)
    if current is None:
        return "Before the walk", f"at most {most} references; every row translates one guest-physical address"
    what = f"the {current.entry} at {current.address:#x}"
    if current.host_level:
        what += f", to find guest-physical {current.guest_physical or 0:#x} in the host"
    return f"Reference {count} of at most {most}", f"{current.name}: {what}"

"""A partitioned log at a moment, as one consumer group sees it: what is committed, what is read, what it worked on.

A record that the group has read twice is drawn as a fault: it is what at-least-once delivery leaves to its consumers.
"""

from collections import Counter
from collections.abc import Iterator
from functools import partial

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.services.messages.log_state import Log, Record
from vlearn.trace import Event
from vlearn.views import Draw
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.services_rows import ROW, Cell, Row, rows_drawn, rows_said
from vlearn.views.svg import CURRENT, DONE, FAULT, PLAIN, SMALL, drawing, text

GOOD = ("commit",)
BAD = ("unknown-member",)
LEGEND = "offset key:value. Green: committed by {group}. Yellow: read, not committed. Below: what its members read."


def log_of(group: str) -> Draw[Log]:
    """The view of one group."""
    return partial(draw_log, group)


def draw_log(group: str, state: Log, event: Event | None = None) -> tuple[Block, ...]:
    """A row for each partition, one for each member that reads or has read, and the table of offsets."""
    rows = (*_partitions(state, group, event), *_members(state, group, event))
    height = 4 + len(rows) * ROW
    legend = f"{LEGEND.format(group=group)} Lag: {state.lag(group)}."
    shapes = [
        *rows_drawn(rows, 2),
        text(6, height + 12, legend, size=SMALL),
        *strip(event, "Before the first action", height + 22, GOOD, BAD),
    ]
    alt = f"{rows_said(rows)} Lag of {group}: {state.lag(group)}.{sentence(event)}"
    return Figure(drawing(WIDTH, height + STRIP + 28, shapes), alt), offsets_table(state, group)


def _partitions(state: Log, name: str, event: Event | None) -> Iterator[Row]:
    group = state.group(name)
    touched = event.touches if event else ()
    readers = {n: member for member in group.members for n in group.assigned[member]}
    for n, records in enumerate(state.partitions):
        cells = []
        for record in records:
            looks = (DONE, CURRENT, PLAIN)
            look = looks[(record.offset >= group.committed[n]) + (record.offset >= group.positions[n])]
            cells.append(Cell(f"{record.offset} {_said(record)}", look))
        note = f"{readers.get(n, 'nobody')}: read to {group.positions[n]}, committed {group.committed[n]}"
        yield Row(f"partition {n}", cells, note, f"partition {n}" in touched)


def _members(state: Log, name: str, event: Event | None) -> Iterator[Row]:
    """What each member has read so far, in the order of reading; a member that is gone says so."""
    touched = event.touches if event else ()
    seen: Counter[Record] = Counter()
    cells: dict[str, list[Cell]] = {member: [] for member in sorted(state.group(name).members)}
    for group, member, record in state.seen:
        if group != name:
            continue
        seen[record] += 1
        again = seen[record] > 1
        cells.setdefault(member, []).append(Cell(f"{_said(record)}{' again' * again}", FAULT if again else PLAIN))
    for member, read in sorted(cells.items()):
        there = member in state.group(name).members
        yield Row(member, read, "has read" if there else "is gone; had read", member in touched)


def _said(record: Record) -> str:
    return f"{record.key}:{record.value}" if record.key is not None else record.value


def offsets_table(state: Log, group: str) -> Table:
    """The group's place in each partition: how far it has read and committed, and how far behind it is."""
    found = state.group(group)
    readers = {n: member for member in found.members for n in found.assigned[member]}
    rows = tuple(
        (str(n), readers.get(n, "nobody"), str(len(records)), str(found.positions[n]), str(found.committed[n]),
         str(len(records) - found.committed[n]))
        for n, records in enumerate(state.partitions)
    )  # fmt: skip
    header = ("Partition", "Read by", "Log end", "Position", "Committed", "Lag")
    return Table(header, rows, f"Group {group}: next offsets to be written, to be read, and to be read after a crash.")

"""Memory mapped one page table after another, with what each way of asking the monitor has cost so far.

By arithmetic, for sizes at which the guest of `counting` would run too long; `counting.measured` runs it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.sim.monitors.paravirtual.counting import PAGE, Entries, entries
from vlearn.trace import Event, Step


@dataclass(frozen=True, slots=True)
class Tally:
    """`memory` bytes to map, entries of `entry_size` bytes, `batch` updates to a hypercall; `tables` are filled."""

    memory: int
    entry_size: int = 4
    batch: int = 64
    tables: int = 0

    @property
    def whole(self) -> Entries:
        """What the memory takes in all."""
        return entries(self.memory, self.entry_size)

    @property
    def done(self) -> int:
        """Entries that have been written."""
        return min(self.whole.entries, self.tables * (PAGE // self.entry_size))

    @property
    def hypercalls(self) -> int:
        """Batches that have been sent: a full one as soon as it is full, the last one at the end."""
        all_done = self.done == self.whole.entries
        return self.whole.batches(self.batch) if all_done else self.done // self.batch


def fill(tally: Tally, action: object = None) -> Iterator[Step[Tally]]:
    """The next page table; none when all is mapped."""
    if tally.tables == tally.whole.tables:
        return
    after = replace(tally, tables=tally.tables + 1)
    text = f"page table {after.tables} of {after.whole.tables}: {after.done - tally.done} entries, {after.done} so far"
    yield Step(Event("filled", text), after)

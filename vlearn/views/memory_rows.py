"""The rows of a two-dimensional walk as values: which guest-physical address each row translates, and what it read."""

from dataclasses import dataclass, replace

from vlearn.sim.memory.access import EptViolation, Translation
from vlearn.sim.memory.entries import P, is_present, maps_page
from vlearn.sim.memory.modes import Level, Mode, size_name
from vlearn.sim.memory.state import Reference, Walk


@dataclass(frozen=True, slots=True)
class Row:
    """One guest-physical address on its way through the EPT: that of an entry of the guest's, or of the data.

    `level` is the guest's, None for the data; `reads` are the numbered references by host level, where 0 is the guest's
    entry itself. `saved` says why the walk has no such row.
    """

    level: Level | None
    index: int | None
    reads: dict[int, tuple[int, Reference]]
    guest_physical: int | None = None
    host_physical: int | None = None
    saved: str = ""

    @property
    def name(self) -> str:
        """`gL4` to `gL1`, or `gPA` for the data."""
        return f"gL{self.level.number}" if self.level else "gPA"

    @property
    def what(self) -> str:
        """What lies at the address: an entry of the guest's, or the data."""
        if self.level is None:
            return "data"
        return self.level.entry if self.index is None else f"{self.level.entry} {self.index}"

    @property
    def translated(self) -> bool:
        """Whether it is known where the address lies in the host."""
        return self.host_physical is not None

    def leaf(self, host: Mode) -> Level | None:
        """The EPT level that was found to map the page, if it was."""
        for level in host.levels:
            if level.number in self.reads:
                entry = self.reads[level.number][1].value
                if is_present(host, entry) and maps_page(level, entry):
                    return level
        return None


def rows(state: Walk) -> tuple[Row, ...]:
    """The rows of a guest's walk from top to bottom, as far as it is known by now what they are."""
    mode, outcome = state.registers.mode, state.outcome
    reads = _by_level(state)
    first = state.descents[0].levels[0].number if state.descents else mode.levels[0].number
    result: list[Row] = []
    saved = ""
    for level in mode.levels:
        index = level.index(state.access.address) if state.access else None
        cached = "" if level.number <= first else f"a paging-structure cache led past the {level.entry}"
        own = reads.get(level.number, {})
        entry = own[0][1] if 0 in own else None
        where = None if entry is None else entry.address
        result.append(Row(level, index, own, _guest_physical(own), where, saved or cached))
        if entry and entry.value & P and level.number > 1 and maps_page(level, entry.value, state.registers.pse):
            saved = f"the guest's {level.entry} maps a {size_name(level.span)} page"
    own = reads.get(0, {})
    if isinstance(outcome, Translation):
        data = Row(None, None, own, outcome.guest_physical, outcome.physical)
    else:
        data = Row(None, None, own, _guest_physical(own))
    return (*result, data)


def stuck_at(state: Walk) -> str | None:
    """The name of the reference that a fault or VM exit ended at; of a row, if no entry could be read for it."""
    outcome, last = state.outcome, state.references[-1] if state.references else None
    if outcome is None or isinstance(outcome, Translation):
        return None
    looked_up = not isinstance(outcome, EptViolation) or (last and outcome.guest_physical == last.guest_physical)
    if last and looked_up:
        return last.name
    return next((row.name for row in rows(state) if not row.saved and 0 not in row.reads), None)


def _by_level(state: Walk) -> dict[int, dict[int, tuple[int, Reference]]]:
    reads: dict[int, dict[int, tuple[int, Reference]]] = {}
    for number, read in enumerate(state.references, 1):
        now = replace(read, value=state.memory.get(read.address, 0))  # A and D may have been set since it was read
        reads.setdefault(read.guest_level, {})[read.host_level] = (number, now)
    return reads


def _guest_physical(reads: dict[int, tuple[int, Reference]]) -> int | None:
    return next((read.guest_physical for _, read in reads.values()), None)

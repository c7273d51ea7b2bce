"""A moment of a native walk as values: which entries were consulted, which is current, where the walk is stuck."""

from dataclasses import dataclass
from functools import cached_property

from vlearn.sim.memory.access import ALL_RIGHTS, GeneralProtection, Rights, Translation
from vlearn.sim.memory.entries import is_present, maps_page, reserved_bits
from vlearn.sim.memory.modes import Level
from vlearn.sim.memory.state import Walk
from vlearn.trace import Event
from vlearn.views.memory_ending import Ending, ending


@dataclass(frozen=True, slots=True)
class Visit:
    """An entry that the walk consulted: which one, its value now, and the reference that read it, counted from 1.

    Number 0 is a PDPTE register, which has no address and is consulted without a reference to memory.
    """

    level: Level
    index: int
    entry: int
    number: int = 0
    address: int | None = None


@dataclass(frozen=True)
class Moment:
    """A walk and the event that led to it, with what the drawing and its words both need."""

    state: Walk
    event: Event | None

    @property
    def address(self) -> int | None:
        """The linear address, once there is an access."""
        return self.state.access.address if self.state.access else None

    @cached_property
    def end(self) -> Ending | None:
        """How the walk ended, if it did."""
        return ending(self.state)

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        """The entries consulted so far, root first."""
        mode, address = self.state.registers.mode, self.address
        if address is None or isinstance(self.state.outcome, GeneralProtection):
            return ()
        visits: list[Visit] = []
        if mode.loaded:
            index = mode.loaded.index(address)
            pdpte = self.state.registers.pdptes[index]
            begun = bool(self.state.descents) and not self.skips(mode.loaded)
            if begun or not is_present(mode, pdpte):
                visits.append(Visit(mode.loaded, index, pdpte))
        for number, read in enumerate(self.state.references, 1):
            level = next(level for level in mode.levels if level.number == read.guest_level)
            value = self.state.memory.get(read.address, 0)  # A and D may have been set since it was read
            visits.append(Visit(level, level.index(address), value, number, read.address))
        return tuple(visits)

    def skips(self, level: Level) -> bool:
        """Whether a paging-structure cache led the walk past this level."""
        if not self.state.descents:
            return False
        levels, mode = self.state.registers.mode.structures, self.state.registers.mode
        first = self.state.descents[0].levels[0]
        start = 0 if first is mode.levels[0] else levels.index(first)
        return levels.index(level) < start

    @property
    def rights(self) -> Rights:
        """What the entries read so far allow together."""
        rights = self.state.descents[0].rights if self.state.descents else ALL_RIGHTS
        for visit in self.visits:
            rights = rights.limited_by(visit.entry) if visit.number else rights
        return rights

    @property
    def stuck(self) -> Visit | None:
        """The entry at which the walk ended in a fault."""
        return self.visits[-1] if self.visits and self.end and self.end.failed else None

    @property
    def arrived(self) -> bool:
        """Whether the walk found its page and may go there."""
        return self.leaf is not None and isinstance(self.state.outcome, Translation)

    @cached_property
    def leaf(self) -> Level | None:
        """The level whose entry was found to map the page, even if the access then turns out to be forbidden."""
        last = self.visits[-1] if self.visits else None
        if last is None or not last.number or not is_present(self.state.registers.mode, last.entry):
            return None
        return last.level if maps_page(last.level, last.entry, self.state.registers.pse) else None

    def leads_on(self, visit: Visit) -> bool:
        """Whether the walk can follow the entry: it is present and well-formed, and no fault ended the walk there."""
        registers, entry = self.state.registers, visit.entry
        page = maps_page(visit.level, entry, registers.pse)
        reserved = reserved_bits(registers.mode, visit.level, page, registers.physical_bits, registers.nxe)
        return is_present(registers.mode, entry) and not entry & reserved and visit is not self.stuck

    def is_current(self, visit: Visit) -> bool:
        """Whether the event touched this entry."""
        return self.event is not None and visit.level.entry in self.event.touches

"""The translation cache as a value: units, patched exits, and what adaptive translation has learnt.

`at` is the unit that the real processor is in, and the number of the line that comes next; `left` the exit by which it
has just left one. A direct exit leads to the dispatcher until it has been taken once; then it is patched. An indirect
jump is looked up each time.

Left out: a limit to the cache, so nothing is ever thrown out for lack of room; code that changes, as in the processor
itself; and links that outlive a load of CR3, as those of a kernel that every address space shares could.
"""

from dataclasses import dataclass, replace

from immutables import Map

from vlearn.sim.cpu import Cpu
from vlearn.sim.monitors.translation.code_pages import entries_on_the_way, unchanged, walk_mode
from vlearn.sim.monitors.translation.units import Key, Unit, unit_at

HOT = 3
"""So many traps make a copied instruction a call-out; a choice of this model."""
NO_UNITS: Map[Key, Unit] = Map()
NO_LINKS: Map[tuple[Key, int], Key] = Map()
NO_NUMBERS: Map[int, int] = Map()


@dataclass(frozen=True, slots=True)
class TranslationCache:
    """`links` leads from an exit, a unit's key and an address, to the unit there.

    `traps` counts the traps of copied instructions by their physical addresses, `called_out` has those that are
    call-outs since. `walked` are the page-table entries on the way to the code of all units, under a `mode`.
    """

    units: Map[Key, Unit] = NO_UNITS
    links: Map[tuple[Key, int], Key] = NO_LINKS
    at: tuple[Unit, int] | None = None
    left: tuple[Key, int] | None = None
    traps: Map[int, int] = NO_NUMBERS
    called_out: frozenset[int] = frozenset()
    walked: Map[int, int] = NO_NUMBERS
    mode: tuple[int, ...] = ()

    @property
    def chained(self) -> Unit | None:
        """The unit that the exit just taken has been patched to lead to."""
        key = self.links.get(self.left) if self.left else None
        return None if key is None else self.units[key]

    def enter(self, unit: Unit) -> "TranslationCache":
        """In a unit, before its first line."""
        return replace(self, at=(unit, 0), left=None)

    def outside(self, left: tuple[Key, int] | None = None) -> "TranslationCache":
        """In no unit: `left` by an exit, or in another way."""
        return replace(self, at=None, left=left if left and left[0] in self.units else None)

    def found(self, guest: Cpu, key: Key) -> "TranslationCache":
        """After a look-up: the way to this code is remembered."""
        walked = self.walked.update(entries_on_the_way(guest, key.eip))
        return replace(self, walked=walked, mode=walk_mode(guest))

    def translate(self, guest: Cpu) -> tuple["TranslationCache", Unit]:
        """With the unit at EIP, translated."""
        unit = unit_at(guest, self.called_out)
        return replace(self, units=self.units.set(unit.key, unit)), unit

    def patch(self, to: Key) -> "TranslationCache":
        """With the exit just taken leading to a unit."""
        assert self.left is not None, "an exit has been taken"
        return replace(self, links=self.links.set(self.left, to))

    def follow(self, guest: Cpu) -> "TranslationCache":
        """After an instruction: if code may have moved, without links, and in no unit."""
        if self.mode and walk_mode(guest) == self.mode and unchanged(self.walked, guest.memory):
            return self
        return replace(self, links=NO_LINKS, at=None, left=None, walked=NO_NUMBERS, mode=walk_mode(guest))

    def trapped(self, physical: int) -> tuple["TranslationCache", bool]:
        """A copied instruction has trapped; whether it is a call-out from now on, and translated anew."""
        times = self.traps.get(physical, 0) + 1
        counted = replace(self, traps=self.traps.set(physical, times))
        if times != HOT:
            return counted, False
        stale = [key for key, unit in self.units.items() if physical in physical_addresses(unit)]
        units = self.units.mutate()
        for key in stale:
            del units[key]
        called_out = self.called_out | {physical}
        return replace(counted, units=units.finish(), links=NO_LINKS, called_out=called_out), True


def physical_addresses(unit: Unit) -> tuple[int, ...]:
    """Where the instructions of a unit lie in physical memory."""
    return tuple(unit.key.physical + line.eip - unit.key.eip for line in unit.lines)

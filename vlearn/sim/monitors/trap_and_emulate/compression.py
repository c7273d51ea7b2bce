"""Ring compression: the guest's ring 0 moves outwards, so that the monitor alone is in ring 0.

Compressed to 0/1/3 the guest's kernel keeps a ring of its own, and segment limits keep it out of the monitor's region.
Compressed to 0/3 it shares ring 3 with its own processes, and page tables have to tell the two apart.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from vlearn.sim.cpu import Descriptor, Gate, Segment
from vlearn.sim.cpu.descriptors import ACCESSED, CODE, EXPAND_DOWN, GRANULAR, PRESENT, Entry, is_null
from vlearn.sim.cpu.state import CS, SS
from vlearn.sim.monitors.trap_and_emulate.layout import LINEAR, NOWHERE

_DPL = 3 << 5


@dataclass(frozen=True, slots=True)
class Compression:
    """Where the guest's rings go: no further in than `kernel`, the real ring of the guest's ring 0."""

    name: str
    kernel: int

    def ring(self, virtual: int) -> int:
        """The real ring of one of the guest's."""
        return max(virtual, self.kernel)

    @property
    def views(self) -> int:
        """How many shadows of the guest's page tables there are: a second one if U/S can no longer tell the rings."""
        return 2 if self.kernel == 3 else 1


COMPRESSIONS = {"0/1/3": Compression("0/1/3", 1), "0/3": Compression("0/3", 3)}


@lru_cache(maxsize=4096)
def compressed(descriptor: Descriptor, compression: Compression) -> Descriptor:
    """What the processor holds for a descriptor of the guest: its DPL moved, its limit before the monitor's region."""
    if not descriptor.is_segment:
        return descriptor
    access = descriptor.access & ~_DPL | compression.ring(descriptor.dpl) << 5
    return confined(replace(descriptor, access=access))


def confined(descriptor: Descriptor) -> Descriptor:
    """The segment without what reaches into the monitor's region; nothing of one that lies on both sides of it.

    An access to what is missing faults, so the monitor can look at it.
    """
    room = LINEAR - descriptor.base
    expands_down = descriptor.access & (CODE | EXPAND_DOWN) == EXPAND_DOWN
    if descriptor.limit < room and not expands_down:
        return descriptor
    limit = room & ~0xFFF if descriptor.flags & GRANULAR else room
    if limit <= 0 or expands_down:
        access = descriptor.access if descriptor.access & CODE else descriptor.access & ~EXPAND_DOWN
        return replace(descriptor, base=NOWHERE, limit=0, access=access, flags=descriptor.flags & ~GRANULAR)
    return replace(descriptor, limit=limit - 1)


def compressed_segment(number: int, segment: Segment, compression: Compression) -> Segment:
    """A loaded segment register. The RPL of CS and SS is the CPL, so it moves too; every other selector stays."""
    selector = segment.selector
    if number in (CS, SS) and not is_null(selector):
        selector = selector & ~3 | compression.ring(selector & 3)
    return Segment(selector, compressed(segment.descriptor, compression))


def shadow_entry(entry: Entry, compression: Compression) -> int:
    """What the monitor puts into its table for an entry of the guest's, 0 for what the guest must not use directly.

    Gates lead into rings that are elsewhere now. A segment that was never accessed is not present here: when it is
    loaded the monitor is told, and can set A in the guest's own table.
    """
    if isinstance(entry, Gate):
        return 0
    entry = compressed(entry, compression)
    if entry.is_segment and not entry.access & ACCESSED:
        entry = replace(entry, access=entry.access & ~PRESENT)
    return entry.value

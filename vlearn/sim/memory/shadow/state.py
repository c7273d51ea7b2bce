"""The state of a machine under shadow paging: the guest's own tables, the host's map, the shadows, the processor.

The processor walks a shadow and nothing else. The guest's tables lie in `memory`, which is guest-physical; `host` says
where guest-physical memory lies, but it is the hypervisor's notebook and no table that the processor knows. The shadow
has the guest's paging mode.

Left out: PAE paging (its PDPTE registers are one more copy to keep), a limit on the frames that shadows may take.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.memory.access import Access, GeneralProtection, PageFault, Registers, Translation
from vlearn.sim.memory.entries import EPT_RWX
from vlearn.sim.memory.mmu import Mmu
from vlearn.sim.memory.modes import MIB, Mode
from vlearn.sim.memory.page_tables import EptTables
from vlearn.sim.memory.shadow.policy import Policy
from vlearn.sim.memory.tables import FRAME, Memory

SPARES_AT = 0x7000_0000
"""From here on the hypervisor has frames to put a page in that comes back."""
SHADOWS_AT = 0x8000_0000
"""Where the hypervisor keeps its shadows, in host-physical memory."""
SHADOW_ROOM = 256 * MIB

Key: TypeAlias = tuple[int, int]
"""Where a table stands in a shadow: the level of its entries, and which part of the address space it covers."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A shadow entry that maps a page: the page, where it is for the guest, and the guest's entry it was made from."""

    linear: int
    guest_physical: int
    size: int
    guest_entry: int


@dataclass(frozen=True, slots=True)
class ShadowTable:
    """A table of a shadow: its frame, the guest's table that it stands for, the guest's entry that leads to it.

    A table without a guest's own splits a large page of the guest.
    """

    frame: int
    guest_frame: int | None
    guest_entry: int = 0


@dataclass(frozen=True, slots=True)
class Shadow:
    """The shadow of one address space of the guest, by the root that the guest loads for it."""

    root: int
    tables: Map[Key, ShadowTable]


@dataclass(frozen=True, slots=True)
class Emulated:
    """The hypervisor carried out the access itself; `physical` is None where there is no memory, as with a device."""

    guest_physical: int
    physical: int | None


Fate: TypeAlias = Translation | PageFault | GeneralProtection | Emulated


@dataclass(frozen=True, slots=True)
class ShadowMachine:
    """A guest and its hypervisor. `shadows` are the least recently used first; the last one is in use.

    `leaves` are the entries of all shadows that map pages, by their address; `unsynced` the guest's tables that are
    out of step; `reclaimed` the pages whose frame the hypervisor has taken away, `spares` where some came back.
    """

    registers: Registers
    memory: Memory
    host: EptTables
    policy: Policy
    mmu: Mmu
    shadows: tuple[Shadow, ...] = ()
    leaves: Map[int, Leaf] = Map()  # noqa: RUF009 - an empty persistent map is a value
    unsynced: frozenset[int] = frozenset()
    reclaimed: frozenset[int] = frozenset()
    spares: Map[int, int] = Map()  # noqa: RUF009
    access: Access | None = None
    outcome: Fate | None = None

    @property
    def mode(self) -> Mode:
        """The paging mode of the guest and of its shadows."""
        return self.registers.mode

    @property
    def current(self) -> Shadow:
        """The shadow that the processor walks."""
        return self.shadows[-1]

    @property
    def table_bytes(self) -> int:
        """The memory that all shadows take."""
        return FRAME * sum(len(shadow.tables) for shadow in self.shadows)

    def positions(self, guest_frame: int) -> Iterator[tuple[int, Key, ShadowTable]]:
        """Where a frame of the guest is shadowed: number of the shadow, place in it, table."""
        for number, shadow in enumerate(self.shadows):
            for key, table in shadow.tables.items():
                if table.guest_frame == guest_frame:
                    yield number, key, table

    def traced(self, frame: int) -> bool:
        """Whether a store of the guest to this frame exits: it holds a table that must stay in step."""
        return frame not in self.unsynced and next(self.positions(frame), None) is not None

    def traces_within(self, guest_physical: int, size: int) -> bool:
        """Whether any frame of this range is traced."""
        return any(
            table.guest_frame is not None and 0 <= table.guest_frame - guest_physical < size
            for shadow in self.shadows
            for table in shadow.tables.values()
            if table.guest_frame not in self.unsynced
        )

    def entry_for(self, address: int) -> int | None:
        """Where the shadow in use has the entry that maps an address; None if it has none."""
        linear = address & (1 << self.mode.linear_bits) - 1
        key = (self.mode.levels[0].number, 0)
        for level in self.mode.levels:
            table = self.current.tables.get(key)
            if table is None:
                return None
            at = table.frame + level.index(linear) * self.mode.entry_bytes
            if at in self.leaves:
                return at
            key = (level.number - 1, linear >> level.shift)
        return None

    def place(self, guest_physical: int) -> tuple[int, int] | None:
        """Where the host has a guest-physical address, and in a page of which size; None if nowhere."""
        if guest_physical >> self.host.mode.linear_bits:
            return None
        last, physical = self.host.path(guest_physical)[-1], self.host.lookup(guest_physical)
        if physical is None:
            return None
        if last.entry & EPT_RWX != EPT_RWX:
            raise ModelError(
                f"the host's map restricts guest-physical {guest_physical:#x}; shadow paging here takes a map that"
                " allows everything or has no entry"
            )
        if SHADOWS_AT <= physical < SHADOWS_AT + SHADOW_ROOM or physical >= 1 << self.registers.physical_bits:
            raise ModelError(f"guest-physical {guest_physical:#x} lies at {physical:#x}, which is no place for it")
        if self.mode.entry_bytes == 4 and physical >> 32:
            raise ModelError(
                f"guest-physical {guest_physical:#x} lies at {physical:#x}, which a 32-bit entry cannot name; map the"
                " guest below 4 GiB"
            )
        return physical, last.level.span

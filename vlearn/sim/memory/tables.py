"""Building page tables and EPTs: frozen values whose verbs return the next one.

Physical memory is a persistent map from physical address to entry; an address that is not in it holds 0, which is an
entry that is not present. Table frames are given out one after another, upwards from the root. Entries that reference
tables allow everything, so an entry that maps a page decides alone, as operating systems build tables; `edit` changes
any entry on the way to an address.
"""

from dataclasses import dataclass
from typing import TypeAlias

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.memory.entries import (
    EPT_RWX,
    PS,
    RW,
    US,
    P,
    is_present,
    maps_page,
    page_address,
    page_bits,
    table_address,
)
from vlearn.sim.memory.modes import KIB, Level, Mode, size_name

Memory: TypeAlias = Map[int, int]
NO_MEMORY: Memory = Map()
FRAME = 4 * KIB


@dataclass(frozen=True, slots=True)
class Place:
    """An entry on the way to an address: its level, its physical address, its value."""

    level: Level
    address: int
    entry: int


@dataclass(frozen=True, slots=True)
class Tables:
    """What page tables and EPTs share: a mode, a root, the entries, and the next free table frame."""

    mode: Mode
    root: int = 0x1000
    memory: Memory = NO_MEMORY
    next_frame: int = 0
    physical_bits: int = 46

    def __post_init__(self) -> None:
        if self.root % FRAME:
            raise ModelError(f"the root of {self.mode.name} is a 4 KiB frame; {self.root:#x} is not aligned to one")
        if not self.next_frame:
            object.__setattr__(self, "next_frame", self.root + FRAME)

    @property
    def frames(self) -> tuple[int, ...]:
        """The physical addresses of the table frames, root first."""
        return tuple(range(self.root, self.next_frame, FRAME))

    def path(self, address: int) -> tuple[Place, ...]:
        """The entries on the way to an address, root first, as far as they are present. Checks no rights."""
        self.mode.check_width(address)
        places: list[Place] = []
        table = self.root
        for level in self.mode.structures:
            at = table + level.index(address) * self.mode.entry_bytes
            places.append(Place(level, at, self.memory.get(at, 0)))
            if not is_present(self.mode, places[-1].entry) or maps_page(level, places[-1].entry):
                break
            table = table_address(self.mode, places[-1].entry)
        return tuple(places)

    def lookup(self, address: int) -> int | None:
        """The physical address that the address maps to, rights aside; None if it is not mapped."""
        last = self.path(address)[-1]
        if not is_present(self.mode, last.entry) or not maps_page(last.level, last.entry):
            return None
        return page_address(self.mode, last.level, last.entry) | address & (last.level.span - 1)

    def _edited(self, address: int, entry: str, set_bits: int, clear_bits: int) -> Memory:
        for place in self.path(address):
            if place.level.entry == entry:
                return self.memory.set(place.address, place.entry & ~clear_bits | set_bits)
        met = ", ".join(place.level.entry for place in self.path(address))
        raise ModelError(f"the way to {address:#x} has no {entry}; it has {met}")

    def _table_flags(self, level: Level) -> int:
        if self.mode.is_ept:
            return EPT_RWX
        return P if level is self.mode.loaded else P | RW | US

    def _map(self, address: int, physical: int, length: int, page_size: int, flags: int) -> tuple[Memory, int]:
        """Memory and next free frame after mapping a range; every page of it must be free."""
        leaf = self.mode.leaf(page_size)
        if length <= 0:
            raise ModelError(f"a range to map is at least one page long, not {length} bytes")
        self._check_range(address, physical, length, page_size)
        memory, next_frame = self.memory.mutate(), self.next_frame
        for offset in range(0, length, page_size):
            table = self.root
            for level in self.mode.structures:
                at = table + level.index(address + offset) * self.mode.entry_bytes
                entry = memory.get(at, 0)
                if level is leaf:
                    break
                if not is_present(self.mode, entry):
                    entry = next_frame | self._table_flags(level)
                    memory[at] = entry
                    next_frame += FRAME
                elif maps_page(level, entry):
                    break
                table = table_address(self.mode, entry)
            if is_present(self.mode, entry):
                what = f"a {size_name(level.span)} page" if maps_page(level, entry) else "smaller pages"
                raise ModelError(
                    f"{address + offset:#x} cannot be mapped to a {size_name(page_size)} page: "
                    f"the {level.entry} at {at:#x} already maps {what} there; choose a free range"
                )
            large = PS if page_size > FRAME else 0
            memory[at] = page_bits(self.mode, leaf, physical + offset) | large | flags
        return memory.finish(), next_frame

    def _check_range(self, address: int, physical: int, length: int, page_size: int) -> None:
        for name, value in (("address", address), ("physical address", physical), ("length", length)):
            if value % page_size:
                raise ModelError(f"{name} {value:#x} is not aligned to its page size of {size_name(page_size)}")
        for end in (address, address + length - 1):
            self.mode.check_width(end)
            if not self.mode.is_canonical(end):
                top = f"bits {self.mode.register_bits - 1} to {self.mode.linear_bits - (not self.mode.is_ept)}"
                rule = f"{top} must be {'0' if self.mode.is_ept else 'equal'}"
                raise ModelError(f"{end:#x} is not canonical in {self.mode.name}: {rule}")
        width = self.physical_bits
        if self.mode.entry_bytes == 4:
            width = min(40, width) if page_size > FRAME else 32
        if not 0 <= physical <= (1 << width) - length:
            raise ModelError(
                f"{physical:#x} is no place for {size_name(length)}: "
                f"a {size_name(page_size)} page of {self.mode.name} has {width} physical address bits here"
            )

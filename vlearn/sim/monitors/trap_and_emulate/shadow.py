"""Shadow page tables: from the guest's linear addresses straight to real frames, kept up to date eagerly.

The frames of the guest's page tables are write-protected, so each write to one is a trap: a traced write. A shadow
entry promises no more than the guest's entries have recorded already: without A in them there is none, without D it is
read-only, so the access that would set the flag is a trap too. Before the guest turns paging on, its addresses are
mapped to themselves.

Left out: keeping the shadows of other address spaces (a load of CR3 builds all of it anew), and large pages in the
shadow (a 4 MiB page of the guest becomes 1024 entries). Source: Adams and Agesen, ASPLOS 2006, section 2.4.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from immutables import Map

from vlearn.sim.cpu import Cpu
from vlearn.sim.cpu.control import PG, PSE, SMAP, SMEP
from vlearn.sim.cpu.paging import PHYSICAL_BITS
from vlearn.sim.memory.entries import PS, RW, US, A, D, P, maps_page, page_address, reserved_bits
from vlearn.sim.memory.modes import TWO_LEVEL
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.monitors.trap_and_emulate.compression import Compression
from vlearn.sim.monitors.trap_and_emulate.layout import DIRECTORIES, LINEAR, SHADOW_TABLES
from vlearn.sim.monitors.vm import RAM

_DIRECTORY, _TABLE = TWO_LEVEL.levels
ENTRIES = 1024


@dataclass(frozen=True, slots=True)
class Traced:
    """The frames of guest RAM that are write-protected: the directory, page tables by their users, descriptors."""

    directory: int | None
    tables: Map[int, tuple[int, ...]]
    descriptors: frozenset[int]

    def __contains__(self, frame: int) -> bool:
        return frame == self.directory or frame in self.tables or frame in self.descriptors


def traced_frames(guest: Cpu, descriptors: Iterator[int]) -> Traced:
    """What has to be followed, given the frames of the descriptor tables."""
    users: dict[int, tuple[int, ...]] = {}
    for number, pde in directory_entries(guest):
        if not _is_page(guest, pde):
            users[pde & -FRAME] = (*users.get(pde & -FRAME, ()), number)
    directory = guest.cr3 & -FRAME if guest.cr0 & PG else None
    return Traced(directory, Map(users), frozenset(descriptors))


def directory_entries(guest: Cpu) -> Iterator[tuple[int, int]]:
    """The present entries of the guest's page directory and their numbers, none while paging is off."""
    for number in range(LINEAR >> 22) if guest.cr0 & PG else ():
        pde = guest.memory.get((guest.cr3 & -FRAME) + 4 * number, 0)
        if pde & P:
            yield number, pde


def mapped_pages(guest: Cpu) -> Iterator[int]:
    """The numbers of the linear pages that the guest's tables may map."""
    if not guest.cr0 & PG:
        yield from range(RAM // FRAME)
    for number, pde in directory_entries(guest):
        for n in range(ENTRIES):
            if _is_page(guest, pde) or guest.memory.get((pde & -FRAME) + 4 * n, 0) & P:
                yield number * ENTRIES + n


def shadow_of(guest: Cpu, page: int, traced: Traced, compression: Compression) -> tuple[int, ...]:
    """The shadow's entries for one linear page: that of the kernel's view, then that of the processes' if it differs.

    All are 0 for a page that only a trap may touch.
    """
    frame, rights = _mapping(guest, page)
    nothing = (0,) * compression.views
    if not rights & P or frame >= RAM:
        return nothing
    writable = rights & RW if rights & D and frame not in traced else 0
    entry = frame | P | A | D | writable | rights & US
    if compression.views == 1:
        return (entry,)
    hidden = guest.cr4 & (SMEP | SMAP) and rights & US
    return (0 if hidden else entry | US, entry if rights & US else 0)


def _mapping(guest: Cpu, page: int) -> tuple[int, int]:
    """The frame of a linear page, and its rights and flags as one entry would have them; P only if A is set too."""
    if not guest.cr0 & PG:
        return page * FRAME, P | RW | US | D
    pde = guest.memory.get((guest.cr3 & -FRAME) + 4 * (page // ENTRIES), 0)
    if _is_page(guest, pde):
        if pde & (P | A) != P | A or pde & reserved_bits(TWO_LEVEL, _DIRECTORY, True, PHYSICAL_BITS):
            return 0, 0
        return page_address(TWO_LEVEL, _DIRECTORY, pde) + page % ENTRIES * FRAME, pde & (P | RW | US | D)
    pte = guest.memory.get((pde & -FRAME) + 4 * (page % ENTRIES), 0)
    if pde & pte & (P | A) != P | A:
        return 0, 0
    return page_address(TWO_LEVEL, _TABLE, pte), pde & pte & (P | RW | US) | pte & D


def _is_page(guest: Cpu, pde: int) -> bool:
    return bool(pde & PS) and maps_page(_DIRECTORY, pde, bool(guest.cr4 & PSE))


def places(page: int, view: int) -> tuple[int, int, int]:
    """Where a view keeps a page's entry: the address of it, of the directory's entry, and the latter's value."""
    number = page // ENTRIES
    table = SHADOW_TABLES + (view * ENTRIES + number) * FRAME
    return table + 4 * (page % ENTRIES), DIRECTORIES + view * FRAME + 4 * number, table | P | RW | US | A

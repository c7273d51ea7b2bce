"""Where the monitor lives: above guest RAM in physical memory, in the last 4 MiB of every linear address space.

Its GDT has room for all of the guest's descriptors; its own are the last four. Its IDT sends every vector to ring 0:
exceptions through gates with DPL 0, all other vectors and INT3 through gates with DPL 3, so that an INT of the guest
enters the monitor at once. Its handlers are addresses alone: the monitor's code is not simulated machine code.
"""

from collections.abc import Iterator

from vlearn.sim.cpu import Descriptor, Gate
from vlearn.sim.cpu.boot import FLAT
from vlearn.sim.cpu.descriptors import LDT, TSS, Entry
from vlearn.sim.memory.entries import RW, A, D, P
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.monitors.vm import RAM

LINEAR = 0xFFC0_0000
"""The monitor's linear addresses begin here; every segment of the guest ends before."""
GDT_AT, LDT_AT, IDT_AT, TSS_AT, STACK_TOP = (LINEAR + n for n in (0, 0x1_0000, 0x2_0000, 0x2_1000, 0x2_3000))
HANDLERS = LINEAR + 0x2_3000
"""The handler of vector n is at HANDLERS + 16 n."""
NOWHERE = 0xFFFF_F000
"""A page of the monitor's region that is never mapped."""
TABLE_SIZE = 0x1_0000
MONITOR_CODE, MONITOR_DATA, MONITOR_TSS, MONITOR_LDT = 0xFFE0, 0xFFE8, 0xFFF0, 0xFFF8

DIRECTORIES = RAM + 0x3_0000
"""The page directories of the shadows, one for each view."""
OWN_TABLE = RAM + 0x3_2000
"""The page table of the monitor's own region, the same in every directory."""
SHADOW_TABLES = RAM + 0x4_0000
"""The page tables of the shadows: one for each view and each entry of its directory."""
OWN_PAGES = 0x24

_DESCRIPTORS = {
    MONITOR_CODE: Descriptor(0, FLAT, 0x9B),
    MONITOR_DATA: Descriptor(0, FLAT, 0x93),
    MONITOR_TSS: Descriptor(TSS_AT, 0x67, 0x80 | TSS, 0),
    MONITOR_LDT: Descriptor(LDT_AT, TABLE_SIZE - 1, 0x80 | LDT, 0),
}


def physical(linear: int) -> int:
    """Where something of the monitor lies in physical memory."""
    return linear - LINEAR + RAM


def entry_words(table: int, selector: int, entry: Entry) -> dict[int, int]:
    """The two words of a descriptor or gate in a table at a linear address, by physical address."""
    at = physical(table) + (selector & 0xFFF8)
    return {at: entry.value & 0xFFFF_FFFF, at + 4: entry.value >> 32}


def own_words() -> dict[int, int]:
    """Everything that the monitor has in memory before the guest is there."""
    words = {OWN_TABLE + 4 * n: RAM + n * FRAME | P | RW | A | D for n in range(OWN_PAGES)}
    for view in range(2):
        words[DIRECTORIES + view * FRAME + 4 * (LINEAR >> 22)] = OWN_TABLE | P | RW | A
    for selector, descriptor in _DESCRIPTORS.items():
        words |= entry_words(GDT_AT, selector, descriptor)
    for vector, gate in gates():
        words |= entry_words(IDT_AT, 8 * vector, gate)
    tss = physical(TSS_AT)
    return words | {tss + 4: STACK_TOP, tss + 8: MONITOR_DATA, tss + 0x64: 0x68 << 16}


def gates() -> Iterator[tuple[int, Gate]]:
    """The monitor's IDT."""
    for vector in range(256):
        exception = vector < 32 and vector != 3
        yield vector, Gate(MONITOR_CODE, HANDLERS + 16 * vector, dpl=0 if exception else 3)

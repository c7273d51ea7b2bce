"""Shadows of the guest's GDT and LDT in the monitor's tables, so that the guest's selectors mean something.

The guest's tables are write-protected, as its page tables are, and followed. What the guest can reach only with an A
flag of a page table still clear is left out, so that its first use is a trap.
"""

from collections.abc import Iterator

from vlearn.sim.cpu import Cpu, Fault, decode
from vlearn.sim.cpu.paging import physical, read_linear
from vlearn.sim.cpu.state import MASK32
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.monitors.trap_and_emulate.compression import Compression, shadow_entry
from vlearn.sim.monitors.trap_and_emulate.layout import GDT_AT, LDT_AT, MONITOR_CODE, TABLE_SIZE
from vlearn.sim.monitors.trap_and_emulate.layout import physical as own


def shadow_descriptors(guest: Cpu, compression: Compression) -> dict[int, int]:
    """The words of both shadows that are not 0, by physical address."""
    words = {}
    for base, limit, table, size in _tables(guest):
        for offset in range(0, min(limit + 1, size) & ~7, 8):
            value = shadow_entry(decode(_value(guest, base + offset)), compression)
            for n, word in enumerate((value & MASK32, value >> 32)):
                if word:
                    words[own(table) + offset + 4 * n] = word
    return words


def descriptor_pages(guest: Cpu) -> Iterator[int]:
    """The numbers of the linear pages in which the guest's descriptor tables lie."""
    for base, limit, _, _ in _tables(guest):
        for address in range(base & -FRAME, base + limit + 1, FRAME):
            yield (address & MASK32) // FRAME


def descriptor_frames(guest: Cpu) -> Iterator[int]:
    """The frames of guest RAM that these pages are mapped to."""
    for page in descriptor_pages(guest):
        try:
            yield physical(guest, page * FRAME, "read", user=False)[1] & -FRAME
        except Fault:
            continue


def _tables(guest: Cpu) -> Iterator[tuple[int, int, int, int]]:
    """Base, limit, where the shadow is, and how many bytes of it belong to the guest."""
    if guest.gdtr.limit:
        yield guest.gdtr.base, guest.gdtr.limit, GDT_AT, MONITOR_CODE
    ldt = guest.ldtr.descriptor
    if ldt.present:
        yield ldt.base, min(ldt.limit, TABLE_SIZE - 1), LDT_AT, TABLE_SIZE


def _value(guest: Cpu, address: int) -> int:
    """Eight bytes at a linear address, 0 if a walk to them faults or would set a flag."""
    try:
        after, low = read_linear(guest, address & MASK32, 4, user=False)
        after, high = read_linear(after, address + 4 & MASK32, 4, user=False)
    except Fault:
        return 0
    return high << 32 | low if after.memory is guest.memory else 0

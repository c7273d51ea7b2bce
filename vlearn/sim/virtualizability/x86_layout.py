"""Where everything lies in the x86 machine of the classifier: selectors, the tables at two places, memory, segments."""

from collections.abc import Mapping
from dataclasses import dataclass

from immutables import Map

from vlearn.sim.cpu.descriptors import CALL_GATE, LDT, TSS, Descriptor, Entry, Gate
from vlearn.sim.cpu.faults import BP
from vlearn.sim.cpu.state import CS, SEGMENTS, SS, Segment
from vlearn.sim.memory.tables import Memory

CODE, DATA, STACK, INNER_STACK, ENTRY = 0x7000, 0x8000, 0x9000, 0xA000, 0x7800
FLAT, TSS_LIMIT = 0xFFFF_FFFF, 0x67
KERNEL_CODE, KERNEL_DATA, USER_CODE, USER_DATA = 0x08, 0x10, 0x18, 0x20
RING1_CODE, RING1_DATA = 0x70, 0x78
GATE, SECRET, CONFORMING, OTHER_CODE, OTHER_DATA = 0x38, 0x40, 0x48, 0x50, 0x58
OTHER_KERNEL_CODE, OTHER_RING1_CODE, OTHER_RING1_DATA = 0x80, 0x88, 0x90
SERVICE, OWN_INTERRUPT = 0x80, 0x81
"""Vectors: one with a gate that everybody may use, and one that only CPL 0 may."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a monitor put the tables, and by which selectors it named the LDT and the TSS."""

    gdt: int
    idt: int
    ldt: int
    tss: int
    ldt_selector: int
    tss_selector: int


PLACES = (Place(0x1000, 0x1800, 0x2000, 0x2100, 0x30, 0x28), Place(0x4000, 0x4800, 0x5000, 0x5100, 0x60, 0x68))


GDT: Mapping[int, Entry] = {
    KERNEL_CODE: Descriptor(0, FLAT, 0x9B),
    KERNEL_DATA: Descriptor(0, FLAT, 0x93),
    USER_CODE: Descriptor(0, FLAT, 0xFB),
    USER_DATA: Descriptor(0, FLAT, 0xF3),
    RING1_CODE: Descriptor(0, FLAT, 0xBB),
    RING1_DATA: Descriptor(0, FLAT, 0xB3),
    GATE: Gate(KERNEL_CODE, ENTRY, CALL_GATE, dpl=3),
    SECRET: Descriptor(0, 0xA_BCDE, 0x93, 4),
    CONFORMING: Descriptor(0, 0xF_FFFF, 0x9F, 4),
    OTHER_CODE: Descriptor(0, 0xE_FFFF, 0xFB, 4),
    OTHER_DATA: Descriptor(0, 0xE_FFFF, 0xF3, 4),
    OTHER_KERNEL_CODE: Descriptor(0, 0xE_FFFF, 0x9B, 4),
    OTHER_RING1_CODE: Descriptor(0, 0xE_FFFF, 0xBB, 4),
    OTHER_RING1_DATA: Descriptor(0, 0xE_FFFF, 0xB3, 4),
    **{place.ldt_selector: Descriptor(place.ldt, 0xF, 0x80 | LDT, 0) for place in PLACES},
    **{place.tss_selector: Descriptor(place.tss, TSS_LIMIT, 0x80 | TSS, 0) for place in PLACES},
}
"""Entries by offset. The accessed bits are set, so that no load changes the table."""
IDT: Mapping[int, Entry] = {
    **{8 * vector: Gate(KERNEL_CODE, ENTRY) for vector in (*range(15), OWN_INTERRUPT)},
    **{8 * vector: Gate(KERNEL_CODE, ENTRY, dpl=3) for vector in (BP, SERVICE)},
}


def descriptor(selector: int) -> Descriptor:
    """The descriptor that a selector without RPL names."""
    found = GDT[selector]
    assert isinstance(found, Descriptor)
    return found


def _memory() -> Memory:
    words: dict[int, int] = {}
    for place in PLACES:
        words |= {
            place.tss + 4: INNER_STACK, place.tss + 8: KERNEL_DATA,
            place.tss + 12: INNER_STACK, place.tss + 16: RING1_DATA | 1,
            place.tss + 0x64: TSS_LIMIT + 1 << 16,  # the I/O permission bitmap begins beyond the limit: there is none
        }  # fmt: skip
        for base, table in ((place.gdt, GDT), (place.idt, IDT)):
            for offset, entry in table.items():
                words[base + offset] = entry.value & 0xFFFF_FFFF
                words[base + offset + 4] = entry.value >> 32
    return Map(words)


def _segments(ring: int, code: int, stack: int) -> tuple[Segment, ...]:
    segments = [Segment(USER_DATA | 3, descriptor(USER_DATA))] * len(SEGMENTS)
    for number, selector in ((CS, code), (SS, stack)):
        segments[number] = Segment(selector | ring, descriptor(selector))
    return tuple(segments)


MEMORY = _memory()
"""Both places have their tables; the program has none of it."""
SEGMENTS_IN_RING = {
    0: _segments(0, KERNEL_CODE, KERNEL_DATA),
    1: _segments(1, RING1_CODE, RING1_DATA),
    3: _segments(3, USER_CODE, USER_DATA),
}
"""The segment registers of a machine in ring 0, 1 or 3: CS and SS of the ring, and data that every ring may use."""

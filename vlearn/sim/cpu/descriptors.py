"""Selectors, and the eight-byte entries of the GDT, the LDT and the IDT: segment descriptors and gates.

Left out: 16-bit TSSs and gates, and the long-mode bit. A task gate can be stored but not used: hardware task switches
are not modelled. Source: Intel SDM vol. 3A, "Segment descriptors", "System descriptor types", "Call gates", "IDT
descriptors".
"""

from dataclasses import dataclass
from typing import TypeAlias

from vlearn.errors import ModelError

PRESENT, CODE_OR_DATA, CODE = 0x80, 0x10, 0x08
ACCESSED, WRITABLE, READABLE, EXPAND_DOWN, CONFORMING = 0x01, 0x02, 0x02, 0x04, 0x04
"""Bits of the access byte. Bit 1 is R for code and W for data, bit 2 is C for code and E for data."""
GRANULAR, BIG = 0x8, 0x4
LDT, TASK_GATE, TSS, BUSY_TSS, CALL_GATE, INTERRUPT_GATE, TRAP_GATE = 0x2, 0x5, 0x9, 0xB, 0xC, 0xE, 0xF
"""Types of system descriptors."""
GATES = frozenset({0x4, TASK_GATE, 0x6, 0x7, CALL_GATE, INTERRUPT_GATE, TRAP_GATE})


def is_null(selector: int) -> bool:
    """Whether a selector is one of the four null selectors, 0 to 3: entry 0 of the GDT, with any RPL."""
    return selector & 0xFFFC == 0


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A segment: `limit` is its last valid offset, whatever the granularity; `access` the byte with P, DPL, S and type.

    `flags` is the nibble G, D/B, L, AVL.
    """

    base: int
    limit: int
    access: int
    flags: int = GRANULAR | BIG

    def __post_init__(self) -> None:
        if self.flags & GRANULAR and self.limit & 0xFFF != 0xFFF:
            raise ModelError(f"a limit in pages ends in fff; {self.limit:#x} does not")
        if not self.flags & GRANULAR and self.limit >> 20:
            raise ModelError(f"a limit in bytes has 20 bits; {self.limit:#x} needs the flag G (granularity of pages)")

    @property
    def type(self) -> int:
        """The type field: for a system descriptor one of LDT, TSS, BUSY_TSS."""
        return self.access & 0xF

    @property
    def dpl(self) -> int:
        """The descriptor privilege level."""
        return self.access >> 5 & 3

    @property
    def present(self) -> bool:
        """P."""
        return bool(self.access & PRESENT)

    @property
    def is_segment(self) -> bool:
        """S: code or data, not a system descriptor."""
        return bool(self.access & CODE_OR_DATA)

    @property
    def is_code(self) -> bool:
        """Whether this is a code segment."""
        return self.access & (CODE_OR_DATA | CODE) == CODE_OR_DATA | CODE

    @property
    def conforming(self) -> bool:
        """A code segment that runs at the CPL of whoever enters it."""
        return self.access & (CODE_OR_DATA | CODE | CONFORMING) == CODE_OR_DATA | CODE | CONFORMING

    @property
    def readable(self) -> bool:
        """All data, and code with R."""
        return self.is_segment and (not self.access & CODE or bool(self.access & READABLE))

    @property
    def writable(self) -> bool:
        """Data with W."""
        return self.access & (CODE_OR_DATA | CODE | WRITABLE) == CODE_OR_DATA | WRITABLE

    def contains(self, offset: int, size: int) -> bool:
        """Whether all `size` bytes from an offset are inside the limit; an expand-down segment lies above it."""
        if self.access & (CODE | EXPAND_DOWN) == EXPAND_DOWN:
            return self.limit < offset and offset + size - 1 <= (0xFFFF_FFFF if self.flags & BIG else 0xFFFF)
        return offset + size - 1 <= self.limit

    @property
    def value(self) -> int:
        """The descriptor as the table holds it, 64 bits."""
        limit = self.limit >> 12 if self.flags & GRANULAR else self.limit
        high = self.base & 0xFF00_0000 | self.flags << 20 | limit & 0xF_0000 | self.access << 8 | self.base >> 16 & 0xFF
        return high << 32 | (self.base & 0xFFFF) << 16 | limit & 0xFFFF


@dataclass(frozen=True, slots=True)
class Gate:
    """An entry point: where a CALL through the GDT, or an interrupt through the IDT, goes.

    `dpl` is the highest CPL that may use it by an instruction, `parameters` the dwords a call gate copies.
    """

    selector: int
    offset: int
    type: int = INTERRUPT_GATE
    dpl: int = 0
    parameters: int = 0
    present: bool = True

    @property
    def value(self) -> int:
        """The gate as the table holds it, 64 bits."""
        access = self.present << 7 | self.dpl << 5 | self.type
        high = self.offset & 0xFFFF_0000 | access << 8 | self.parameters
        return high << 32 | self.selector << 16 | self.offset & 0xFFFF


Entry: TypeAlias = Descriptor | Gate
NO_DESCRIPTOR = Descriptor(0, 0, 0, 0)
"""What a segment register holds after it was loaded with a null selector: not present, so nothing can be reached."""


def decode(value: int) -> Entry:
    """The descriptor or gate that an entry of a descriptor table holds."""
    low, high = value & 0xFFFF_FFFF, value >> 32
    access = high >> 8 & 0xFF
    if not access & CODE_OR_DATA and access & 0xF in GATES:
        offset = high & 0xFFFF_0000 | low & 0xFFFF
        return Gate(low >> 16, offset, access & 0xF, access >> 5 & 3, high & 0x1F, bool(access & PRESENT))
    flags, limit = high >> 20 & 0xF, high & 0xF_0000 | low & 0xFFFF
    if flags & GRANULAR:
        limit = limit << 12 | 0xFFF
    return Descriptor(high & 0xFF00_0000 | (high & 0xFF) << 16 | low >> 16, limit, access, flags)

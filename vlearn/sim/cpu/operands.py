"""The operands of instructions: each reads a value from a state and writes one to it.

A memory operand reads with the segment of its base register (SS for ESP and EBP, otherwise DS) unless it names one. A
read-modify-write instruction loads and then stores, so a page fault on its load reports a read.
"""

from dataclasses import dataclass
from typing import TypeAlias

from vlearn.sim.cpu import access
from vlearn.sim.cpu.loading import load_segment
from vlearn.sim.cpu.state import (
    BYTE_REGISTERS,
    DS,
    EBP,
    ESP,
    MASK32,
    REGISTERS,
    SEGMENTS,
    SS,
    WORD_REGISTERS,
    Cpu,
)

NAMES = {1: BYTE_REGISTERS, 2: WORD_REGISTERS, 4: REGISTERS}
FAR = 6
"""The size of a far pointer in memory: a dword offset and a word selector."""
SIZE_NAMES = {1: "byte", 2: "word", 4: "dword", FAR: "far"}


@dataclass(frozen=True, slots=True)
class Register:
    """A general register, by its number in machine code, or a low part of one: size 1, 2 or 4 bytes."""

    number: int
    size: int = 4

    def read(self, cpu: Cpu) -> tuple[Cpu, int]:
        """The value, `size` bytes of it."""
        if self.size == 4:
            return cpu, cpu.registers[self.number]
        if self.size == 2:
            return cpu, cpu.registers[self.number] & 0xFFFF
        return cpu, cpu.registers[self.number & 3] >> (8 if self.number > 3 else 0) & 0xFF

    def write(self, cpu: Cpu, value: int) -> Cpu:
        """Set these bytes; the rest of the register stays."""
        if self.size == 4:
            return cpu.set_register(self.number, value)
        if self.size == 2:
            return cpu.set_register(self.number, cpu.registers[self.number] & 0xFFFF_0000 | value & 0xFFFF)
        number, shift = self.number & 3, 8 if self.number > 3 else 0
        return cpu.set_register(number, cpu.registers[number] & ~(0xFF << shift) | (value & 0xFF) << shift)

    def __str__(self) -> str:
        return NAMES[self.size][self.number]


@dataclass(frozen=True, slots=True)
class SegmentRegister:
    """ES, CS, SS, DS, FS or GS: a write loads the descriptor too, with all its checks."""

    number: int

    def read(self, cpu: Cpu) -> tuple[Cpu, int]:
        """The selector."""
        return cpu, cpu.segments[self.number].selector

    def write(self, cpu: Cpu, value: int) -> Cpu:
        """Load the register; a load of SS holds interrupts off for one instruction."""
        cpu = load_segment(cpu, self.number, value & 0xFFFF)
        return cpu.set_shadow() if self.number == SS else cpu

    def __str__(self) -> str:
        return SEGMENTS[self.number]


@dataclass(frozen=True, slots=True)
class ControlRegister:
    """CR0, CR2, CR3 or CR4. MOV has the rules for writing one (see `instructions.system`)."""

    number: int

    def read(self, cpu: Cpu) -> tuple[Cpu, int]:
        """The value."""
        return cpu, cpu[f"cr{self.number}"]

    def __str__(self) -> str:
        return f"cr{self.number}"


@dataclass(frozen=True, slots=True)
class MemoryOperand:
    """`[base + index*scale + displacement]`: `size` bytes there, 0 where the instruction alone knows how many."""

    base: int | None = None
    index: int | None = None
    scale: int = 1
    displacement: int = 0
    size: int = 4
    override: int | None = None

    @property
    def segment(self) -> int:
        """The number of the segment register that the operand goes through."""
        if self.override is not None:
            return self.override
        return SS if self.base in (ESP, EBP) else DS

    def offset(self, cpu: Cpu) -> int:
        """The effective address."""
        offset = self.displacement
        if self.base is not None:
            offset += cpu.registers[self.base]
        if self.index is not None:
            offset += cpu.registers[self.index] * self.scale
        return offset & MASK32

    def read(self, cpu: Cpu) -> tuple[Cpu, int]:
        """The value in memory."""
        return access.load(cpu, self.segment, self.offset(cpu), self.size)

    def write(self, cpu: Cpu, value: int) -> Cpu:
        """Store it."""
        return access.store(cpu, self.segment, self.offset(cpu), self.size, value)

    def read_part(self, cpu: Cpu, at: int, size: int) -> tuple[Cpu, int]:
        """`size` bytes from `at` bytes into an operand that is wider than a register."""
        return access.load(cpu, self.segment, self.offset(cpu) + at & MASK32, size)

    def write_part(self, cpu: Cpu, at: int, size: int, value: int) -> Cpu:
        """Store such a part."""
        return access.store(cpu, self.segment, self.offset(cpu) + at & MASK32, size, value)

    def __str__(self) -> str:
        parts = [] if self.base is None else [REGISTERS[self.base]]
        if self.index is not None:
            scale = "" if parts and self.scale == 1 else f"*{self.scale}"
            parts.append(REGISTERS[self.index] + scale)
        if not parts:
            inside = f"{self.displacement:#x}"
        elif self.displacement & 0x8000_0000:
            inside = f"{'+'.join(parts)}-{(1 << 32) - self.displacement:#x}"
        else:
            inside = "+".join((*parts, *([f"{self.displacement:#x}"] if self.displacement else [])))
        segment = "" if self.override is None else f"{SEGMENTS[self.override]}:"
        return " ".join((*([SIZE_NAMES[self.size]] if self.size else []), f"[{segment}{inside}]"))


@dataclass(frozen=True, slots=True)
class Immediate:
    """A constant, as an unsigned number of the operation's size."""

    value: int

    def read(self, cpu: Cpu) -> tuple[Cpu, int]:
        """The constant."""
        return cpu, self.value

    def __str__(self) -> str:
        return f"{self.value:#x}" if self.value > 9 else str(self.value)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a near jump goes: an offset in the code segment. Machine code holds the distance to it."""

    offset: int

    def __str__(self) -> str:
        return f"{self.offset:#x}"


@dataclass(frozen=True, slots=True)
class FarPointer:
    """A selector and an offset, `0x8:0x7000`."""

    selector: int
    offset: int

    def __str__(self) -> str:
        return f"{self.selector:#x}:{self.offset:#x}"


Operand: TypeAlias = Register | SegmentRegister | ControlRegister | MemoryOperand | Immediate | Target | FarPointer
Value: TypeAlias = Register | SegmentRegister | ControlRegister | MemoryOperand | Immediate
Place: TypeAlias = Register | SegmentRegister | MemoryOperand

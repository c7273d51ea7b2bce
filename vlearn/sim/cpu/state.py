"""The state of the processor: registers, segment registers with the descriptors behind them, memory, code, devices.

`code` holds decoded instructions by the physical address of their first byte. Their bytes lie in memory as well, so
that data accesses see them; but a store there changes only the bytes: self-modifying code is left out.
"""

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from immutables import Map

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.cpu import eflags as flags
from vlearn.sim.cpu.control import CPUID, ET, MSRS, PE
from vlearn.sim.cpu.descriptors import NO_DESCRIPTOR, Descriptor
from vlearn.sim.memory.tables import NO_MEMORY, Memory

if TYPE_CHECKING:
    from vlearn.sim.cpu.forms import Instruction

REGISTERS = ("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi")
WORD_REGISTERS = ("ax", "cx", "dx", "bx", "sp", "bp", "si", "di")
BYTE_REGISTERS = ("al", "cl", "dl", "bl", "ah", "ch", "dh", "bh")
SEGMENTS = ("es", "cs", "ss", "ds", "fs", "gs")
"""Names in the order of their numbers in machine code."""
EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI = range(8)
ES, CS, SS, DS, FS, GS = range(6)
MASK32 = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment register: the selector that a program sees, and the descriptor that the processor loaded with it."""

    selector: int = 0
    descriptor: Descriptor = NO_DESCRIPTOR


@dataclass(frozen=True, slots=True)
class TableRegister:
    """GDTR or IDTR: the linear address of a table, and its last valid offset."""

    base: int = 0
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that requests an interrupt every `interval` instructions, 0 for never: next when TSC is at `deadline`."""

    interval: int = 0
    deadline: int = 0


NULL_SEGMENT = Segment()
NO_TABLE = TableRegister()
NO_TIMER = Timer()
NO_PORTS: Map[int, int] = Map()
NO_CODE: "Map[int, Instruction]" = Map()


@dataclass(frozen=True, slots=True)
class Cpu:
    """A processor in 32-bit protected mode with its memory and devices; `cpu["eax"]` reads any register by name.

    `registers` and `segments` are in the order of REGISTERS and SEGMENTS. `ports` is what IN reads, `console` what OUT
    wrote to the console's port, `pending` the vectors that wait for IF, `tsc` the instructions executed so far.
    `shadow` holds interrupts off for one instruction after STI, MOV SS and POP SS; `shutdown` follows a triple fault.
    """

    registers: tuple[int, ...] = (0,) * 8
    eip: int = 0
    eflags: int = flags.ALWAYS_ONE
    segments: tuple[Segment, ...] = (NULL_SEGMENT,) * 6
    memory: Memory = NO_MEMORY
    tsc: int = 0
    shadow: bool = False
    gdtr: TableRegister = NO_TABLE
    idtr: TableRegister = NO_TABLE
    ldtr: Segment = NULL_SEGMENT
    tr: Segment = NULL_SEGMENT
    cr0: int = PE | ET
    cr2: int = 0
    cr3: int = 0
    cr4: int = 0
    msrs: Map[int, int] = MSRS
    cpuid: Map[int, tuple[int, int, int, int]] = CPUID
    code: "Map[int, Instruction]" = field(default=NO_CODE, repr=False)
    ports: Map[int, int] = NO_PORTS
    console: str = ""
    timer: Timer = NO_TIMER
    pending: frozenset[int] = frozenset()
    halted: bool = False
    shutdown: bool = False

    @property
    def cpl(self) -> int:
        """The current privilege level: the low two bits of CS, which the processor keeps equal to it."""
        return self.segments[CS].selector & 3

    @property
    def iopl(self) -> int:
        """The I/O privilege level in EFLAGS."""
        return self.eflags >> 12 & 3

    def __getitem__(self, name: str) -> int:
        """A register by name: a general register or its low parts, a selector, `eip`, `eflags`, `cr0`..."""
        if name in REGISTERS:
            return self.registers[REGISTERS.index(name)]
        if name in WORD_REGISTERS:
            return self.registers[WORD_REGISTERS.index(name)] & 0xFFFF
        if name in BYTE_REGISTERS:
            number = BYTE_REGISTERS.index(name)
            return self.registers[number & 3] >> (8 if number > 3 else 0) & 0xFF
        if name in SEGMENTS:
            return self.segments[SEGMENTS.index(name)].selector
        value = getattr(self, name, None) if name in _OTHERS else None
        if isinstance(value, Segment):
            return value.selector
        if isinstance(value, int):
            return value
        known = (*REGISTERS, *WORD_REGISTERS, *BYTE_REGISTERS, *SEGMENTS, *_OTHERS)
        raise ModelError(f"the processor has no register {name!r}{did_you_mean(name, known)}")

    def _but(
        self,
        registers: tuple[int, ...],
        eip: int,
        eflags: int,
        segments: tuple[Segment, ...],
        memory: Memory,
        tsc: int,
        shadow: bool,
    ) -> "Cpu":
        """The state with another hot part: `dataclasses.replace` takes three times as long."""
        return Cpu(
            registers, eip, eflags, segments, memory, tsc, shadow, self.gdtr, self.idtr, self.ldtr, self.tr, self.cr0,
            self.cr2, self.cr3, self.cr4, self.msrs, self.cpuid, self.code, self.ports, self.console, self.timer,
            self.pending, self.halted, self.shutdown,
        )  # fmt: skip

    def past(self, length: int) -> "Cpu":
        """The state in which an instruction of that length takes effect: EIP is past it, its shadow is over."""
        eip = self.eip + length & MASK32
        return self._but(self.registers, eip, self.eflags, self.segments, self.memory, self.tsc + 1, False)

    def jump(self, eip: int) -> "Cpu":
        """With another EIP."""
        return self._but(self.registers, eip, self.eflags, self.segments, self.memory, self.tsc, self.shadow)

    def set_register(self, number: int, value: int) -> "Cpu":
        """With another value in one general register, all 32 bits of it."""
        registers = (*self.registers[:number], value & MASK32, *self.registers[number + 1 :])
        return self._but(registers, self.eip, self.eflags, self.segments, self.memory, self.tsc, self.shadow)

    def set_flags(self, mask: int, values: int) -> "Cpu":
        """With the flags under a mask set from `values`."""
        eflags = self.eflags & ~mask | values & mask
        return self._but(self.registers, self.eip, eflags, self.segments, self.memory, self.tsc, self.shadow)

    def set_segment(self, number: int, segment: Segment) -> "Cpu":
        """With another segment register, unchecked: `loading` has the rules."""
        segments = (*self.segments[:number], segment, *self.segments[number + 1 :])
        return self._but(self.registers, self.eip, self.eflags, segments, self.memory, self.tsc, self.shadow)

    def set_memory(self, memory: Memory) -> "Cpu":
        """With another memory."""
        return self._but(self.registers, self.eip, self.eflags, self.segments, memory, self.tsc, self.shadow)

    def set_shadow(self) -> "Cpu":
        """With interrupts held off for the next instruction."""
        return self._but(self.registers, self.eip, self.eflags, self.segments, self.memory, self.tsc, True)


_OTHERS = tuple(f.name for f in fields(Cpu) if f.name in {"eip", "eflags", "cr0", "cr2", "cr3", "cr4", "ldtr", "tr"})

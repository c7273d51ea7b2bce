"""The x86 machine in which instructions are classified: tables, a program's memory, and the twins of a state.

32-bit protected mode without paging. What takes the place of the paper's R are the segments that are loaded (base and
limit), the registers that say where tables are, CR0 to CR4, IF, IOPL, the MSRs, and the processor and its ports
themselves. What a program sees are its general registers, the flags that are its own, EIP, the selectors in its data
segment registers, and the words of its data and its stack. The selectors of CS and SS are neither: their low bits are
the mode.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from immutables import Map

from vlearn.sim.cpu.control import CR0_TS, ET, PE, SYSENTER_CS
from vlearn.sim.cpu.eflags import ALWAYS_ONE, IF, IOPL
from vlearn.sim.cpu.forms import Instruction
from vlearn.sim.cpu.state import (
    DS,
    EAX,
    EBP,
    EBX,
    ECX,
    EDI,
    EDX,
    ES,
    ESI,
    ESP,
    FS,
    GS,
    REGISTERS,
    SEGMENTS,
    Cpu,
    Segment,
    TableRegister,
)
from vlearn.sim.virtualizability.definitions import Parts
from vlearn.sim.virtualizability.x86_layout import (
    CODE,
    DATA,
    GDT,
    IDT,
    MEMORY,
    PLACES,
    SEGMENTS_IN_RING,
    STACK,
    Place,
    descriptor,
)


def machine(*, ring: int, eflags: int, cr4: int) -> Cpu:
    """A processor at CPL 0, or in a user's ring, with its tables at the first place; they lie at both."""
    cpu = Cpu(
        eip=CODE,
        eflags=ALWAYS_ONE | eflags,
        segments=SEGMENTS_IN_RING[ring],
        memory=MEMORY,
        cr0=PE | ET | CR0_TS,
        cr4=cr4,
    )
    return _with_tables(cpu, PLACES[0])


def _with_tables(cpu: Cpu, place: Place) -> Cpu:
    return replace(
        cpu,
        gdtr=TableRegister(place.gdt, max(GDT) + 7),
        idtr=TableRegister(place.idt, max(IDT) + 7),
        ldtr=Segment(place.ldt_selector, descriptor(place.ldt_selector)),
        tr=Segment(place.tss_selector, descriptor(place.tss_selector)),
    )


def in_ring(cpu: Cpu, ring: int) -> Cpu:
    """The twin of a fresh machine in another ring: other selectors in CS and SS, for segments of the same bounds."""
    return replace(cpu, segments=SEGMENTS_IN_RING[ring])


def moved(cpu: Cpu) -> Iterable[Cpu]:
    """The twins under other resources: tables elsewhere; TS, an MSR and ports in another use; IF; IOPL."""
    yield _with_tables(cpu, PLACES[1])
    yield replace(cpu, cr0=cpu.cr0 ^ CR0_TS, msrs=cpu.msrs.set(SYSENTER_CS, 8), ports=Map({0: 7, 1: 7}))
    yield replace(cpu, eflags=cpu.eflags ^ IF)
    yield replace(cpu, eflags=cpu.eflags ^ IOPL)


def resources(cpu: Cpu) -> Parts:
    """All that a monitor must keep to itself."""
    return {
        "GDTR": cpu.gdtr.base,
        "GDTR limit": cpu.gdtr.limit,
        "IDTR": cpu.idtr.base,
        "IDTR limit": cpu.idtr.limit,
        "LDTR": cpu.ldtr.selector,
        "LDT": cpu.ldtr.descriptor.base,
        "TR": cpu.tr.selector,
        "TSS": cpu.tr.descriptor.base,
        "CR0": cpu.cr0,
        "CR2": cpu.cr2,
        "CR3": cpu.cr3,
        "CR4": cpu.cr4,
        "IF": cpu.eflags >> 9 & 1,
        "IOPL": cpu.iopl,
        **dict(zip(_BOUND_NAMES, map(_bounds, cpu.segments), strict=True)),
        "MSRs": cpu.msrs,
        "ports": cpu.ports,
        "console": cpu.console,
        "timer": cpu.timer.interval,
        "halted": cpu.halted,
    }


def visible(cpu: Cpu) -> Parts:
    """All that a program sees of itself."""
    data = zip(_DATA_SEGMENTS, (cpu.segments[number].selector for number in _DATA_NUMBERS), strict=True)
    words = zip(_WORD_NAMES, map(cpu.memory.__getitem__, _WORDS), strict=True)
    flags = cpu.eflags & ~(IF | IOPL)
    return {
        **dict(zip(REGISTERS, cpu.registers, strict=True)),
        "eip": cpu.eip,
        "flags": flags,
        **dict(data),
        **dict(words),
    }


@dataclass(frozen=True, slots=True)
class Contents:
    """What an instruction's operands find: registers (besides ORDINARY), the words on the stack, those of the data."""

    registers: tuple[tuple[int, int], ...] = ()
    stack: tuple[int, ...] = (CODE + 0x20, 0, 0, 0)
    data: tuple[int, ...] = (3, 4, 5)


ORDINARY = {EAX: 1, ECX: 1, EDX: 0, EBX: 2, ESP: STACK, EBP: STACK, ESI: DATA, EDI: DATA + 4}


@dataclass(frozen=True, slots=True)
class Case:
    """An instruction with its operands, and the contents to execute it with."""

    instruction: Instruction
    contents: tuple[Contents, ...] = (Contents(),)

    def __str__(self) -> str:
        return str(self.instruction)

    def prepare(self, cpu: Cpu) -> Iterator[Cpu]:
        """The states in which the instruction is executed."""
        for held in self.contents:
            words = dict.fromkeys(_WORDS, 0) | {STACK + 4 * n: word for n, word in enumerate(held.stack)}
            words |= {DATA + 4 * n: word for n, word in enumerate(held.data)}
            registers = {**ORDINARY, **dict(held.registers)}
            values = tuple(registers[number] for number in range(len(cpu.registers)))
            yield replace(cpu, registers=values, memory=cpu.memory.update(words))


_BOUND_NAMES = tuple(f"{name.upper()} base, limit" for name in SEGMENTS)
_DATA_NUMBERS = (DS, ES, FS, GS)
_DATA_SEGMENTS = tuple(SEGMENTS[number] for number in _DATA_NUMBERS)
_WORDS = (*range(DATA, DATA + 12, 4), *range(STACK - 12, STACK + 20, 4))
_WORD_NAMES = tuple(f"[{at:#x}]" for at in _WORDS)


def _bounds(segment: Segment) -> tuple[int, int]:
    return segment.descriptor.base, segment.descriptor.limit

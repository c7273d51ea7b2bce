"""A machine that is ready to run: descriptor tables, a TSS, stacks, and a program, in any ring.

The selectors are those of a small kernel: code and data for rings 0, 1 and 3, a TSS, an LDT, a call gate that ring 3
may use, and a few descriptors to try protection on. Code and stack segments are flat.
"""

from collections.abc import Mapping
from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.cpu.assembler import Program, assemble
from vlearn.sim.cpu.control import PG, WP
from vlearn.sim.cpu.descriptors import CALL_GATE, INTERRUPT_GATE, LDT, TSS, Descriptor, Entry, Gate
from vlearn.sim.cpu.eflags import ALWAYS_ONE, IF
from vlearn.sim.cpu.loading import load_ldtr, load_segment, load_tr
from vlearn.sim.cpu.paging import write_physical
from vlearn.sim.cpu.state import CS, DS, ES, ESP, SS, Cpu, Segment, TableRegister
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.tables import Memory

GDT_AT, IDT_AT, TSS_AT, LDT_AT = 0x1000, 0x1800, 0x2000, 0x2100
STACKS = {0: 0x9000, 1: 0xA000, 2: 0xB000, 3: 0xC000}
"""The top of each ring's stack; ring 2 has no segments of its own."""
DATA_AT = 0xD000
"""A page that nothing else uses."""

KERNEL_CODE, KERNEL_DATA, USER_CODE, USER_DATA = 0x08, 0x10, 0x1B, 0x23
TSS_SELECTOR, LDT_SELECTOR, CALL_GATE_SELECTOR = 0x28, 0x30, 0x3B
SMALL_DATA, CONFORMING_CODE, RING1_CODE, RING1_DATA = 0x40, 0x48, 0x51, 0x59
ABSENT_DATA, READ_ONLY_DATA, EXECUTE_ONLY_CODE, KERNEL_GATE = 0x63, 0x6B, 0x73, 0x78
LDT_DATA = 0x07
FLAT = 0xFFFF_FFFF

RINGS = {0: (KERNEL_CODE, KERNEL_DATA), 1: (RING1_CODE, RING1_DATA), 3: (USER_CODE, USER_DATA)}
"""The selectors of CS and of SS, DS, ES in each ring."""


def gdt(gate_target: int) -> tuple[Entry | None, ...]:
    """The entries of the GDT from selector 0 on. Every segment has its accessed bit set already."""
    gate = Gate(KERNEL_CODE, gate_target, CALL_GATE, dpl=3)
    return (
        None,
        Descriptor(0, FLAT, 0x9B), Descriptor(0, FLAT, 0x93),  # ring 0: code, data
        Descriptor(0, FLAT, 0xFB), Descriptor(0, FLAT, 0xF3),  # ring 3
        Descriptor(TSS_AT, 0x67, 0x80 | TSS, 0), Descriptor(LDT_AT, 0x0F, 0x80 | LDT, 0),
        gate,
        Descriptor(0, 0xABCDE, 0x93, 4),  # SMALL_DATA
        Descriptor(0, FLAT, 0x9F),  # CONFORMING_CODE
        Descriptor(0, FLAT, 0xBB), Descriptor(0, FLAT, 0xB3),  # ring 1
        Descriptor(0, FLAT, 0x73), Descriptor(0, FLAT, 0xF1), Descriptor(0, FLAT, 0xF9),
        replace(gate, dpl=0),
    )  # fmt: skip


def boot(
    program: Program | str = "",
    *,
    ring: int = 0,
    iopl: int = 0,
    interrupts: bool = False,
    gates: Mapping[int, Gate | str | int] | None = None,
    tables: PageTables | None = None,
    gate_target: int | str | None = None,
) -> Cpu:
    """A processor in a ring, about to execute the program at its label `start`.

    `gates` fills the IDT: a Gate, or the label or address of a handler in ring 0 behind an interrupt gate of DPL 0.
    `gate_target` is where the call gates lead. `tables` turns on 32-bit paging with CR0.WP.
    """
    if ring not in RINGS:
        raise ModelError(f"the machine has segments for the rings 0, 1 and 3, not for {ring}")
    if isinstance(program, str):
        program = assemble(program)
    memory = tables.memory if tables else Cpu().memory
    target = _address(program, gate_target) if gate_target is not None else program.start
    for number, entry in enumerate(gdt(target)):
        if entry is not None:
            memory = _store(memory, GDT_AT + 8 * number, entry)
    memory = _store(memory, LDT_AT, Descriptor(0, FLAT, 0xF3))
    for vector, gate in (gates or {}).items():
        if not isinstance(gate, Gate):
            gate = Gate(KERNEL_CODE, _address(program, gate), INTERRUPT_GATE)
        memory = _store(memory, IDT_AT + 8 * vector, gate)
    for level in (0, 1):
        memory = memory.set(TSS_AT + 4 + 8 * level, STACKS[level]).set(TSS_AT + 8 + 8 * level, RINGS[level][1])
    memory = memory.set(TSS_AT + 0x64, 0x68 << 16)  # the I/O permission bitmap would begin behind the limit: none
    gdtr, idtr = TableRegister(GDT_AT, 8 * len(gdt(0)) - 1), TableRegister(IDT_AT, 0x7FF)
    cpu = load_tr(load_ldtr(Cpu(memory=memory, gdtr=gdtr, idtr=idtr), LDT_SELECTOR), TSS_SELECTOR)
    cpu = load(_in_ring(cpu, ring), program).jump(program.start)
    if tables:
        cpu = replace(cpu, cr0=cpu.cr0 | PG | WP, cr3=tables.root)
    return replace(cpu, eflags=ALWAYS_ONE | (IF if interrupts else 0) | iopl << 12)


def handler(program: Program, label: str, *, dpl: int = 0, type: int = INTERRUPT_GATE) -> Gate:
    """A gate for the IDT to a handler in ring 0; `dpl=3` lets ring 3 use it by INT n."""
    return Gate(KERNEL_CODE, _address(program, label), type, dpl)


def load(cpu: Cpu, program: Program, offset: int = 0) -> Cpu:
    """The machine with a program in its memory, at `offset` above the addresses it was assembled for."""
    memory, code = cpu.memory, cpu.code
    for address, content in program.image:
        for n, byte in enumerate(content):
            memory = write_physical(memory, address + offset + n, 1, byte)
    for address, instruction in program.code.items():
        code = code.set(address + offset, instruction)
    return replace(cpu, memory=memory, code=code)


def _in_ring(cpu: Cpu, ring: int) -> Cpu:
    code, data = RINGS[ring]
    descriptor = gdt(0)[code >> 3]
    assert isinstance(descriptor, Descriptor)
    cpu = cpu.set_segment(CS, Segment(code, descriptor))
    for register in (SS, DS, ES):
        cpu = load_segment(cpu, register, data)
    return cpu.set_register(ESP, STACKS[ring])


def _store(memory: Memory, address: int, entry: Entry) -> Memory:
    return memory.set(address, entry.value & 0xFFFF_FFFF).set(address + 4, entry.value >> 32)


def _address(program: Program, place: str | int) -> int:
    if isinstance(place, int):
        return place
    if place not in program.labels:
        raise ModelError(f"the program has no label {place!r}; it has {', '.join(sorted(program.labels)) or 'none'}")
    return program.labels[place]

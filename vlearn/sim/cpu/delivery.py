"""Delivery of interrupts and exceptions through the IDT, and what happens when that fails: double and triple fault.

Left out: task gates (a ModelError) and 16-bit gates. Source: Intel SDM vol. 3A, "Interrupt and exception handling";
vol. 2, INT n, whose operation section has the order of the checks.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from vlearn.sim.cpu.access import push, read_table, require_room
from vlearn.sim.cpu.descriptors import INTERRUPT_GATE, TASK_GATE, TRAP_GATE, Descriptor, Gate, decode
from vlearn.sim.cpu.eflags import IF, NT, TF
from vlearn.sim.cpu.faults import DF, GP, NP, PF, Fault, doubles
from vlearn.sim.cpu.loading import entry
from vlearn.sim.cpu.state import CS, ESP, SS, Cpu
from vlearn.sim.cpu.transfers import enter, refuse_task_switch, switch_stack

Source = Literal["fault", "software", "external"]
"""Why a vector is delivered: an exception, an INT instruction, or a device. Only INT has the gate's DPL checked."""


def deliver(cpu: Cpu, vector: int, error_code: int | None = None, source: Source = "fault") -> Cpu:
    """Enter the handler of a vector, with the frame that IRET takes back on its stack. Raises Fault if it cannot.

    EIP is what the handler returns to: the faulting instruction, or the one after INT.
    """
    external = 0 if source == "software" else 1
    cpu, gate = _gate(cpu, vector, external, source == "software")
    cpu, found = entry(cpu, gate.selector, external)
    code = gate.selector & 0xFFFC | external
    if not isinstance(found, Descriptor) or not found.is_code or found.dpl > cpu.cpl:
        raise Fault(GP, code)
    if not found.present:
        raise Fault(NP, code)
    frame: tuple[int, ...] = (cpu.eflags, cpu.segments[CS].selector, cpu.eip)
    frame += () if error_code is None else (error_code,)
    level = cpu.cpl
    if not found.conforming and found.dpl < cpu.cpl:
        level = found.dpl
        frame = (cpu.segments[SS].selector, cpu.registers[ESP], *frame)
        cpu = switch_stack(cpu, level, 4 * len(frame), external)
    else:
        require_room(cpu.segments[SS], cpu.registers[ESP], 4 * len(frame), external)
    cpu = push(enter(cpu, gate.selector, found, gate.offset, level, external), *frame)
    cpu = cpu.set_flags(TF | NT | (IF if gate.type == INTERRUPT_GATE else 0), 0)
    return replace(cpu, halted=False, shadow=False) if cpu.halted or cpu.shadow else cpu


def _gate(cpu: Cpu, vector: int, external: int, checks_dpl: bool) -> tuple[Cpu, Gate]:
    code = 8 * vector | 2 | external
    if 8 * vector + 7 > cpu.idtr.limit:
        raise Fault(GP, code)
    cpu, low = read_table(cpu, cpu.idtr.base + 8 * vector)
    cpu, high = read_table(cpu, cpu.idtr.base + 8 * vector + 4)
    gate = decode(high << 32 | low)
    if not isinstance(gate, Gate) or gate.type not in (TASK_GATE, INTERRUPT_GATE, TRAP_GATE):
        raise Fault(GP, code)
    if checks_dpl and gate.dpl < cpu.cpl:
        raise Fault(GP, code)
    if not gate.present:
        raise Fault(NP, code)
    if gate.type == TASK_GATE:
        refuse_task_switch(f"the task gate of vector {vector:#x}")
    return cpu, gate


def deliver_fault(cpu: Cpu, fault: Fault) -> Iterator[tuple[Fault, Cpu | None]]:
    """Every fault from the first one to the one that is delivered at last, each with the state after it.

    While the delivery itself faults, the state is the one before, with CR2 set; a double fault that cannot be delivered
    ends the processor: the state is None, a shutdown.
    """
    while True:
        if fault.vector == PF and fault.address is not None:
            cpu = replace(cpu, cr2=fault.address)
        try:
            after = deliver(cpu, fault.vector, fault.error_code)
        except Fault as second:
            if fault.vector == DF:
                yield fault, None
                return
            yield fault, cpu
            fault = Fault(DF, 0) if doubles(fault.vector, second.vector) else second
        else:
            yield fault, after
            return

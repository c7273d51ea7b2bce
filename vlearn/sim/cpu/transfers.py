"""Far transfers of control: entering a code segment, the switch to an inner stack, the return to an outer ring.

CALL and JMP far, RETF, IRET and the delivery of interrupts are made of these. Left out: hardware task switches; a guest
that asks for one gets a ModelError. Source: Intel SDM vol. 3A, "Privilege level checking when transferring program
control between code segments"; vol. 2, the pages of CALL, RET, IRET, INT n.
"""

from typing import NoReturn

from vlearn.errors import ModelError
from vlearn.sim.cpu.access import peek, push, require_room
from vlearn.sim.cpu.descriptors import (
    BUSY_TSS,
    CALL_GATE,
    TASK_GATE,
    TSS,
    Descriptor,
    Entry,
    Gate,
)
from vlearn.sim.cpu.faults import GP, NP, TS, Fault
from vlearn.sim.cpu.loading import entry, inner_stack, load_stack, mark_accessed, null_data_segments
from vlearn.sim.cpu.state import CS, ESP, SS, Cpu, Segment


def refuse_task_switch(what: str) -> NoReturn:
    """Say that the model has no hardware tasks."""
    raise ModelError(f"{what} switches tasks in hardware, which this processor leaves out; switch them in software")


def enter(cpu: Cpu, selector: int, descriptor: Descriptor, offset: int, cpl: int, external: int = 0) -> Cpu:
    """CS:EIP at an offset of a code segment whose checks are done; CS.RPL becomes the CPL."""
    if offset > descriptor.limit:
        raise Fault(GP, external)
    cpu, descriptor = mark_accessed(cpu, selector, descriptor)
    return cpu.set_segment(CS, Segment(selector & 0xFFFC | cpl, descriptor)).jump(offset)


def switch_stack(cpu: Cpu, level: int, size: int, external: int = 0) -> Cpu:
    """SS:ESP of a more privileged level, from the TSS, with room for `size` bytes. CS is still the old one."""
    cpu, selector, top = inner_stack(cpu, level, external)
    cpu = load_stack(cpu, selector, level, TS, external)
    require_room(cpu.segments[SS], top, size, selector & 0xFFFC | external)
    return cpu.set_register(ESP, top)


def far_transfer(cpu: Cpu, selector: int, offset: int, call: bool) -> Cpu:
    """CALL or JMP to a selector: to code of the same level, to conforming code, or through a gate."""
    cpu, found = entry(cpu, selector)
    code = selector & 0xFFFC
    if isinstance(found, Gate):
        return _through_gate(cpu, selector, found, call)
    if not found.is_code:
        if not found.is_segment and found.type in (TSS, BUSY_TSS) and found.dpl >= max(cpu.cpl, selector & 3):
            refuse_task_switch(f"a far transfer to the TSS {selector:#x}")
        raise Fault(GP, code)
    same = found.dpl <= cpu.cpl if found.conforming else found.dpl == cpu.cpl and selector & 3 <= cpu.cpl
    if not same:
        raise Fault(GP, code)
    if not found.present:
        raise Fault(NP, code)
    if call:
        cpu = push(cpu, cpu.segments[CS].selector, cpu.eip)
    return enter(cpu, selector, found, offset, cpu.cpl)


def _through_gate(cpu: Cpu, selector: int, gate: Gate, call: bool) -> Cpu:
    code = selector & 0xFFFC
    if gate.type not in (CALL_GATE, TASK_GATE) or gate.dpl < max(cpu.cpl, selector & 3):
        raise Fault(GP, code)
    if not gate.present:
        raise Fault(NP, code)
    if gate.type == TASK_GATE:
        refuse_task_switch(f"the task gate {selector:#x}")
    cpu, found = entry(cpu, gate.selector)
    code = gate.selector & 0xFFFC
    if not isinstance(found, Descriptor) or not found.is_code or found.dpl > cpu.cpl:
        raise Fault(GP, code)
    inner = not found.conforming and found.dpl < cpu.cpl
    if inner and not call:
        raise Fault(GP, code)
    if not found.present:
        raise Fault(NP, code)
    back = (cpu.segments[CS].selector, cpu.eip)
    if not inner:
        cpu = push(cpu, *back) if call else cpu
        return enter(cpu, gate.selector, found, gate.offset, cpu.cpl)
    cpu, frame = _parameters(cpu, gate.parameters)
    frame = (cpu.segments[SS].selector, cpu.registers[ESP], *frame, *back)
    cpu = switch_stack(cpu, found.dpl, 4 * len(frame))
    return push(enter(cpu, gate.selector, found, gate.offset, found.dpl), *frame)


def _parameters(cpu: Cpu, count: int) -> tuple[Cpu, tuple[int, ...]]:
    """What a call gate copies from the caller's stack, in the order in which it was pushed."""
    values: list[int] = []
    for depth in reversed(range(count)):
        cpu, value = peek(cpu, depth)
        values.append(value)
    return cpu, tuple(values)


def return_code(cpu: Cpu, selector: int) -> tuple[Cpu, Descriptor]:
    """The code segment that RETF or IRET may return to: of the same or an outer ring."""
    cpu, found = entry(cpu, selector)
    code, rpl = selector & 0xFFFC, selector & 3
    if not _may_return(found, rpl, cpu.cpl):
        raise Fault(GP, code)
    assert isinstance(found, Descriptor), "a gate has just been refused"
    if not found.present:
        raise Fault(NP, code)
    return cpu, found


def _may_return(found: Entry, rpl: int, cpl: int) -> bool:
    if not isinstance(found, Descriptor) or not found.is_code or rpl < cpl:
        return False
    return found.dpl <= rpl if found.conforming else found.dpl == rpl


def return_outward(cpu: Cpu, selector: int, descriptor: Descriptor, eip: int, stack: tuple[int, int]) -> Cpu:
    """CS:EIP and SS:ESP of an outer ring, where data segments of inner rings become null."""
    rpl = selector & 3
    cpu = load_stack(cpu, stack[0], rpl)
    cpu = enter(cpu, selector, descriptor, eip, rpl).set_register(ESP, stack[1])
    return null_data_segments(cpu)

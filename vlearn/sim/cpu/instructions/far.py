"""Far JMP, CALL and RET, INT n, INT3, IRET: they load CS, so they may change the CPL.

None of them is privileged. IRET at CPL > IOPL leaves IF alone without a trap, as POPF does.
"""

from dataclasses import replace
from typing import Any

from vlearn.errors import ModelError
from vlearn.sim.cpu.access import peek
from vlearn.sim.cpu.delivery import deliver
from vlearn.sim.cpu.eflags import NT, popped
from vlearn.sim.cpu.faults import BP, UD, Fault
from vlearn.sim.cpu.forms import Operands, row
from vlearn.sim.cpu.operands import FarPointer
from vlearn.sim.cpu.state import ESP, MASK32, Cpu
from vlearn.sim.cpu.transfers import enter, far_transfer, refuse_task_switch, return_code, return_outward

_VM = 1 << 17


def _far(cpu: Cpu, operand: Any, call: bool) -> Cpu:
    if isinstance(operand, FarPointer):
        return far_transfer(cpu, operand.selector, operand.offset, call)
    cpu, offset = operand.read_part(cpu, 0, 4)
    cpu, selector = operand.read_part(cpu, 4, 2)
    return far_transfer(cpu, selector, offset, call)


def jump_far(cpu: Cpu, operands: Operands) -> Cpu:
    """JMP far: stays at its CPL, even through a gate."""
    return _far(cpu, operands[0], call=False)


def call_far(cpu: Cpu, operands: Operands) -> Cpu:
    """CALL far: pushes CS and EIP; through a call gate it may enter an inner ring, on that ring's stack."""
    return _far(cpu, operands[0], call=True)


def return_far(cpu: Cpu, operands: Operands) -> Cpu:
    """RETF: to the same ring, or to an outer one, whose stack is popped as well."""
    release = operands[0].value if operands else 0
    cpu, eip = peek(cpu, 0)
    cpu, selector = peek(cpu, 1)
    selector &= 0xFFFF
    cpu, descriptor = return_code(cpu, selector)
    top = cpu.registers[ESP] + 8 + release & MASK32
    if selector & 3 == cpu.cpl:
        return enter(cpu, selector, descriptor, eip, cpu.cpl).set_register(ESP, top)
    cpu = cpu.set_register(ESP, top)
    cpu, esp = peek(cpu, 0)
    cpu, ss = peek(cpu, 1)
    return return_outward(cpu, selector, descriptor, eip, (ss & 0xFFFF, esp + release & MASK32))


def interrupt(cpu: Cpu, operands: Operands) -> Cpu:
    """INT n: through the gate, if its DPL lets this CPL."""
    return deliver(cpu, operands[0].value, source="software")


def breakpoint_trap(cpu: Cpu, operands: Operands) -> Cpu:
    """INT3, the one-byte INT 3."""
    return deliver(cpu, BP, source="software")


def interrupt_return(cpu: Cpu, operands: Operands) -> Cpu:
    """IRET: CS:EIP and EFLAGS as far as the CPL may change them, and SS:ESP of an outer ring."""
    if cpu.eflags & NT:
        refuse_task_switch("IRET with NT set")
    cpu, eip = peek(cpu, 0)
    cpu, selector = peek(cpu, 1)
    cpu, image = peek(cpu, 2)
    if image & _VM and cpu.cpl == 0:
        raise ModelError("IRET with VM set enters virtual-8086 mode, which this processor leaves out")
    selector &= 0xFFFF
    cpu, descriptor = return_code(cpu, selector)
    eflags = popped(cpu.eflags, image, cpu.cpl)
    if selector & 3 == cpu.cpl:
        cpu = enter(cpu, selector, descriptor, eip, cpu.cpl).set_register(ESP, cpu.registers[ESP] + 12)
    else:
        cpu, esp = peek(cpu, 3)
        cpu, ss = peek(cpu, 4)
        cpu = return_outward(cpu, selector, descriptor, eip, (ss & 0xFFFF, esp))
    return replace(cpu, eflags=eflags)


def undefined(cpu: Cpu, operands: Operands) -> Cpu:
    """UD2: the instruction that is guaranteed not to exist."""
    raise Fault(UD)


FORMS = (
    row("jmp ptr16:32", "EA", "D", jump_far),
    row("jmp m16:32", "FF /5", "M", jump_far),
    row("call ptr16:32", "9A", "D", call_far),
    row("call m16:32", "FF /3", "M", call_far),
    row("retf", "CB", "", return_far),
    row("retf imm16", "CA", "I", return_far),
    row("int imm8", "CD", "I", interrupt),
    row("int3", "CC", "", breakpoint_trap),
    row("iret", "CF", "", interrupt_return),
    row("ud2", "0F 0B", "", undefined),
)

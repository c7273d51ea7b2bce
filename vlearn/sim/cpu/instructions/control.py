"""Near JMP, CALL, RET and Jcc, LOOP, JECXZ, NOP: innocuous, all of them."""

from typing import Any

from vlearn.sim.cpu.access import pop, push
from vlearn.sim.cpu.eflags import CF, OF, PF, SF, ZF
from vlearn.sim.cpu.faults import GP, Fault
from vlearn.sim.cpu.forms import Operands, Semantics, row
from vlearn.sim.cpu.operands import Target
from vlearn.sim.cpu.state import CS, ECX, ESP, Cpu

CONDITIONS = ("o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g")
"""In the order of their numbers in machine code; each odd one is the negation of the one before."""


def holds(condition: int, eflags: int) -> bool:
    """Whether a condition, by its number, holds under these flags."""
    less = bool(eflags & SF) != bool(eflags & OF)
    base = (
        eflags & OF, eflags & CF, eflags & ZF, eflags & (CF | ZF),
        eflags & SF, eflags & PF, less, less or eflags & ZF,
    )[condition >> 1]  # fmt: skip
    return bool(base) != bool(condition & 1)


def _near(cpu: Cpu, offset: int) -> Cpu:
    if offset > cpu.segments[CS].descriptor.limit:
        raise Fault(GP, 0)
    return cpu.jump(offset)


def _offset(cpu: Cpu, operand: Any) -> tuple[Cpu, int]:
    return (cpu, operand.offset) if isinstance(operand, Target) else operand.read(cpu)


def jump(cpu: Cpu, operands: Operands) -> Cpu:
    """JMP to a label, or to what a register or memory holds."""
    cpu, offset = _offset(cpu, operands[0])
    return _near(cpu, offset)


def call(cpu: Cpu, operands: Operands) -> Cpu:
    """CALL: the return address goes on the stack."""
    cpu, offset = _offset(cpu, operands[0])
    return _near(push(cpu, cpu.eip), offset)


def ret(cpu: Cpu, operands: Operands) -> Cpu:
    """RET, and RET n, which releases n bytes of parameters."""
    cpu, offset = pop(cpu)
    if operands:
        cpu = cpu.set_register(ESP, cpu.registers[ESP] + operands[0].value)
    return _near(cpu, offset)


def _jump_if(condition: int) -> Semantics:
    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        return _near(cpu, operands[0].offset) if holds(condition, cpu.eflags) else cpu

    return execute


def loop(cpu: Cpu, operands: Operands) -> Cpu:
    """LOOP: ECX counts down, without a flag, and the jump is taken unless it is 0."""
    cpu = cpu.set_register(ECX, cpu.registers[ECX] - 1)
    return _near(cpu, operands[0].offset) if cpu.registers[ECX] else cpu


def jump_if_ecx_zero(cpu: Cpu, operands: Operands) -> Cpu:
    """JECXZ."""
    return cpu if cpu.registers[ECX] else _near(cpu, operands[0].offset)


def nothing(cpu: Cpu, operands: Operands) -> Cpu:
    """NOP."""
    return cpu


FORMS = (
    row("jmp rel32", "E9", "D", jump),
    row("jmp r/m32", "FF /4", "M", jump),
    row("call rel32", "E8", "D", call),
    row("call r/m32", "FF /2", "M", call),
    row("ret", "C3", "", ret),
    row("ret imm16", "C2", "I", ret),
    *(row(f"j{name} rel32", f"0F {0x80 + n:02X}", "D", _jump_if(n)) for n, name in enumerate(CONDITIONS)),
    row("loop rel8", "E2", "D", loop),
    row("jecxz rel8", "E3", "D", jump_if_ecx_zero),
    row("nop", "90", "", nothing),
)

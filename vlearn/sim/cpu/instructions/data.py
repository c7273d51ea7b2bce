"""MOV, MOVZX, MOVSX, XCHG, LEA, CDQ, LDS and its kin. MOV to and from segment registers is among the sensitive
instructions, and so is whatever else loads one.
"""

from vlearn.sim.cpu.faults import UD, Fault
from vlearn.sim.cpu.forms import Operands, Semantics, row
from vlearn.sim.cpu.operands import SegmentRegister
from vlearn.sim.cpu.state import CS, DS, EAX, EDX, ES, FS, GS, MASK32, SS, Cpu


def move(cpu: Cpu, operands: Operands) -> Cpu:
    """Also MOV from a segment register: to a 32-bit register it clears the upper half."""
    cpu, value = operands[1].read(cpu)
    return operands[0].write(cpu, value)  # type: ignore[no-any-return]


def move_to_segment(cpu: Cpu, operands: Operands) -> Cpu:
    """MOV to CS does not exist."""
    if operands[0].number == CS:
        raise Fault(UD)
    return move(cpu, operands)


def move_sign_extended(cpu: Cpu, operands: Operands) -> Cpu:
    """MOVSX."""
    cpu, value = operands[1].read(cpu)
    sign = 1 << 8 * operands[1].size - 1
    return operands[0].write(cpu, (value ^ sign) - sign)  # type: ignore[no-any-return]


def exchange(cpu: Cpu, operands: Operands) -> Cpu:
    """XCHG; the memory operand, if any, is the first."""
    cpu, first = operands[0].read(cpu)
    cpu, second = operands[1].read(cpu)
    cpu = operands[0].write(cpu, second)
    return operands[1].write(cpu, first)  # type: ignore[no-any-return]


def load_effective_address(cpu: Cpu, operands: Operands) -> Cpu:
    """LEA: the offset alone; no memory is accessed."""
    return operands[0].write(cpu, operands[1].offset(cpu))  # type: ignore[no-any-return]


def _load_far_pointer(segment: int) -> Semantics:
    """LDS and its kin: a selector into this segment register, with all checks, and the offset before it."""

    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        cpu, offset = operands[1].read_part(cpu, 0, 4)
        cpu, selector = operands[1].read_part(cpu, 4, 2)
        return operands[0].write(SegmentRegister(segment).write(cpu, selector), offset)  # type: ignore[no-any-return]

    return execute


def convert_doubleword(cpu: Cpu, operands: Operands) -> Cpu:
    """CDQ: the sign of EAX fills EDX."""
    return cpu.set_register(EDX, MASK32 if cpu.registers[EAX] >> 31 else 0)


FORMS = (
    row("mov r/m8, r8", "88 /r", "MR", move),
    row("mov r/m16, r16", "66 89 /r", "MR", move),
    row("mov r/m32, r32", "89 /r", "MR", move),
    row("mov r8, m8", "8A /r", "RM", move),
    row("mov r16, m16", "66 8B /r", "RM", move),
    row("mov r32, m32", "8B /r", "RM", move),
    row("mov r8, imm8", "B0", "OI", move),
    row("mov r16, imm16", "66 B8", "OI", move),
    row("mov r32, imm32", "B8", "OI", move),
    row("mov m8, imm8", "C6 /0", "MI", move),
    row("mov m16, imm16", "66 C7 /0", "MI", move),
    row("mov m32, imm32", "C7 /0", "MI", move),
    row("mov r32, Sreg", "8C /r", "MR", move),
    row("mov r16, Sreg", "66 8C /r", "MR", move),
    row("mov m16, Sreg", "8C /r", "MR", move),
    row("mov Sreg, r32", "8E /r", "RM", move_to_segment),
    row("mov Sreg, r/m16", "8E /r", "RM", move_to_segment),
    row("movzx r32, r/m8", "0F B6 /r", "RM", move),
    row("movzx r32, r/m16", "0F B7 /r", "RM", move),
    row("movsx r32, r/m8", "0F BE /r", "RM", move_sign_extended),
    row("movsx r32, r/m16", "0F BF /r", "RM", move_sign_extended),
    row("xchg r/m8, r8", "86 /r", "MR", exchange),
    row("xchg r/m16, r16", "66 87 /r", "MR", exchange),
    row("xchg r/m32, r32", "87 /r", "MR", exchange),
    row("lea r32, m", "8D /r", "RM", load_effective_address),
    row("lds r32, m16:32", "C5 /r", "RM", _load_far_pointer(DS)),
    row("les r32, m16:32", "C4 /r", "RM", _load_far_pointer(ES)),
    row("lss r32, m16:32", "0F B2 /r", "RM", _load_far_pointer(SS)),
    row("lfs r32, m16:32", "0F B4 /r", "RM", _load_far_pointer(FS)),
    row("lgs r32, m16:32", "0F B5 /r", "RM", _load_far_pointer(GS)),
    row("cdq", "99", "", convert_doubleword),
)

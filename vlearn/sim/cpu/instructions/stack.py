"""PUSH, POP, PUSHA, POPA, LEAVE. PUSH and POP of segment registers are among the sensitive instructions."""

from vlearn.sim.cpu.access import pop, push
from vlearn.sim.cpu.forms import Operands, row
from vlearn.sim.cpu.state import EBP, EDI, ESP, MASK32, Cpu


def push_operand(cpu: Cpu, operands: Operands) -> Cpu:
    """PUSH ESP pushes the value before; a segment register fills a whole dword, zero-extended."""
    cpu, value = operands[0].read(cpu)
    return push(cpu, value)


def pop_operand(cpu: Cpu, operands: Operands) -> Cpu:
    """The address of a memory operand counts with ESP as it is after the pop; POP ESP keeps the popped value."""
    cpu, value = pop(cpu)
    return operands[0].write(cpu, value)  # type: ignore[no-any-return]


def push_all(cpu: Cpu, operands: Operands) -> Cpu:
    """PUSHA: EAX, ECX, EDX, EBX, ESP as it was, EBP, ESI, EDI."""
    return push(cpu, *cpu.registers)


def pop_all(cpu: Cpu, operands: Operands) -> Cpu:
    """POPA, which skips ESP."""
    for number in range(EDI, -1, -1):
        cpu, value = pop(cpu)
        cpu = cpu if number == ESP else cpu.set_register(number, value)
    return cpu


def leave(cpu: Cpu, operands: Operands) -> Cpu:
    """LEAVE: ESP from EBP, then POP EBP."""
    cpu, value = pop(cpu.set_register(ESP, cpu.registers[EBP]))
    return cpu.set_register(EBP, value & MASK32)


FORMS = (
    row("push r32", "50", "O", push_operand),
    row("push imm8:32", "6A", "I", push_operand),
    row("push imm32", "68", "I", push_operand),
    row("push m32", "FF /6", "M", push_operand),
    row("push CS", "0E", "-", push_operand),
    row("push SS", "16", "-", push_operand),
    row("push DS", "1E", "-", push_operand),
    row("push ES", "06", "-", push_operand),
    row("push FS", "0F A0", "-", push_operand),
    row("push GS", "0F A8", "-", push_operand),
    row("pop r32", "58", "O", pop_operand),
    row("pop m32", "8F /0", "M", pop_operand),
    row("pop SS", "17", "-", pop_operand),
    row("pop DS", "1F", "-", pop_operand),
    row("pop ES", "07", "-", pop_operand),
    row("pop FS", "0F A1", "-", pop_operand),
    row("pop GS", "0F A9", "-", pop_operand),
    row("pusha", "60", "", push_all),
    row("popa", "61", "", pop_all),
    row("leave", "C9", "", leave),
)

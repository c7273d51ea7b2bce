"""PUSHF, POPF, CLI, STI, CLD, STD, CLC, STC, CMC.

POPF is the canonical sensitive instruction that does not trap: what it may not change, it leaves alone (see
`eflags.popped`). CLI and STI trap at CPL > IOPL.
"""

from vlearn.sim.cpu.access import pop, push
from vlearn.sim.cpu.eflags import CF, DF, IF, MEANT, popped
from vlearn.sim.cpu.faults import GP, Fault
from vlearn.sim.cpu.forms import Operands, Semantics, row
from vlearn.sim.cpu.state import Cpu


def push_flags(cpu: Cpu, operands: Operands) -> Cpu:
    """PUSHF shows the real IF and IOPL; the CPL is not among the flags."""
    return push(cpu, cpu.eflags)


def pop_flags(cpu: Cpu, operands: Operands) -> Cpu:
    """POPF."""
    level = cpu.cpl
    cpu, image = pop(cpu)
    return cpu.set_flags(MEANT, popped(cpu.eflags, image, level))


def clear_interrupts(cpu: Cpu, operands: Operands) -> Cpu:
    """CLI."""
    if cpu.cpl > cpu.iopl:
        raise Fault(GP, 0)
    return cpu.set_flags(IF, 0)


def set_interrupts(cpu: Cpu, operands: Operands) -> Cpu:
    """STI: interrupts come after the next instruction at the earliest, so that `sti; hlt` cannot lose one."""
    if cpu.cpl > cpu.iopl:
        raise Fault(GP, 0)
    return cpu if cpu.eflags & IF else cpu.set_flags(IF, IF).set_shadow()


def _set(flag: int, value: int) -> Semantics:
    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        return cpu.set_flags(flag, value)

    return execute


def complement_carry(cpu: Cpu, operands: Operands) -> Cpu:
    """CMC."""
    return cpu.set_flags(CF, ~cpu.eflags)


FORMS = (
    row("pushf", "9C", "", push_flags),
    row("popf", "9D", "", pop_flags),
    row("cli", "FA", "", clear_interrupts),
    row("sti", "FB", "", set_interrupts),
    row("cld", "FC", "", _set(DF, 0)),
    row("std", "FD", "", _set(DF, DF)),
    row("clc", "F8", "", _set(CF, 0)),
    row("stc", "F9", "", _set(CF, CF)),
    row("cmc", "F5", "", complement_carry),
)

"""AND, OR, XOR, TEST, NOT. CF and OF become 0; AF has no defined value (the model clears it)."""

from collections.abc import Callable
from operator import and_, or_, xor

from vlearn.sim.cpu.eflags import AF, STATUS, of_result
from vlearn.sim.cpu.forms import Operands, Semantics, row
from vlearn.sim.cpu.instructions.arithmetic import family, unary
from vlearn.sim.cpu.state import Cpu


def _bitwise(operate: Callable[[int, int], int], keeps: bool = True) -> Semantics:
    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        destination, source = operands
        cpu, a = destination.read(cpu)
        cpu, b = source.read(cpu)
        result = operate(a, b)
        cpu = cpu.set_flags(STATUS, of_result(result, destination.size))
        return destination.write(cpu, result) if keeps else cpu

    return execute


def complement(cpu: Cpu, operands: Operands) -> Cpu:
    """NOT changes no flag."""
    cpu, a = operands[0].read(cpu)
    return operands[0].write(cpu, ~a & (1 << 8 * operands[0].size) - 1)  # type: ignore[no-any-return]


_test = _bitwise(and_, keeps=False)

FORMS = (
    *family("or", 1, _bitwise(or_), AF),
    *family("and", 4, _bitwise(and_), AF),
    *family("xor", 6, _bitwise(xor), AF),
    row("test r/m8, r8", "84 /r", "MR", _test, AF),
    row("test r/m16, r16", "66 85 /r", "MR", _test, AF),
    row("test r/m32, r32", "85 /r", "MR", _test, AF),
    row("test r/m8, imm8", "F6 /0", "MI", _test, AF),
    row("test r/m16, imm16", "66 F7 /0", "MI", _test, AF),
    row("test r/m32, imm32", "F7 /0", "MI", _test, AF),
    *unary("not", "F6 /2", "F7 /2", complement),
)

"""MUL, IMUL, DIV, IDIV. MUL and IMUL define CF and OF alone, DIV and IDIV no flag at all."""

from collections.abc import Callable

from vlearn.sim.cpu.eflags import AF, CF, OF, PF, SF, STATUS, ZF
from vlearn.sim.cpu.faults import DE, Fault
from vlearn.sim.cpu.forms import Operands, Semantics, row
from vlearn.sim.cpu.instructions.arithmetic import unary
from vlearn.sim.cpu.operands import Register
from vlearn.sim.cpu.state import EAX, EDX, Cpu

_UNDEFINED = ZF | SF | PF | AF


def _signed(value: int, bits: int) -> int:
    sign = 1 << bits - 1
    return (value & (sign << 1) - 1 ^ sign) - sign


def _halves(size: int) -> tuple[Register, Register]:
    """The registers that hold a double-width number, low half first: AL and AH, AX and DX, EAX and EDX."""
    return (Register(EAX, 1), Register(EAX + 4, 1)) if size == 1 else (Register(EAX, size), Register(EDX, size))


def _multiply(signed: bool) -> Semantics:
    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        size, bits = operands[0].size, 8 * operands[0].size
        low, high = _halves(size)
        cpu, b = operands[0].read(cpu)
        a = low.read(cpu)[1]
        product = _signed(a, bits) * _signed(b, bits) if signed else a * b
        fits = product == (_signed(product, bits) if signed else product & (1 << bits) - 1)
        mask = (1 << bits) - 1
        cpu = high.write(low.write(cpu, product & mask), product >> bits & mask)
        return cpu.set_flags(CF | OF, 0 if fits else CF | OF)

    return execute


def multiply_into(cpu: Cpu, operands: Operands) -> Cpu:
    """IMUL with a destination: of two operands, or of the second and the third."""
    destination, *sources = operands
    bits = 8 * destination.size
    cpu, a = sources[-1].read(cpu)
    cpu, b = (destination if len(sources) == 1 else sources[0]).read(cpu)
    product = _signed(a, bits) * _signed(b, bits)
    cpu = cpu.set_flags(CF | OF, 0 if product == _signed(product, bits) else CF | OF)
    return destination.write(cpu, product & (1 << bits) - 1)  # type: ignore[no-any-return]


def _divide(whole: Callable[[int, int], int], signed: bool) -> Semantics:
    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        size, bits = operands[0].size, 8 * operands[0].size
        low, high = _halves(size)
        cpu, divisor = operands[0].read(cpu)
        dividend = high.read(cpu)[1] << bits | low.read(cpu)[1]
        if signed:
            divisor, dividend = _signed(divisor, bits), _signed(dividend, 2 * bits)
        if not divisor:
            raise Fault(DE)
        quotient = whole(dividend, divisor)
        lowest, highest = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
        if not lowest <= quotient <= highest:
            raise Fault(DE)
        return high.write(low.write(cpu, quotient), dividend - quotient * divisor)

    return execute


def _towards_zero(dividend: int, divisor: int) -> int:
    quotient = abs(dividend) // abs(divisor)
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


FORMS = (
    *unary("mul", "F6 /4", "F7 /4", _multiply(signed=False), _UNDEFINED),
    *unary("imul", "F6 /5", "F7 /5", _multiply(signed=True), _UNDEFINED),
    row("imul r32, r/m32", "0F AF /r", "RM", multiply_into, _UNDEFINED),
    row("imul r32, r/m32, imm8:32", "6B /r", "RMI", multiply_into, _UNDEFINED),
    row("imul r32, r/m32, imm32", "69 /r", "RMI", multiply_into, _UNDEFINED),
    *unary("div", "F6 /6", "F7 /6", _divide(int.__floordiv__, signed=False), STATUS),
    *unary("idiv", "F6 /7", "F7 /7", _divide(_towards_zero, signed=True), STATUS),
)

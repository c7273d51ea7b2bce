"""SHL, SHR, SAR, by one, by a constant, by CL. A count of 0 changes nothing, no flag either.

Of the flags, AF has no defined value, OF has one for a count of 1 alone, and CF of SHL and SHR has none where the count
exceeds the operand's width, which a byte or a word can meet.
"""

from collections.abc import Callable

from vlearn.sim.cpu.eflags import AF, CF, OF, STATUS, of_result
from vlearn.sim.cpu.forms import Form, Operands, Semantics, row
from vlearn.sim.cpu.state import Cpu

Shift = Callable[[int, int, int], tuple[int, int, bool]]


def _left(value: int, count: int, bits: int) -> tuple[int, int, bool]:
    """The result, the last bit shifted out, and the overflow."""
    shifted = value << count
    result, out = shifted & (1 << bits) - 1, shifted >> bits & 1
    return result, out, bool(result >> bits - 1 ^ out)


def _right(value: int, count: int, bits: int) -> tuple[int, int, bool]:
    return value >> count, value >> count - 1 & 1, bool(value >> bits - 1)


def _arithmetic_right(value: int, count: int, bits: int) -> tuple[int, int, bool]:
    signed = (value ^ 1 << bits - 1) - (1 << bits - 1)
    return signed >> count & (1 << bits) - 1, signed >> count - 1 & 1, False


def _shift(operate: Shift) -> Semantics:
    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        destination, by = operands
        cpu, value = destination.read(cpu)
        count = by.read(cpu)[1] & 0x1F
        if not count:
            return cpu
        result, out, overflow = operate(value, count, 8 * destination.size)
        flags = of_result(result, destination.size) | (CF if out else 0) | (OF if overflow else 0)
        return destination.write(cpu.set_flags(STATUS, flags), result)  # type: ignore[no-any-return]

    return execute


def _family(mnemonic: str, digit: int, operate: Shift) -> tuple[Form, ...]:
    semantics, forms = _shift(operate), []
    for bits, prefix, wide in ((8, "", 0), (16, "66 ", 1), (32, "", 1)):
        undefined = AF | OF | (CF if bits < 32 else 0)
        forms += [
            row(f"{mnemonic} r/m{bits}, 1", f"{prefix}D{wide} /{digit}", "M-", semantics, AF),
            row(f"{mnemonic} r/m{bits}, CL", f"{prefix}D{2 + wide} /{digit}", "M-", semantics, undefined),
            row(f"{mnemonic} r/m{bits}, imm8", f"{prefix}C{wide} /{digit}", "MI", semantics, undefined),
        ]
    return tuple(forms)


FORMS = (*_family("shl", 4, _left), *_family("shr", 5, _right), *_family("sar", 7, _arithmetic_right))

"""ADD, ADC, SUB, SBB, CMP, INC, DEC, NEG, with every flag that they set."""

from collections.abc import Callable

from vlearn.sim.cpu.eflags import AF, CF, OF, STATUS, of_result
from vlearn.sim.cpu.forms import Form, Operands, Semantics, row
from vlearn.sim.cpu.state import Cpu


def sum_of(a: int, b: int, carry: int, size: int) -> tuple[int, int]:
    """The sum of `size` bytes, and its flags."""
    bits = 8 * size
    total = a + b + carry
    result = total & (1 << bits) - 1
    overflow = (a ^ result) & (b ^ result)
    flags = (total >> bits) | (OF if overflow >> bits - 1 else 0) | (a ^ b ^ result) & AF
    return result, flags | of_result(result, size)


def difference_of(a: int, b: int, borrow: int, size: int) -> tuple[int, int]:
    """The difference of `size` bytes, and its flags; CF is the borrow."""
    bits = 8 * size
    result = a - b - borrow & (1 << bits) - 1
    overflow = (a ^ b) & (a ^ result)
    flags = (CF if a < b + borrow else 0) | (OF if overflow >> bits - 1 else 0) | (a ^ b ^ result) & AF
    return result, flags | of_result(result, size)


def _binary(operate: Callable[[int, int, int, int], tuple[int, int]], carries: bool, keeps: bool) -> Semantics:
    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        destination, source = operands
        cpu, a = destination.read(cpu)
        cpu, b = source.read(cpu)
        result, flags = operate(a, b, cpu.eflags & CF if carries else 0, destination.size)
        cpu = cpu.set_flags(STATUS, flags)
        return destination.write(cpu, result) if keeps else cpu

    return execute


def _step(operate: Callable[[int, int, int, int], tuple[int, int]]) -> Semantics:
    """INC and DEC, which leave CF alone."""

    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        cpu, a = operands[0].read(cpu)
        result, flags = operate(a, 1, 0, operands[0].size)
        return operands[0].write(cpu.set_flags(STATUS & ~CF, flags), result)  # type: ignore[no-any-return]

    return execute


def negate(cpu: Cpu, operands: Operands) -> Cpu:
    """NEG: 0 minus the operand."""
    cpu, a = operands[0].read(cpu)
    result, flags = difference_of(0, a, 0, operands[0].size)
    return operands[0].write(cpu.set_flags(STATUS, flags), result)  # type: ignore[no-any-return]


def family(mnemonic: str, number: int, semantics: Semantics, undefined: int = 0) -> tuple[Form, ...]:
    """The forms of one of the eight operations that share a pattern: 80 to 83 /number, and opcodes from 8 * number."""
    forms = []
    for bits, prefix, wide in ((8, "", 0), (16, "66 ", 1), (32, "", 1)):
        at = 8 * number + wide
        forms += [
            row(f"{mnemonic} r/m{bits}, r{bits}", f"{prefix}{at:02X} /r", "MR", semantics, undefined),
            row(f"{mnemonic} r{bits}, m{bits}", f"{prefix}{at + 2:02X} /r", "RM", semantics, undefined),
        ]
        if wide:
            forms.append(row(f"{mnemonic} r/m{bits}, imm8:{bits}", f"{prefix}83 /{number}", "MI", semantics, undefined))
        forms.append(
            row(f"{mnemonic} r/m{bits}, imm{bits}", f"{prefix}{80 + wide} /{number}", "MI", semantics, undefined)
        )
    return tuple(forms)


def unary(mnemonic: str, byte: str, wide: str, semantics: Semantics, undefined: int = 0) -> tuple[Form, ...]:
    """The forms of an operation with one operand of any size: the opcode for bytes, and the one for wider operands."""
    return (
        row(f"{mnemonic} r/m8", byte, "M", semantics, undefined),
        row(f"{mnemonic} r/m16", f"66 {wide}", "M", semantics, undefined),
        row(f"{mnemonic} r/m32", wide, "M", semantics, undefined),
    )


FORMS = (
    *family("add", 0, _binary(sum_of, carries=False, keeps=True)),
    *family("adc", 2, _binary(sum_of, carries=True, keeps=True)),
    *family("sbb", 3, _binary(difference_of, carries=True, keeps=True)),
    *family("sub", 5, _binary(difference_of, carries=False, keeps=True)),
    *family("cmp", 7, _binary(difference_of, carries=False, keeps=False)),
    *unary("inc", "FE /0", "FF /0", _step(sum_of)),
    *unary("dec", "FE /1", "FF /1", _step(difference_of)),
    *unary("neg", "F6 /3", "F7 /3", negate),
)

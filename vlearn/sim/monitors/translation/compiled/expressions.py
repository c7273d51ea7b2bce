"""Python expressions for the parts of an instruction: operands, effective addresses, flags, conditions."""

from vlearn.sim.cpu import Immediate, MemoryOperand, Register
from vlearn.sim.cpu.eflags import AF, CF, OF, PF, SF, ZF
from vlearn.sim.cpu.state import MASK32, REGISTERS

Flags = dict[int, str]
"""An expression for each flag by its mask: 0, or the mask."""


def mask(size: int) -> str:
    """All ones of `size` bytes."""
    return f"{(1 << 8 * size) - 1:#x}"


def value(operand: Register | Immediate) -> str:
    """What a register or a constant holds."""
    if isinstance(operand, Immediate):
        return f"{operand.value:#x}"
    if operand.size == 4:
        return REGISTERS[operand.number]
    if operand.size == 2:
        return f"({REGISTERS[operand.number]} & 0xFFFF)"
    name = REGISTERS[operand.number & 3]
    return f"({name} >> 8 & 0xFF)" if operand.number > 3 else f"({name} & 0xFF)"


def assign(operand: Register, result: str) -> str:
    """The statement that puts a result, which has the register's size, into it."""
    if operand.size == 4:
        return f"{REGISTERS[operand.number]} = {result}"
    if operand.size == 2:
        name = REGISTERS[operand.number]
        return f"{name} = {name} & 0xFFFF0000 | {result}"
    name = REGISTERS[operand.number & 3]
    if operand.number > 3:
        return f"{name} = {name} & 0xFFFF00FF | ({result}) << 8"
    return f"{name} = {name} & 0xFFFFFF00 | {result}"


def address(operand: MemoryOperand) -> str:
    """The effective address."""
    parts = []
    if operand.base is not None:
        parts.append(REGISTERS[operand.base])
    if operand.index is not None:
        parts.append(REGISTERS[operand.index] + (f" * {operand.scale}" if operand.scale > 1 else ""))
    if not parts:
        return f"{operand.displacement & MASK32:#x}"
    if operand.displacement:
        parts.append(f"{operand.displacement & MASK32:#x}")
    return parts[0] if len(parts) == 1 and parts[0] in REGISTERS else f"({' + '.join(parts)}) & 0xFFFFFFFF"


_ZERO = ("(0 if ", f" else {ZF:#x})")
"""What stands before and after a result in the expression for its ZF."""


def _top(expression: str, size: int, flag: int) -> str:
    """The highest bit of a value of `size` bytes, moved to where a flag is."""
    by = 8 * size - flag.bit_length()
    return f"({expression} {'>>' if by > 0 else '<<'} {abs(by)} & {flag:#x})"


def result_flags(r: str, size: int) -> Flags:
    """ZF, SF and PF of a result."""
    return {ZF: r.join(_ZERO), SF: _top(r, size, SF), PF: f"EVEN[{r} & 0xFF]"}


def sum_flags(a: str, b: str, total: str, r: str, size: int) -> Flags:
    """Of a sum, whose `total` still has its carry."""
    carry = f"({total} >> {8 * size})"
    overflow = _top(f"(({a} ^ {r}) & ({b} ^ {r}))", size, OF)
    return {CF: carry, AF: f"(({a} ^ {b} ^ {r}) & {AF:#x})", OF: overflow, **result_flags(r, size)}


def difference_flags(a: str, b: str, total: str, r: str, size: int) -> Flags:
    """Of a difference, whose `total` is negative where it borrows."""
    overflow = _top(f"(({a} ^ {b}) & ({a} ^ {r}))", size, OF)
    return {CF: f"({total} < 0)", AF: f"(({a} ^ {b} ^ {r}) & {AF:#x})", OF: overflow, **result_flags(r, size)}


def logic_flags(r: str, size: int) -> Flags:
    """Of AND, OR, XOR and TEST: CF, OF and AF become 0."""
    return {CF: "0", AF: "0", OF: "0", **result_flags(r, size)}


def condition(number: int, flag: dict[int, str]) -> str:
    """Whether a condition of Jcc holds, from an expression for every flag."""
    less = f"(not {flag[SF]}) != (not {flag[OF]})"
    base = (
        flag[OF], flag[CF], flag[ZF], f"{flag[CF]} or {flag[ZF]}",
        flag[SF], flag[PF], less, f"{less} or {flag[ZF]}",
    )[number >> 1]  # fmt: skip
    if number >> 1 == 2 and base.startswith(_ZERO[0]) and base.endswith(_ZERO[1]):
        result = base.removeprefix(_ZERO[0]).removesuffix(_ZERO[1])
        return result if number & 1 else f"not {result}"
    return f"not ({base})" if number & 1 else base

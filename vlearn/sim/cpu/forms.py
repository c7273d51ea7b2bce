"""What an instruction is: a form of the instruction table, with operands.

A form is a row of the manual: mnemonic and kinds of operands, opcode, how each operand is encoded, and the function
that says what it does. The kinds have the manual's names; `imm8:32` is an imm8 that is sign-extended to 32 bits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.cpu.operands import (
    FAR,
    NAMES,
    ControlRegister,
    FarPointer,
    Immediate,
    MemoryOperand,
    Operand,
    Register,
    SegmentRegister,
    Target,
)
from vlearn.sim.cpu.state import SEGMENTS, Cpu

Operands: TypeAlias = tuple[Any, ...]
"""The operands of an instruction: of which classes they are, the kinds of its form say, which types cannot."""
Semantics: TypeAlias = Callable[[Cpu, Operands], Cpu]
"""What an instruction does. It gets the state with EIP past the instruction, and raises Fault where it traps."""
Fit: TypeAlias = Callable[[Operand], Operand | None]


@dataclass(frozen=True, slots=True)
class Form:
    """One row of the instruction table.

    `encoding` has a letter for each operand, as in the manual's column Op/En: R and M are the fields of the ModRM byte,
    O the low bits of the opcode, I an immediate, D a distance or far pointer, `-` an operand that is implied. `digit`
    is the opcode's extension in ModRM. `undefined` are the flags that have no defined value afterwards.
    """

    mnemonic: str
    kinds: tuple[str, ...]
    opcode: bytes
    encoding: str
    semantics: Semantics = field(repr=False)
    digit: int | None = None
    undefined: int = 0

    def __str__(self) -> str:
        return f"{self.mnemonic} {', '.join(self.kinds)}".strip()

    def fit(self, operands: tuple[Operand, ...]) -> tuple[Operand, ...] | None:
        """The operands as this form has them, with every size known; None if they are of other kinds."""
        if len(operands) != len(self.kinds):
            return None
        fitted = tuple(KINDS[kind](operand) for kind, operand in zip(self.kinds, operands, strict=True))
        return None if None in fitted else fitted  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Instruction:
    """A form with operands. Where it stood in a program, `line` and `label`, is no part of its identity."""

    form: Form
    operands: tuple[Operand, ...]
    length: int
    line: int = field(default=0, compare=False)
    label: str = field(default="", compare=False)

    def __str__(self) -> str:
        """The assembly that assembles to this instruction."""
        return f"{self.form.mnemonic} {', '.join(map(str, self.operands))}".rstrip()


def row(text: str, opcode: str, encoding: str, semantics: Semantics, undefined: int = 0) -> Form:
    """A form as the manual prints it: `row("add r/m32, imm32", "81 /0", "MI", add)`."""
    mnemonic, _, kinds = text.partition(" ")
    code, _, digit = opcode.partition("/")
    operands = tuple(kind.strip() for kind in kinds.split(",")) if kinds else ()
    if len(encoding) != len(operands) or not KINDS.keys() >= set(operands):
        raise ModelError(f"the form {text!r} needs known kinds of operands, and a letter of {encoding!r} for each")
    extension = int(digit) if digit.strip().isdecimal() else None
    return Form(mnemonic, operands, bytes.fromhex(code), encoding, semantics, extension, undefined)


def _register(size: int) -> Fit:
    return lambda operand: operand if isinstance(operand, Register) and operand.size == size else None


def _memory(size: int) -> Fit:
    """Memory of that size, or of none yet, which then is of that size."""

    def fit(operand: Operand) -> Operand | None:
        if not isinstance(operand, MemoryOperand) or operand.size not in (0, size):
            return None
        return operand if operand.size else replace(operand, size=size)

    return fit


def _address(operand: Operand) -> Operand | None:
    """Memory whose size the instruction alone knows."""
    if not isinstance(operand, MemoryOperand) or operand.size == FAR:
        return None
    return replace(operand, size=0) if operand.size else operand


def _far(operand: Operand) -> Operand | None:
    return operand if isinstance(operand, MemoryOperand) and operand.size == FAR else None


def _either(first: Fit, second: Fit) -> Fit:
    return lambda operand: first(operand) or second(operand)


def _immediate(bits: int, extended_to: int = 0) -> Fit:
    wide = extended_to or bits

    def fit(operand: Operand) -> Operand | None:
        if not isinstance(operand, Immediate) or not -(1 << wide - 1) <= operand.value < 1 << wide:
            return None
        value = operand.value & (1 << wide) - 1
        if extended_to and not -0x80 <= (value ^ 1 << wide - 1) - (1 << wide - 1) < 0x80:
            return None
        return Immediate(value)

    return fit


def _only(expected: Operand) -> Fit:
    return lambda operand: operand if operand == expected else None


def _of(type: type[Any]) -> Fit:
    return lambda operand: operand if isinstance(operand, type) else None


def _target(operand: Operand) -> Operand | None:
    """A jump's target may be written as a number or a label."""
    return Target(operand.value & 0xFFFF_FFFF) if isinstance(operand, Immediate) else _of(Target)(operand)


KINDS: dict[str, Fit] = {
    **{f"r{8 * size}": _register(size) for size in NAMES},
    **{f"m{8 * size}": _memory(size) for size in NAMES},
    **{f"r/m{8 * size}": _either(_register(size), _memory(size)) for size in NAMES},
    "m": _address,
    "m16:32": _far,
    **{f"imm{8 * size}": _immediate(8 * size) for size in NAMES},
    "imm8:16": _immediate(8, 16),
    "imm8:32": _immediate(8, 32),
    "rel8": _target,
    "rel32": _target,
    "ptr16:32": _of(FarPointer),
    "Sreg": _of(SegmentRegister),
    **{name.upper(): _only(SegmentRegister(number)) for number, name in enumerate(SEGMENTS)},
    "CR": _of(ControlRegister),
    "AL": _only(Register(0, 1)),
    "AX": _only(Register(0, 2)),
    "EAX": _only(Register(0, 4)),
    "CL": _only(Register(1, 1)),
    "DX": _only(Register(2, 2)),
    "1": _only(Immediate(1)),
}
"""Every kind of operand: the operand as the kind has it, or None if it is not of this kind."""

"""Machine code of an instruction: prefixes, opcode, ModRM and SIB, displacement, immediate; 32-bit code.

The encoding is a valid one, not always the shortest: near jumps to labels take 32 bits of distance. Source: Intel SDM
vol. 2A, "Instruction format", tables "32-bit addressing forms with the ModR/M byte" and "with the SIB byte".
"""

from vlearn.errors import ModelError
from vlearn.sim.cpu.forms import Form, Instruction
from vlearn.sim.cpu.operands import (
    ControlRegister,
    FarPointer,
    Immediate,
    MemoryOperand,
    Operand,
    Register,
    SegmentRegister,
    Target,
)
from vlearn.sim.cpu.state import EBP, ESP, MASK32

_OVERRIDES = (0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65)
_IMMEDIATE_BYTES = {"imm8": 1, "imm8:16": 1, "imm8:32": 1, "imm16": 2, "imm32": 4}


def instruction(form: Form, operands: tuple[Operand, ...] = (), line: int = 0, label: str = "") -> Instruction:
    """An instruction of a form, with its length. Raises ModelError if the operands are not of the form's kinds."""
    fitted = form.fit(operands)
    if fitted is None:
        given = ", ".join(map(str, operands)) or "no operands"
        raise ModelError(f"the form {str(form)!r} cannot have {given}")
    return Instruction(form, fitted, len(_encode(form, fitted, None)), line, label)


def encode(instruction: Instruction, address: int = 0) -> bytes:
    """The machine code. `address` is its offset in the code segment, from which a near jump's distance counts."""
    return _encode(instruction.form, instruction.operands, address + instruction.length & MASK32)


def _encode(form: Form, operands: tuple[Operand, ...], after: int | None) -> bytes:
    """`after` is the address past the instruction; None leaves distances 0, for the length alone."""
    prefix, opcode, tail = b"", bytearray(form.opcode), b""
    reg, rm = form.digit, None
    for kind, letter, operand in zip(form.kinds, form.encoding, operands, strict=True):
        if isinstance(operand, MemoryOperand) and operand.override is not None:
            prefix = bytes((_OVERRIDES[operand.override],))
        match letter:
            case "R":
                reg = _number(operand)
            case "M":
                rm = operand
            case "O":
                opcode[-1] += _number(operand)
            case "I" | "D":
                tail += _constant(kind, operand, after)
    modrm = b"" if rm is None else _modrm(reg or 0, rm)
    return prefix + bytes(opcode) + modrm + tail


def _number(operand: Operand) -> int:
    assert isinstance(operand, Register | SegmentRegister | ControlRegister), operand
    return operand.number


def _constant(kind: str, operand: Operand, after: int | None) -> bytes:
    match operand:
        case Immediate(value):
            size = _IMMEDIATE_BYTES[kind]
            return (value & (1 << 8 * size) - 1).to_bytes(size, "little")
        case FarPointer(selector, offset):
            return offset.to_bytes(4, "little") + selector.to_bytes(2, "little")
        case Target(offset):
            distance = 0 if after is None else offset - after
            if kind == "rel32":
                return (distance & MASK32).to_bytes(4, "little")
            if not -0x80 <= distance < 0x80:
                raise ModelError(f"{offset:#x} is {distance} bytes away; this jump reaches -128 to 127")
            return distance.to_bytes(1, "little", signed=True)
    raise AssertionError(f"{operand} is not a constant")


def _modrm(reg: int, rm: Operand) -> bytes:
    if not isinstance(rm, MemoryOperand):
        return bytes((0xC0 | reg << 3 | _number(rm),))
    displacement = rm.displacement & MASK32
    wide = displacement.to_bytes(4, "little")
    if rm.base is None and rm.index is None:
        return bytes((reg << 3 | 5,)) + wide
    scale = rm.scale.bit_length() - 1
    if rm.base is None:
        assert rm.index is not None
        return bytes((reg << 3 | 4, scale << 6 | rm.index << 3 | 5)) + wide
    short = displacement < 0x80 or displacement >= 0xFFFF_FF80
    mod, tail = (1, wide[:1]) if short else (2, wide)
    if not displacement and rm.base != EBP:
        mod, tail = 0, b""
    if rm.index is None and rm.base != ESP:
        return bytes((mod << 6 | reg << 3 | rm.base,)) + tail
    index = ESP if rm.index is None else rm.index
    return bytes((mod << 6 | reg << 3 | 4, scale << 6 | index << 3 | rm.base)) + tail

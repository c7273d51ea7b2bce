"""Arithmetic, logic and shifts as Python."""

from vlearn.sim.cpu import Register
from vlearn.sim.cpu.eflags import AF, CF, OF
from vlearn.sim.monitors.translation.compiled.expressions import (
    assign,
    difference_flags,
    logic_flags,
    mask,
    result_flags,
    sum_flags,
    value,
)
from vlearn.sim.monitors.translation.compiled.operands import Emit, Operands, change_in, read
from vlearn.sim.monitors.translation.compiled.writer import Writer


def _arithmetic(sign: str, carries: bool, keeps: bool) -> Emit:
    def emit(w: Writer, operands: Operands) -> None:
        target, source = operands
        b, carry = read(w, source), w.flag(CF)

        def change(old: str) -> str | None:
            a, other, total, r = (w.name(letter) for letter in "xytr")
            extra = f" {sign} (1 if {carry} else 0)" if carries else ""
            if w.live & ~CF or not w.live:
                w.write(f"{a} = {old}", f"{other} = {b}", f"{total} = {a} {sign} {other}{extra}")
            else:
                w.write(f"{total} = {old} {sign} {b}{extra}")
            w.write(f"{r} = {total} & {mask(target.size)}")
            made = sum_flags if sign == "+" else difference_flags
            w.set_flags(made(a, other, total, r, target.size))
            return r if keeps else None

        if keeps or isinstance(target, Register):
            change_in(w, target, target.size, change)
        else:
            change(read(w, target))

    return emit


def _bitwise(operator: str, keeps: bool = True) -> Emit:
    def emit(w: Writer, operands: Operands) -> None:
        target, source = operands
        b = read(w, source)

        def change(old: str) -> str | None:
            r = w.name("r")
            w.write(f"{r} = {old} {operator} {b}")
            w.set_flags(logic_flags(r, target.size))
            return r if keeps else None

        if keeps or isinstance(target, Register):
            change_in(w, target, target.size, change)
        else:
            change(read(w, target))

    return emit


def _count(sign: str) -> Emit:
    def emit(w: Writer, operands: Operands) -> None:
        (target,) = operands

        def change(old: str) -> str:
            a, total, r = (w.name(letter) for letter in "xtr")
            w.write(f"{a} = {old}", f"{total} = {a} {sign} 1", f"{r} = {total} & {mask(target.size)}")
            made = sum_flags if sign == "+" else difference_flags
            computed = made(a, "1", total, r, target.size)
            del computed[CF]
            w.set_flags(computed)
            return r

        change_in(w, target, target.size, change)

    return emit


def _negate(w: Writer, operands: Operands) -> None:
    (target,) = operands

    def change(old: str) -> str:
        a, total, r = (w.name(letter) for letter in "xtr")
        w.write(f"{a} = {old}", f"{total} = -{a}", f"{r} = {total} & {mask(target.size)}")
        w.set_flags(difference_flags("0", a, total, r, target.size))
        return r

    change_in(w, target, target.size, change)


def _complement(w: Writer, operands: Operands) -> None:
    change_in(w, operands[0], operands[0].size, lambda old: f"{old} ^ {mask(operands[0].size)}")


def _shift(mnemonic: str) -> Emit:
    """By a constant, of 32 bits."""

    def emit(w: Writer, operands: Operands) -> None:
        target, by = operands
        count = by.value & 0x1F

        def change(old: str) -> str:
            a, r = w.name("x"), w.name("r")
            signed = f"(({a} ^ 0x80000000) - 0x80000000)"
            w.write(f"{a} = {old}")
            carry, overflow = f"({a} >> {count - 1} & 1)", "0"
            if mnemonic == "shl":
                w.write(f"{r} = {a} << {count} & 0xFFFFFFFF")
                carry = f"({a} >> {32 - count} & 1)"
                overflow = f"(({r} >> 31 ^ {carry}) << 11)"
            elif mnemonic == "shr":
                w.write(f"{r} = {a} >> {count}")
                overflow = f"({a} >> 31 << 11)"
            else:
                w.write(f"{r} = {signed} >> {count} & 0xFFFFFFFF")
            w.set_flags({CF: carry, AF: "0", OF: overflow, **result_flags(r, 4)})
            return r

        change_in(w, target, 4, change)

    return emit


def _multiply_into(w: Writer, operands: Operands) -> None:
    target, *sources = operands
    a, b = read(w, sources[-1]), value(target) if len(sources) == 1 else read(w, sources[0])
    product, r = w.name("t"), w.name("r")
    signed = "(({} ^ 0x80000000) - 0x80000000)".format
    w.write(f"{product} = {signed(a)} * {signed(b)}", f"{r} = {product} & 0xFFFFFFFF", assign(target, r))
    fits = f"{product} == {signed(r)}"
    w.set_flags({CF: f"(0 if {fits} else {CF:#x})", OF: f"(0 if {fits} else {OF:#x})"})


ARITHMETIC: dict[str, Emit] = {
    "add": _arithmetic("+", carries=False, keeps=True),
    "adc": _arithmetic("+", carries=True, keeps=True),
    "sub": _arithmetic("-", carries=False, keeps=True),
    "sbb": _arithmetic("-", carries=True, keeps=True),
    "cmp": _arithmetic("-", carries=False, keeps=False),
    "and": _bitwise("&"),
    "or": _bitwise("|"),
    "xor": _bitwise("^"),
    "test": _bitwise("&", keeps=False),
    "inc": _count("+"),
    "dec": _count("-"),
    "neg": _negate,
    "not": _complement,
    "imul": _multiply_into,
    **{name: _shift(name) for name in ("shl", "shr", "sar")},
}
"""By mnemonic; of the shifts those of 32 bits by a constant, of IMUL the forms with a destination."""

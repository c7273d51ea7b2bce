"""How single instructions become Python: a table of emitters by mnemonic.

What has no emitter here is executed by the interpreter, in the midst of the compiled unit (see `source`).
"""

from vlearn.sim.cpu import MemoryOperand
from vlearn.sim.cpu.eflags import CF, DF, IF
from vlearn.sim.cpu.state import EAX, EDX, REGISTERS
from vlearn.sim.monitors.translation.compiled.arithmetic import ARITHMETIC
from vlearn.sim.monitors.translation.compiled.expressions import address, assign, value
from vlearn.sim.monitors.translation.compiled.operands import Emit, Operands, change_in, read
from vlearn.sim.monitors.translation.compiled.writer import Writer


def _move(w: Writer, operands: Operands) -> None:
    target, source = operands
    if isinstance(target, MemoryOperand):
        w.store(w.place(target, store=True), target.size, read(w, source))
    else:
        w.write(assign(target, read(w, source)))


def _move_sign_extended(w: Writer, operands: Operands) -> None:
    target, source = operands
    sign = f"{1 << 8 * source.size - 1:#x}"
    w.write(assign(target, f"(({read(w, source)} ^ {sign}) - {sign}) & 0xFFFFFFFF"))


def _exchange(w: Writer, operands: Operands) -> None:
    first, second = operands
    w.write(f"{w.name('x')} = {value(second)}")

    def change(old: str) -> str:
        w.write(f"{w.name('y')} = {old}", assign(second, w.name("y")))
        return w.name("x")

    change_in(w, first, first.size, change)


def push(w: Writer, pushed: str) -> None:
    """Push an expression."""
    place = w.place_at("esp - 4 & 0xFFFFFFFF", 4, store=True)
    w.store(place, 4, pushed)
    w.write("esp = esp - 4 & 0xFFFFFFFF")


def pop(w: Writer) -> str:
    """Pop into a name of its own."""
    place = w.place_at("esp", 4, store=False)
    w.write(f"{w.name('v')} = {w.load(place, 4)}", "esp = esp + 4 & 0xFFFFFFFF")
    return w.name("v")


def _push(w: Writer, operands: Operands) -> None:
    push(w, read(w, operands[0]))


def _pop(w: Writer, operands: Operands) -> None:
    w.write(f"{REGISTERS[operands[0].number]} = {pop(w)}")


def _set(flag: int, text: str) -> Emit:
    return lambda w, operands: w.set_flags({flag: text})


def _sign_of_eax(w: Writer, operands: Operands) -> None:
    w.write(f"{REGISTERS[EDX]} = 0xFFFFFFFF if {REGISTERS[EAX]} >> 31 else 0")


EMITTERS: dict[str, Emit] = {
    **ARITHMETIC,
    "mov": _move,
    "movzx": _move,
    "movsx": _move_sign_extended,
    "xchg": _exchange,
    "lea": lambda w, operands: w.write(assign(operands[0], address(operands[1]))),
    "push": _push,
    "pop": _pop,
    "cdq": _sign_of_eax,
    "nop": lambda w, operands: None,
    "clc": _set(CF, "0"),
    "stc": _set(CF, f"{CF:#x}"),
    "cld": lambda w, operands: w.write(f"flags &= ~{DF:#x}"),
    "std": lambda w, operands: w.write(f"flags |= {DF:#x}"),
    "cli": lambda w, operands: w.write(f"flags &= ~{IF:#x}"),
    "pushf": lambda w, operands: push(w, w.flags()),
}

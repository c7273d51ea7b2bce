"""What the emitters share: reading an operand, and changing one."""

from collections.abc import Callable
from typing import Any

from vlearn.sim.cpu import ControlRegister, MemoryOperand, SegmentRegister
from vlearn.sim.monitors.translation.compiled.expressions import assign, value
from vlearn.sim.monitors.translation.compiled.writer import Writer

Operands = tuple[Any, ...]
Emit = Callable[[Writer, Operands], None]


def read(w: Writer, operand: Any) -> str:
    """The expression for a source operand."""
    if isinstance(operand, MemoryOperand):
        return w.load(w.place(operand, store=False), operand.size)
    if isinstance(operand, SegmentRegister):
        return f"machine.selectors[{operand.number}]"
    if isinstance(operand, ControlRegister):
        return f"machine.cpu.cr{operand.number}"
    return value(operand)


def change_in(w: Writer, operand: Any, size: int, change: Callable[[str], str | None]) -> None:
    """Read a destination, write what `change` makes of it; `change` may write statements first."""
    if isinstance(operand, MemoryOperand):
        place = w.place(operand, store=True)
        result = change(w.load(place, size))
        if result is not None:
            w.store(place, size, result)
    else:
        result = change(value(operand))
        if result is not None:
            w.write(assign(operand, result))

"""From units to the text of a Python function, and from the text to the function.

The text is made here out of numbers and names of our own alone, so it is safe to execute; a lesson shows it. Units
whose exits have been patched to lead to each other share one function, and such a jump is a `continue` in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlearn.sim.cpu import Immediate, MemoryOperand, Register
from vlearn.sim.cpu.eflags import CF, OF, PF, SF, ZF, of_result
from vlearn.sim.cpu.instructions.control import CONDITIONS
from vlearn.sim.monitors.translation.compiled.choice import Context, live_flags, native
from vlearn.sim.monitors.translation.compiled.emitters import EMITTERS, pop, push
from vlearn.sim.monitors.translation.compiled.expressions import condition, value
from vlearn.sim.monitors.translation.compiled.writer import (
    FINISHED,
    LEFT,
    LOOKED_UP,
    NAMES,
    Writer,
    read_across,
    write_across,
)
from vlearn.sim.monitors.translation.treatments import Treatment
from vlearn.sim.monitors.translation.units import Line, Unit

Function = Callable[..., tuple[int, ...]]
EVEN = tuple(of_result(value, 1) & PF for value in range(256))


@dataclass(frozen=True, slots=True)
class Group:
    """Units that share a function. `edges` has the patched exits: (unit, address) to the number of the unit there."""

    units: Sequence[Unit]
    edges: Mapping[tuple[int, int], int]
    context: Context

    @property
    def is_loop(self) -> bool:
        """A single unit with one exit that leads back to itself."""
        return (
            len(self.units) == 1 and len(self.edges) == 1 and len(set(self.units[0].exits)) == len(self.units[0].exits)
        )


def source(group: Group) -> str:
    """The text of the function for some units."""
    w = Writer(group.context.paging)
    w.write("words = machine.words", "get = words.get")
    w.write("readable, writable = machine.readable.get, machine.writable.get", "n, runs = 0, 1")
    if group.edges:
        w.write("while True:")
        w.depth += 1
    several = len(group.units) > 1
    for number, unit in enumerate(group.units):
        w.unit, w.waiting = number, _carried(group)
        if several:
            w.write(f"{'el' if number else ''}if at == {number}:")
        w.depth += several
        _unit(w, unit, group)
        w.depth -= several
    return "\n".join((f"def run(machine, {NAMES}, flags, budget, at):", *w.lines, ""))


def compiled(text: str, units: Sequence[Unit]) -> Function:
    """The function that a text of `source` defines."""
    names: dict[str, Any] = {
        "EVEN": EVEN, "across": read_across, "put_across": write_across, "UNITS": tuple(units),
    }  # fmt: skip
    start = ", ".join(str(unit.key) for unit in units)
    exec(compile(text, f"<translation of {start}>", "exec"), names)
    function: Function = names["run"]
    return function


def _carried(group: Group) -> dict[int, str]:
    """The flags that are still expressions when a loop begins another pass: those of the pass before, if there was one.

    A name of the pass before keeps its value until its instruction comes again, and that sets the flag anew.
    """
    if not group.is_loop:
        return {}
    draft = Writer(group.context.paging)
    _unit(draft, group.units[0], group)
    return {mask: f"({text} if runs > 1 else flags & {mask:#x})" for mask, text in draft.carried.items()}


def _unit(w: Writer, unit: Unit, group: Group) -> None:
    live = live_flags(unit, group.context)
    for at, line in enumerate(unit.lines):
        w.at, w.live = at, live[at + 1]
        w.write(f"# {line.eip:#x}  {line.instruction}  ({line.treatment.value})")
        if not native(line, group.context):
            _by_the_interpreter(w, line)
        elif line.treatment is Treatment.DIRECT:
            _jump(w, line, unit, group)
            return
        elif line.treatment is Treatment.INDIRECT:
            _look_up(w, line, len(unit))
            return
        else:
            EMITTERS[line.instruction.form.mnemonic](w, line.instruction.operands)
    if unit.lines[-1].rule.ends:
        w.leave(LOOKED_UP, "machine.eip", len(unit))
    else:
        _go(w, unit.exits[-1], unit, group)


def _by_the_interpreter(w: Writer, line: Line) -> None:
    """Call-outs, and the instructions that have no emitter."""
    w.settle()
    w.write(f"state = machine.perform(UNITS[{w.unit}].lines[{w.at}], {NAMES}, flags, n + {w.at})")
    with w.inside("if state is None:"):
        w.leave(LEFT, str(w.at + 1), w.at + 1)
    w.write(f"{NAMES}, flags = state", "words = machine.words", "get = words.get")


def _look_up(w: Writer, line: Line, retired: int) -> None:
    """An indirect jump: back to the dispatcher, with the target."""
    name, operands = line.instruction.form.mnemonic, line.instruction.operands
    to = w.name("to")
    if name == "ret":
        w.write(f"{to} = {pop(w)}")
        if operands:
            assert isinstance(operands[0], Immediate), "RET has no other operand"
            w.write(f"esp = esp + {operands[0].value} & 0xFFFFFFFF")
    else:
        (target,) = operands
        assert isinstance(target, Register | MemoryOperand), "an indirect jump has no other operand"
        where = value(target) if isinstance(target, Register) else w.load(w.place(target, store=False), 4)
        w.write(f"{to} = {where}")
        if name == "call":
            push(w, f"{line.after:#x}")
    w.leave(LOOKED_UP, to, retired)


def _jump(w: Writer, line: Line, unit: Unit, group: Group) -> None:
    """A direct jump, with or without a condition, or a call."""
    name = line.instruction.form.mnemonic
    if name == "call":
        push(w, f"{line.after:#x}")
    if len(unit.exits) > 1:
        if name == "loop":
            w.write("ecx = ecx - 1 & 0xFFFFFFFF")
        tests = {"loop": "ecx", "jecxz": "not ecx"}
        with w.inside(f"if {tests.get(name) or _condition(w, name)}:"):
            _go(w, unit.exits[0], unit, group)
    _go(w, unit.exits[-1], unit, group)


def _condition(w: Writer, name: str) -> str:
    return condition(CONDITIONS.index(name[1:]), {mask: w.flag(mask) for mask in (CF, PF, ZF, SF, OF)})


def _go(w: Writer, target: int, unit: Unit, group: Group) -> None:
    """Along a direct exit: on inside the function where it has been patched, otherwise back to the dispatcher."""
    number = group.edges.get((w.unit, target))
    if number is None:
        w.leave(FINISHED, f"{target:#x}", len(unit))
        return
    w.write(f"n += {len(unit)}")
    with w.inside(f"if n > budget - {len(group.units[number])}:"):
        w.leave(FINISHED, f"{target:#x}", 0)
    if group.is_loop:
        w.carried = dict(w.waiting)
    elif w.waiting and live_flags(group.units[number], group.context)[0]:
        w.write(f"flags = {w.flags()}")
    w.write("runs += 1", *([f"at = {number}"] if number != w.unit else []), "continue")

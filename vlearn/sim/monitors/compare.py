"""Does the guest notice? What its software can see, and the first instruction after which two runs differ.

Runs are aligned by the instructions that the guest has retired: of all states with the same `guest.tsc` the last one
counts, when every interrupt and fault has been delivered. `stray` asks the same of a single step: whether the diagram
of Popek and Goldberg commutes there.
"""

from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from vlearn.sim.cpu import Cpu, Fault, NoCode, advance, fetch
from vlearn.sim.cpu.state import REGISTERS, SEGMENTS
from vlearn.sim.monitors.vm import Vm
from vlearn.trace import Trace

M = TypeVar("M")
N = TypeVar("N")
Value: TypeAlias = int | str | bool | None
_NAMES = ("eip", "eflags", "cr0", "cr2", "cr3", "cr4", "console", "halted", "shutdown")


@dataclass(frozen=True, slots=True)
class Difference:
    """The first one: after how many instructions, at which, and name, bare value, value under the monitor.

    The instruction is the last that was retired, or the one after it if that faults in one of the runs. A word of
    memory is called `[0x1000]`; a run that has ended early has None for every value.
    """

    retired: int
    instruction: str
    values: tuple[tuple[str, Value, Value], ...]

    def __str__(self) -> str:
        shown = ", ".join(f"{name} is {_show(bare)}, not {_show(other)}" for name, bare, other in self.values)
        return f"after {self.retired} instructions, at `{self.instruction}`: on bare metal {shown}"


def visible(cpu: Cpu) -> dict[str, Value]:
    """What the guest's software can come to see, besides memory: registers, selectors, tables, console, halted."""
    values: dict[str, Value] = dict(zip(REGISTERS, cpu.registers, strict=True))
    values |= {name: segment.selector for name, segment in zip(SEGMENTS, cpu.segments, strict=True)}
    values |= {name: getattr(cpu, name) for name in _NAMES}
    for name, table in (("gdtr", cpu.gdtr), ("idtr", cpu.idtr)):
        values |= {f"{name}.base": table.base, f"{name}.limit": table.limit}
    return values | {"ldtr": cpu.ldtr.selector, "tr": cpu.tr.selector}


def differences(bare: Cpu, other: Cpu) -> tuple[tuple[str, Value, Value], ...]:
    """Everything visible in which two processors differ, words of memory lowest first."""
    if bare is other:
        return ()
    first, second = visible(bare), visible(other)
    found = [(name, first[name], second[name]) for name in first if first[name] != second[name]]
    if bare.memory != other.memory:
        words = sorted({*bare.memory, *other.memory})
        pairs = ((at, bare.memory.get(at, 0), other.memory.get(at, 0)) for at in words)
        found += [(f"[{at:#x}]", old, new) for at, old, new in pairs if old != new]
    return tuple(found)


def first_difference(bare: Trace[Vm[M]], other: Trace[Vm[N]]) -> Difference | None:
    """Where the guest of the second run first notices that it is not on the first one's machine; None if nowhere.

    A run that was cut off by its limit is compared as far as it goes.
    """
    known, seen = _settled(bare), _settled(other)
    cut_off = [max(states) for run, states in ((bare, known), (other, seen)) if run.kinds[-1:] == ("step-limit",)]
    before = bare.start.guest
    for retired in sorted(known.keys() | seen.keys()):
        if retired >= min(cut_off, default=retired + 1):
            return None
        if retired in known and retired in seen:
            found = differences(known[retired][-1], seen[retired][-1])
        else:
            found = (("retired", *((retired, None) if retired in known else (None, retired))),)
        if found:
            if retired in known and retired in seen and not differences(known[retired][0], seen[retired][0]):
                before = known[retired][0]
            return Difference(retired - bare.start.guest.tsc, next_instruction(before), found)
        before = known[retired][-1]
    return None


def stray(before: Vm[M], after: Vm[M]) -> tuple[tuple[str, Value, Value], ...]:
    """In what the guest after one step differs from what the same step does on a bare processor."""
    *_, last = advance(before.guest)
    return differences(last.cpu, after.guest)


def next_instruction(cpu: Cpu) -> str:
    """The instruction that comes next, or why there is none."""
    try:
        return str(fetch(cpu)[1])
    except (Fault, NoCode) as error:
        return str(error)


def _settled(run: Trace[Vm[M]]) -> dict[int, tuple[Cpu, Cpu]]:
    """By the number of instructions retired, the guest just after the last of them, and when all has been delivered."""
    states = {run.start.guest.tsc: (run.start.guest, run.start.guest)}
    for step in run.steps:
        guest = step.state.guest
        states[guest.tsc] = (states.get(guest.tsc, (guest, guest))[0], guest)
    return states


def _show(value: Value) -> str:
    return f"{value:#x}" if isinstance(value, int) and not isinstance(value, bool) else repr(value)

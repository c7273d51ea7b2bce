"""The processor at work: fetch, execute, deliver, one step after another.

A fault of the program is an event, with its delivery. `advance` says what happens as values; `step` makes the events of
a trace of them, and `run_to_end` does without. Time is counted in instructions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.cpu.delivery import deliver, deliver_fault
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.cpu.events import Happening, event_of
from vlearn.sim.cpu.faults import DF, GP, Fault
from vlearn.sim.cpu.forms import Instruction
from vlearn.sim.cpu.paging import physical
from vlearn.sim.cpu.state import CS, MASK32, Cpu, Timer
from vlearn.trace import Event, Step, Trace

TIMER_VECTOR = 0x20
ENDINGS = frozenset({"halted", "shutdown", "no-code", "step-limit"})
"""The kinds of event after which nothing more happens."""


class NoCode(ModelError):
    """EIP leads to where no instruction begins."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run without a trace ended: the kind of its last event, the state, and how many steps it took."""

    kind: str
    cpu: Cpu
    steps: int


def fetch(cpu: Cpu) -> tuple[Cpu, Instruction]:
    """The instruction at CS:EIP, and the state with the A flags that finding it set. Raises Fault, or NoCode."""
    descriptor = cpu.segments[CS].descriptor
    if cpu.eip > descriptor.limit:
        raise Fault(GP, 0)
    linear, user = descriptor.base + cpu.eip & MASK32, cpu.cpl == 3
    cpu, at = physical(cpu, linear, "execute", user)
    found = cpu.code.get(at)
    if found is None:
        raise NoCode(_nowhere(cpu, at))
    if (linear & 0xFFF) + found.length > 0x1000:
        cpu, _ = physical(cpu, linear + found.length - 1 & MASK32, "execute", user)
    return cpu, found


def _nowhere(cpu: Cpu, at: int) -> str:
    before = max((address for address in cpu.code if address < at), default=None)
    text = f"no instruction begins at EIP {cpu.eip:#x} (physical address {at:#x})"
    if before is None:
        return f"{text}; there is no code before it"
    nearest = cpu.code[before]
    where = f"{before:#x}" + (f", after the label {nearest.label!r}" if nearest.label else "")
    if at < before + nearest.length:
        return f"{text}: that is inside `{nearest}` of line {nearest.line}, at {where}"
    return f"{text}; the nearest one before it is `{nearest}` of line {nearest.line}, at {where}"


def execute(cpu: Cpu, instruction: Instruction) -> Cpu:
    """The state after one instruction, as if it had been fetched at EIP. Raises Fault, and then nothing has changed."""
    try:
        after = instruction.form.semantics(cpu.past(instruction.length), instruction.operands)
    except (Fault, ModelError):
        raise
    except Exception as error:
        raise ModelError(f"{_function_of(instruction)} raised {type(error).__name__}: {error}") from error
    if not isinstance(after, Cpu):
        raise ModelError(f"{_function_of(instruction)} returned {after!r}, not the state after it")
    return after


def _function_of(instruction: Instruction) -> str:
    """For the author of a new form: where the program and the function meet."""
    code = getattr(instruction.form.semantics, "__code__", None)
    where = f" ({code.co_filename}, line {code.co_firstlineno})" if code else ""
    return f"`{instruction}` in line {instruction.line} of the program: its function{where}"


def due(cpu: Cpu) -> int | None:
    """The vector of the external interrupt that the processor would take now, before the next instruction."""
    if not cpu.eflags & IF or cpu.shadow:
        return None
    if cpu.pending:
        return max(cpu.pending)
    return TIMER_VECTOR if cpu.timer.interval and cpu.tsc >= cpu.timer.deadline else None


def acknowledge(cpu: Cpu, vector: int) -> Cpu:
    """The state in which that interrupt is no longer requested; the timer begins its next interval."""
    if vector in cpu.pending:
        return replace(cpu, pending=cpu.pending - {vector})
    return replace(cpu, timer=Timer(cpu.timer.interval, cpu.tsc + cpu.timer.interval))


def advance(cpu: Cpu) -> Iterator[Happening]:
    """What happens next: an instruction, an interrupt, or a fault with all that its delivery leads to."""
    if cpu.shutdown:
        yield Happening("shutdown", cpu)
        return
    vector = due(cpu)
    if vector is not None:
        yield from _interrupt(acknowledge(cpu, vector), vector)
    elif cpu.halted:
        if cpu.eflags & IF and cpu.timer.interval:
            yield Happening("idle", replace(cpu, tsc=cpu.timer.deadline, shadow=False))
        elif cpu.eflags & IF and cpu.pending:
            yield Happening("idle", replace(cpu, shadow=False))
        else:
            yield Happening("halted", cpu)
    else:
        try:
            fetched, instruction = fetch(cpu)
            after = execute(fetched, instruction)
        except Fault as fault:
            yield from _fault(cpu, fault)
        except NoCode as error:
            yield Happening("no-code", cpu, error)
        else:
            yield Happening("executed", after, instruction)


def _interrupt(cpu: Cpu, vector: int) -> Iterator[Happening]:
    try:
        after = deliver(cpu, vector, source="external")
    except Fault as fault:
        yield from _fault(cpu, fault)
    else:
        yield Happening("interrupt", after, vector)


def _fault(cpu: Cpu, fault: Fault) -> Iterator[Happening]:
    for met, after in deliver_fault(cpu, fault):
        if after is None:
            yield Happening("shutdown", replace(cpu, shutdown=True), met)
        else:
            yield Happening("double-fault" if met.vector == DF else "fault", after, met)
            cpu = after


def step(cpu: Cpu, _: object = None) -> Iterator[Step[Cpu]]:
    """One step as a model of `vlearn.trace`: `run(step, cpu, range(20))`."""
    for happening in advance(cpu):
        yield Step(event_of(happening, cpu), happening.cpu)
        cpu = happening.cpu


def run_program(cpu: Cpu, limit: int = 10_000) -> Trace[Cpu]:
    """Run until nothing more happens, for at most `limit` steps; the last event says which it was (see ENDINGS)."""
    start, steps = cpu, list[Step[Cpu]]()
    while True:
        for taken in step(cpu):
            steps.append(taken)
            cpu = taken.state
        if steps[-1].event.kind in ENDINGS:
            return Trace(start, tuple(steps))
        if len(steps) >= limit:
            text = f"the run has taken {len(steps)} steps and has not halted: give it a higher limit, or end its loop"
            return Trace(start, (*steps, Step(Event("step-limit", text), cpu)))


def run_to_end(cpu: Cpu, limit: int = 1_000_000) -> Ending:
    """The same without a trace: several times as fast, and no memory for what has passed."""
    for taken in range(limit):
        kind = ""
        for happening in advance(cpu):
            cpu, kind = happening.cpu, happening.kind
        if kind in ENDINGS:
            return Ending(kind, cpu, taken + 1)
    return Ending("step-limit", cpu, limit)

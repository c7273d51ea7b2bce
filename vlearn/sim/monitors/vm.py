"""A guest under a monitor, as Popek and Goldberg see it: a virtual processor, and the real one that stands for it.

The map f takes each state of the virtual processor to one of the real processor. A run carries both sides, so a lesson
can draw them next to each other and a test can ask whether the diagram commutes. Time is counted in instructions that
the guest has retired, `guest.tsc`: a monitor's own work takes none, so runs under different monitors can be laid side
by side. What that work costs is in `counts`, and in cycles in `costs`. Source: Popek and Goldberg, "Formal requirements
for virtualizable third generation architectures", CACM 17 (1974), section 3.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from immutables import Map

from vlearn.sim.cpu import ENDINGS, Cpu
from vlearn.sim.cpu.events import changes
from vlearn.trace import Event, Step, Trace

M = TypeVar("M")
RAM = 0x10_0000
"""Guest RAM is physical memory below this address, 1 MiB; what a monitor keeps for itself lies above."""
NO_COUNTS: Map[str, int] = Map()


@dataclass(frozen=True, slots=True)
class Vm(Generic[M]):
    """A virtual machine: `guest` is what its software is entitled to see, `real` is f(guest), what the hardware holds.

    `monitor` is what the monitor keeps; `counts` how often each kind of thing has happened ("direct", "trap", ...).
    """

    guest: Cpu
    real: Cpu
    monitor: M
    counts: Map[str, int] = NO_COUNTS

    def counted(self, kind: str, times: int = 1) -> "Vm[M]":
        """With that kind counted; a monitor that runs many instructions at once counts them at once."""
        counts = self.counts.set(kind, self.counts.get(kind, 0) + times)
        return Vm(self.guest, self.real, self.monitor, counts)

    def happens(self, kind: str, say: Callable[[], str]) -> "Happening[M]":
        """This state as the outcome of something that happened, which is counted; go on from the happening's `vm`."""
        return Happening(kind, self.counted(kind), say)


@dataclass(frozen=True, slots=True)
class Happening(Generic[M]):
    """One thing that happened, and the machine after it. `say` makes the sentence, for whoever wants to read it."""

    kind: str
    vm: Vm[M]
    say: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Monitor(Generic[M]):
    """A monitor: `start` takes a guest in, `advance` lets it retire one instruction or take one interrupt.

    It is a model of vlearn.trace, whose actions say nothing: `run(monitor, vm, range(20))`.
    """

    name: str
    start: Callable[[Cpu], Vm[M]]
    advance: Callable[[Vm[M]], Iterator[Happening[M]]]

    def __call__(self, vm: Vm[M], action: object = None) -> Iterator[Step[Vm[M]]]:
        """The events of one advance, with their sentences and with what each one touched."""
        for happening in self.advance(vm):
            yield Step(Event(happening.kind, happening.say(), touched(vm, happening.vm)), happening.vm)
            vm = happening.vm


def touched(before: Vm[M], after: Vm[M]) -> tuple[str, ...]:
    """What differs, as `guest.eax`, `guest.[0x1000]`, `real.cs`; the real memory's words are left out.

    Where guest and real processor are the same one, on bare metal, it is called `guest`.
    """
    names = tuple(f"guest.{name}" for name in changes(before.guest, after.guest))
    if after.real is after.guest:
        return names
    real = replace(after.real, memory=before.real.memory)
    return names + tuple(f"real.{name}" for name in changes(before.real, real))


@dataclass(frozen=True, slots=True)
class Ending(Generic[M]):
    """How a run without a trace ended: the kind of its last event, the machine, and how many events there were."""

    kind: str
    vm: Vm[M]
    events: int


def trace_guest(monitor: Monitor[M], vm: Vm[M], limit: int = 20_000) -> Trace[Vm[M]]:
    """Run until nothing more happens, for about `limit` events; the last event says which ending it was."""
    start, steps = vm, list[Step[Vm[M]]]()
    while True:
        for step in monitor(vm):
            steps.append(step)
            vm = step.state
        if steps[-1].event.kind in ENDINGS:
            return Trace(start, tuple(steps))
        if len(steps) >= limit:
            text = f"there have been {len(steps)} events and the guest has not halted: give it a higher limit"
            return Trace(start, (*steps, Step(Event("step-limit", text), vm)))


def run_guest(monitor: Monitor[M], vm: Vm[M], limit: int = 1_000_000) -> Ending[M]:
    """The same without a trace: only the last machine is kept, and no sentence is made."""
    events = 0
    while events < limit:
        kind = ""
        for happening in monitor.advance(vm):
            vm, kind = happening.vm, happening.kind
            events += 1
        if kind in ENDINGS:
            return Ending(kind, vm, events)
    return Ending("step-limit", vm, events)

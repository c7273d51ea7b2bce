"""Processor time as groups share it: the state of the scheduler, and what there is to ask of it.

All times are whole microseconds. A task is a process that either computes for ever or has so much work left.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.containers.cgroups.access import FileAction
from vlearn.sim.containers.cgroups.state import Cgroups, Hierarchy, Path

SLICE = 5_000
"""How long a task runs at most while others wait: also what the kernel hands out of a quota at once."""

Entity: TypeAlias = int | Path
"""What is scheduled at one level of the tree: a task by its pid, or a group."""


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """Where a group with a quota stands: what is left of `full` until `until`, when the period ends.

    `active` and `short` say whether, in this period, it had anything to run, and whether it ran out.
    """

    quota: int
    period: int
    burst: int
    full: int
    left: int
    until: int
    throttled: bool = False
    active: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` to `end` these pids were on the processors, by number; None is an idle one."""

    start: int
    end: int
    running: tuple[int | None, ...]
    throttled: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Processors:
    """The machine's processors. `work` is what each task has left to do, None for ever; `runtime` the weighted time
    that each entity has had, by which the next is chosen; `queued` those that could run when last chosen.
    """

    cgroups: Cgroups
    now: int = 0
    slice: int = SLICE
    work: Map[int, int | None] = field(default_factory=Map)
    runtime: Map[Entity, int] = field(default_factory=Map)
    queued: frozenset[Entity] = frozenset()
    bandwidth: Map[Path, Bandwidth] = field(default_factory=Map)
    history: tuple[Stretch, ...] = ()

    @property
    def tree(self) -> Hierarchy:
        """The hierarchy of the controller cpu."""
        tree = self.cgroups.hierarchy("cpu")
        if tree is None:
            raise ModelError("this machine has no controller 'cpu'")
        return tree

    @property
    def running(self) -> tuple[int | None, ...]:
        """Who was on each processor in the last stretch."""
        return self.history[-1].running if self.history else (None,) * self.cgroups.machine.cpus

    @property
    def throttled(self) -> tuple[Path, ...]:
        """The groups that have used up their quota and wait for the next period."""
        return tuple(sorted(path for path, one in self.bandwidth.items() if one.throttled))

    def used(self, path: Path) -> int:
        """Microseconds that a group and all below it have had."""
        return sum(self.tree.groups[one].usage.cpu for one in self.tree.below(path))

    def recorded(self, stretch: Stretch) -> "Processors":
        """With a stretch at the end of the history; one that goes on as the last did makes that one longer."""
        last = self.history[-1] if self.history else None
        if last and (last.running, last.throttled, last.end) == (stretch.running, stretch.throttled, stretch.start):
            return replace(self, history=(*self.history[:-1], replace(last, end=stretch.end)), now=stretch.end)
        return replace(self, history=(*self.history, stretch), now=stretch.end)


@dataclass(frozen=True, slots=True)
class Compute:
    """A process has work for so many microseconds, or for ever (None)."""

    pid: int
    work: int | None = None


@dataclass(frozen=True, slots=True)
class Sleep:
    """A process has nothing to do."""

    pid: int


@dataclass(frozen=True, slots=True)
class Pass:
    """Time passes, in microseconds."""

    time: int


ProcessorAction: TypeAlias = Compute | Sleep | Pass | FileAction

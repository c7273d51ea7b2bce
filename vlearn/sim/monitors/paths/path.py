"""The path of a system call, a page fault or an interrupt: from a process through kernel and monitor back to it.

A path is read off a run: it begins where the process leaves the processor, and ends where it has it again. Each stage
has the privilege level of the real processor, and who runs there. Steps at one level by one party are one stage.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from vlearn.sim.monitors.vm import Vm
from vlearn.trace import Event, Trace

M = TypeVar("M")
Level = Literal["ring 3", "ring 2", "ring 1", "ring 0", "root"]
LEVELS: tuple[Level, ...] = ("ring 3", "ring 2", "ring 1", "ring 0", "root")
"""From the least privileged to the most. Beside `root`, VMX root operation, rings are those of non-root operation."""
Who = Literal["process", "kernel", "monitor"]
Kind = Literal["system call", "page fault", "interrupt"]
KINDS: tuple[Kind, ...] = ("system call", "page fault", "interrupt")


@dataclass(frozen=True, slots=True)
class Stage:
    """Somebody runs at a level. `entry` says in a few words how it was reached, `events` what happened there."""

    level: Level
    who: Who
    entry: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A path under an arrangement, from process to process. `source` says where it comes from: a run, or a document.

    `monitor_level` is where the monitor is, whether it is entered or not; None where there is none.
    """

    arrangement: str
    kind: Kind
    stages: tuple[Stage, ...]
    source: str
    monitor_level: Level | None

    @property
    def monitor_entries(self) -> int:
        """How often the monitor is entered on the way."""
        return sum(stage.who == "monitor" for stage in self.stages)

    @property
    def crossings(self) -> int:
        """How often the privilege level changes."""
        return sum(a.level != b.level for a, b in zip(self.stages, self.stages[1:], strict=False))


Place = Callable[[Vm[M]], tuple[Level, Who]]
"""Where a machine is: at which level, and who has the processor there."""


def excursions(run: Trace[Vm[M]], place: Place[M]) -> Iterator[tuple[tuple[Stage, ...], frozenset[int]]]:
    """Every way out of the process and back, with the addresses that the guest's kernel was at."""
    stages: list[Stage] = []
    seen = set[int]()
    was = place(run.start)
    following = (step.event.kind for step in (*run.steps[1:], *run.steps[-1:]))
    for step, then in zip(run.steps, following, strict=True):
        if step.event.kind == "entry" and then == "injected":
            continue  # the entry injects: the guest is on its way into a handler before it executes anything
        now = place(step.state)
        if was[1] == "process" and now[1] != "process":
            stages, seen = [Stage(was[0], "process", "")], set()
        if stages:
            _extend(stages, now, step.event)
            if now[1] == "kernel":
                seen.add(step.state.guest.eip)
            if now[1] == "process":
                yield tuple(stages), frozenset(seen)
                stages = []
        was = now


def _extend(stages: list[Stage], place: tuple[Level, Who], event: Event) -> None:
    last = stages[-1]
    if (last.level, last.who) == place and last.who != "process":
        stages[-1] = replace(last, events=(*last.events, event.text))
    else:
        words = "VM entry" if last.level == "root" else entry_words(event)
        stages.append(Stage(*place, words, (event.text,)))


_WORDS = {
    "trap": "a trap", "exit": "VM exit", "entry": "VM entry", "return": "IRET", "injected": "injected",
    "emulated": "emulated", "traced-write": "emulated", "interrupt": "interrupt", "fault": "page fault",
    "shadow-fill": "emulated",
}  # fmt: skip


def entry_words(event: Event) -> str:
    """A few words for how an event leads to another level: an instruction, or what the kind of event means."""
    text = event.text
    if event.kind in ("direct", "system-call") and text.startswith("`"):
        return _instruction(text)
    if event.kind == "hypercall":
        return f"hypercall {text.partition('(')[0]}"
    if event.kind == "trap" and text.startswith("`"):
        return _instruction(text)
    if event.kind == "trap":
        return text.split("(")[0].split(" ")[0]
    return _WORDS.get(event.kind, event.kind)


def _instruction(text: str) -> str:
    """The instruction that a sentence begins with, its mnemonic in capitals: `INT 0x80`."""
    mnemonic, _, operands = text[1 : text.index("`", 1)].partition(" ")
    return f"{mnemonic.upper()} {operands}".rstrip()


def find(
    run: Trace[Vm[M]], place: Place[M], handlers: dict[Kind, int], kinds: Iterable[Kind] = KINDS
) -> dict[Kind, tuple[Stage, ...]]:
    """The first excursion of each kind: the one in which the kernel's handler for it was reached."""
    found: dict[Kind, tuple[Stage, ...]] = {}
    for stages, seen in excursions(run, place):
        for kind in kinds:
            if kind not in found and handlers[kind] in seen:
                found[kind] = stages
    return found

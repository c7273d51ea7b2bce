"""What else dies when something crashes: parts that stand on others, and what each of them can hold back.

A fault strikes a part and goes down to the first part beneath that holds back its kind; that part dies with all that
stands on it. On today's systems a process that crashes is held back by its kernel on bare metal too: what differs is a
kernel that fails, and memory that runs out. Of that nothing dies but applications: the only one there, or one of
several, all of them at risk, since the kernel chooses. Left out: programs that need each other, and restarts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from vlearn.errors import ModelError, did_you_mean
from vlearn.trace import Event, Step, Trace, run

FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "process crash": "an application touches memory that it has not got",
        "memory runs out": "an application takes all the memory that it can get",
        "kernel panic": "a system call meets a bug of the kernel beneath",
        "monitor bug": "a guest meets a bug of the hypervisor beneath",
        "power failure": "the machine beneath stops",
    }
)
MEMORY, MONITOR = "memory runs out", "monitor bug"
HOLDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "application": ("process crash",),
        "container": ("process crash", "memory runs out"),
        "kernel": ("process crash", "memory runs out", "kernel panic"),
        "virtual machine": ("process crash", "memory runs out", "kernel panic"),
        "hypervisor": ("process crash", "memory runs out", "kernel panic", "monitor bug"),
        "machine": tuple(FAULTS),
    }
)
"""By kind of part: the faults that go no further down than there."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a layout: its kind, and the part that it stands on; the machine stands on none."""

    name: str
    kind: str
    on: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Parts by how they stand on each other, each after its base; which have died, and of which one will be killed."""

    name: str
    parts: tuple[Part, ...]
    dead: frozenset[str] = frozenset()
    at_risk: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        seen = {""}
        for part in self.parts:
            if part.on not in seen or part.name in seen:
                raise ModelError(f"{part.name!r} on {part.on!r}: name each part once, after what it stands on")
            if part.kind not in HOLDS:
                raise ModelError(f"there is no kind of part {part.kind!r}{did_you_mean(part.kind, HOLDS)}")
            seen.add(part.name)

    def part(self, name: str) -> Part:
        """A part by its name."""
        for part in self.parts:
            if part.name == name:
                return part
        raise ModelError(f"there is no part {name!r}; there are {', '.join(part.name for part in self.parts)}")

    def above(self, name: str) -> tuple[str, ...]:
        """What stands on a part, directly or not."""
        found = {name: None}
        for part in self.parts:
            if part.on in found:
                found[part.name] = None
        return tuple(found)[1:]

    @property
    def applications(self) -> tuple[str, ...]:
        """The applications that are alive, and not at risk."""
        lost = self.dead | self.at_risk
        return tuple(part.name for part in self.parts if part.kind == "application" and part.name not in lost)


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault of a kind strikes at a part."""

    fault: str
    at: str


def fail(layout: Layout, strike: Strike) -> Iterator[Step[Layout]]:
    """Down to what holds the fault back, then up through all that stands on it."""
    if strike.fault not in FAULTS:
        raise ModelError(f"there is no fault {strike.fault!r}{did_you_mean(strike.fault, FAULTS)}")
    part = layout.part(strike.at)
    if part.name in layout.dead:
        raise ModelError(f"{part.name} is dead already")
    beneath = _down(layout, part)
    if strike.fault == MONITOR and all(other.kind != "hypervisor" for other in beneath):
        raise ModelError(f"there is no hypervisor beneath {part.name} in {layout.name!r} that could have a bug")
    yield Step(Event("strike", f"{part.name}: {FAULTS[strike.fault]}", (part.name,)), layout)
    for part in beneath:
        if strike.fault in HOLDS[part.kind]:
            yield from _run_out(layout, part) if strike.fault == MEMORY else _die(layout, part)
            return
        kind = f"a{'n' * (part.kind == 'application')} {part.kind}"
        yield Step(Event("passes", f"{part.name}, {kind}, does not hold that back", (part.name,)), layout)
    raise ModelError(f"there is nothing beneath {strike.at} that holds back a {strike.fault}: add a machine")


def _down(layout: Layout, part: Part) -> tuple[Part, ...]:
    """The part and what it stands on, down to the ground."""
    return (part, *_down(layout, layout.part(part.on))) if part.on else (part,)


def _die(layout: Layout, part: Part) -> Iterator[Step[Layout]]:
    for name in (part.name, *layout.above(part.name)):
        if name not in layout.dead:
            layout = replace(layout, dead=layout.dead | {name})
            what = "dies: the fault goes no further down" if name == part.name else f"dies with {part.name}"
            yield Step(Event("dies", f"{name} {what}", (name,)), layout)


def _run_out(layout: Layout, part: Part) -> Iterator[Step[Layout]]:
    alive = [name for name in layout.above(part.name) if name in layout.applications]
    if len(alive) == 1:
        after = replace(layout, dead=layout.dead | {*alive})
        yield Step(Event("dies", f"{alive[0]} is killed: nothing else is within {part.name}", (alive[0],)), after)
        return
    after = replace(layout, at_risk=layout.at_risk | {*alive})
    text = f"{part.name} kills one of {', '.join(alive)}: not always the one that took the memory"
    yield Step(Event("at-risk", text, tuple(alive)), after)


def crash(layout: Layout, fault: str, at: str) -> Trace[Layout]:
    """One fault, and all that it takes down."""
    return run(fail, layout, [Strike(fault, at)])


def survivors(layout: Layout) -> dict[str, int]:
    """By fault that can happen there, how many applications surely live on after it has struck the first of them."""
    first = layout.applications[0]
    monitored = any(part.kind == "hypervisor" for part in layout.parts)
    faults = (fault for fault in FAULTS if monitored or fault != MONITOR)
    return {fault: len(crash(layout, fault, first).final.applications) for fault in faults}

"""A commit's way from push to production, step by step: which artifact it becomes, and which gate stops it.

The mainline takes a change when its build and tests are green, and builds what it would be with it. Whether a flaky
test fails is said with the push: chance is outside. One artifact is built of a mainline and then promoted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.delivery.artifacts import Registry, short
from vlearn.sim.delivery.changes import Change, faults
from vlearn.sim.delivery.stages import DELIVERY, STAGES, Practice, Stage
from vlearn.trace import Event, Step

TESTING = ("test", "acceptance")
NO_ARTIFACTS = Registry()


@dataclass(frozen=True, slots=True)
class Push:
    """A developer pushes a change; in the stages of `flakes` a flaky test fails once."""

    change: Change
    flakes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if extra := self.flakes - set(TESTING):
            raise ModelError(f"tests run in {' and '.join(TESTING)}; {', '.join(sorted(extra))} cannot flake")


@dataclass(frozen=True, slots=True)
class Release:
    """A person releases what waits for production, some minutes later."""

    by: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class RollBack:
    """Production goes back to the artifact that it had before."""


Action: TypeAlias = Push | Release | RollBack


@dataclass(frozen=True, slots=True)
class Stop:
    """Which gate stopped which change, upon which mainline, whether a flaky test was red, and what was seen."""

    change: Change
    stage: str
    mainline: tuple[Change, ...]
    flaked: bool
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """The mainline, the registry, what waits for a person, what production has had, the clock in minutes, the stops."""

    practice: Practice = DELIVERY
    mainline: tuple[Change, ...] = ()
    registry: Registry = NO_ARTIFACTS
    waiting: str = ""
    history: tuple[str, ...] = ()
    now: float = 0.0
    stops: tuple[Stop, ...] = ()

    def __post_init__(self) -> None:
        if odd := [stage for stage, gate in self.practice.gates if gate == "manual" and stage != "production"]:
            raise ModelError(f"a person can be asked before production alone here, not before {' and '.join(odd)}")

    @property
    def production(self) -> str:
        """The digest that users see; nothing before the first release."""
        return self.history[-1] if self.history else ""


def deliver(state: Delivery, action: Action) -> Iterator[Step[Delivery]]:
    """Carry out the action, through every gate that opens by itself."""
    match action:
        case Push(change, flakes):
            yield from _pushed(state, change, flakes)
        case Release(by, after):
            if after < 0:
                raise ModelError(f"a person releases after 0 minutes or more, not {after:g}")
            if not state.waiting:
                yield Step(Event("nothing", f"{by} finds nothing to release", ("production",)), state)
                return
            released = replace(state, now=state.now + after, waiting="")
            words = f"{by} releases {short(state.waiting)} by hand"
            yield Step(Event("approve", words, ("production",)), released)
            yield _in_production(released, state.waiting)
        case RollBack():
            if len(state.history) < 2:
                yield Step(Event("nothing", "production has had nothing else to go back to", ("production",)), state)
                return
            back = state.history[-2]
            words = f"production goes back to {short(back)}, which is still in the registry"
            yield Step(Event("roll-back", words, ("production",)), replace(state, history=state.history[:-1]))


def _pushed(state: Delivery, change: Change, flakes: frozenset[str]) -> Iterator[Step[Delivery]]:
    if any(one.name == change.name for one in state.mainline):
        raise ModelError(f"{change.name!r} is in the mainline already; a commit is merged once")
    yield Step(Event("push", f"{change.name} is pushed", (change.name,)), state)
    merged = (*state.mainline, change)
    for stage in STAGES:
        gate = state.practice.gate(stage.name)
        if gate == "absent":
            words = f"{state.practice.name} ends here: nothing takes {change.name} into {stage.name}"
            yield Step(Event("end", words, (stage.name,)), state)
            return
        if gate == "manual":
            digest = state.registry.digest("accepted")
            state = replace(state, waiting=digest)
            words = f"{short(digest)} waits: a person opens the gate to {stage.name}"
            yield Step(Event("hold", words, (stage.name,)), state)
            return
        for step in _through(state, stage, change, merged, stage.name in flakes):
            yield step
            state = step.state
            if step.event.kind == "stop":
                return


def _through(
    state: Delivery, stage: Stage, change: Change, merged: tuple[Change, ...], flaked: bool
) -> Iterator[Step[Delivery]]:
    """One stage: its work, its gate, and what it leaves behind."""
    if stage.name == "production":
        yield _in_production(state, state.registry.digest("accepted"))
        return
    state = replace(state, now=state.now + stage.minutes)
    seen = faults(merged, stage.finds) if stage.finds else ()
    if seen or flaked:
        # The report of a run names tests, not causes: only the model knows which of the two it was.
        stop = Stop(change, stage.name, tuple(one for one in merged if one != change), flaked and not seen, seen)
        words = f"{stage.name} is red: {change.name} goes no further"
        yield Step(Event("stop", words, (change.name, stage.name)), replace(state, stops=(*state.stops, stop)))
        return
    if stage.name == "publish":
        state = replace(state, registry=state.registry.push(stage.tag, [one.name for one in merged]))
    elif stage.tag:
        before = "candidate" if stage.tag == "staging" else "staging"
        state = replace(state, registry=state.registry.promote(before, stage.tag))
    if stage.name == "test":
        state = replace(state, mainline=merged)
    named = f", as {short(state.registry.digest(stage.tag))}" if stage.tag else ""
    words = f"{stage.name} {stage.does}{named}: green at {state.now:g} min"
    yield Step(Event(stage.name, words, (change.name, stage.name)), state)


def _in_production(state: Delivery, digest: str) -> Step[Delivery]:
    registry = state.registry.promote("accepted", "production")
    minutes = state.now + STAGES[-1].minutes
    after = replace(state, registry=registry, now=minutes, history=(*state.history, digest))
    return Step(Event("production", f"users see {short(digest)} at {minutes:g} min", ("production",)), after)

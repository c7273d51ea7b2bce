"""What becomes of the machine when a host or the link fails, worked out from where a whole machine is.

No table of stages decides, but the state: a host can go on if it is up and has processor state and the newest version
of every page. While the source owns the machine, that is the source; after commitment the destination, unless post-copy
still misses pages. A destination that has everything but was never told of the commitment waits until somebody has made
sure that the source is off, for two running copies would be worse than none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.migration.report import counted
from vlearn.sim.migration.state import Host, Migration
from vlearn.trace import Step

Part: TypeAlias = Literal["source", "destination", "link"]
PARTS: tuple[Part, ...] = ("source", "destination", "link")


@dataclass(frozen=True, slots=True)
class Failure:
    """A part fails after so many steps of the migration."""

    part: Part
    moment: int

    def __post_init__(self) -> None:
        if self.part not in PARTS:
            raise ModelError(f"what fails is one of {', '.join(PARTS)}, not {self.part!r}")
        if self.moment < 0:
            raise ModelError(f"a failure comes after some steps, 0 or more, not {self.moment}")


def fails(state: Migration, part: Part) -> Iterator[Step[Migration]]:
    """The failure, and what the parts that are left do about it."""
    step = _break(state, part)
    yield step
    state = step.state
    source, destination = state.source, state.destination
    if state.holds_all(destination) and destination.owns:
        yield _goes_on(state, part)
    elif state.holds_all(source) and source.owns:
        yield state.step(
            "fall-back",
            "the source calls the migration off and goes on with the machine: it has all of it",
            "source",
            source=replace(source, runs=True),
            destination=replace(destination, memory=(None,) * state.machine.pages, processor=False, runs=False),
            to_send=frozenset(),
            dirty=frozenset(),
            stage="failed",
            ending="at the source",
            downtime=0.0 if source.runs else state.time - state.paused_at,
        )
    elif state.holds_all(destination):
        yield state.step(
            "take-over",
            "the destination holds the whole machine but no commitment: once it is certain that the source is off,"
            " it resumes it",
            "destination",
            destination=replace(destination, owns=True, runs=True),
            stage="failed",
            ending="at the destination",
            frames_to="destination",
            identical=True,
        )
    elif source.alive and destination.alive:
        yield state.step(
            "await-link",
            "neither host has all of the machine, but both are up: it waits until the link is back",
            "source",
            "destination",
            destination=replace(destination, runs=False),
            stage="waiting for the link",
        )
    else:
        yield _lost(state, part)


def _break(state: Migration, part: Part) -> Step[Migration]:
    if part == "link":
        return state.step("link-fails", "the link between the hosts is cut", "link", link_up=False)
    gone = Host((None,) * state.machine.pages, alive=False)
    text = f"the {part} loses power, and with it all that its memory held"
    if part == "source":
        return state.step("source-fails", text, part, source=gone)
    return state.step("destination-fails", text, part, destination=gone)


def _goes_on(state: Migration, part: Part) -> Step[Migration]:
    text = "the machine goes on at the destination, which owns it and has all of it"
    destination = replace(state.destination, runs=True)
    return state.step(
        "goes-on",
        text,
        "destination",
        destination=destination,
        stage="done",
        downtime=state.downtime or state.time - state.paused_at,
        ending="at the destination",
        frames_to="destination",
        identical=True,
    )


def _lost(state: Migration, part: Part) -> Step[Migration]:
    name, left = ("destination", state.destination) if part == "source" else ("source", state.source)
    missing = sum(held != new for held, new in zip(left.memory, state.newest, strict=True))
    lacks = [f"the newest version of {counted(missing)}"] * bool(missing)
    lacks += ["the state of the processors"] * (not left.processor)
    where = f"the {name} lacks {' and '.join(lacks)}, which only the {part} had"
    return state.step(
        "lost",
        f"the running machine is lost: {where}; at best it can boot again from its disk",
        "source",
        "destination",
        source=replace(state.source, runs=False),
        destination=replace(state.destination, runs=False),
        stage="failed",
        ending="lost",
    )

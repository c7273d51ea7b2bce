"""The stages that every live migration goes through around its copying, each as steps that change one thing.

The source owns the machine until commitment, the destination from then on: at no moment do both, or does neither.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import TypeAlias

from vlearn.sim.migration.state import Migration, Processor
from vlearn.trace import Step

Moving: TypeAlias = Generator[Step[Migration], None, Migration]
"""Part of a migration: it yields its steps and returns the state that the next part begins from."""


def prepare(state: Migration) -> Moving:
    """Stages 0 and 1: choose a destination, and have it set memory aside, before anything is sent."""
    step = state.step("select", "a destination is chosen", "destination", stage="pre-migration")
    yield step
    step = step.state.step(
        "reserve",
        f"the destination sets {state.machine.memory:,} bytes aside",
        "destination",
        stage="reservation",
        time=state.time + state.link.round_trip,
    )
    yield step
    return step.state


def pause(state: Migration, why: str) -> Moving:
    """The guest stops at the source; downtime begins."""
    step = state.step(
        "pause",
        f"the machine is paused: {why}",
        "source",
        stage="stop-and-copy",
        source=replace(state.source, runs=False),
        paused_at=state.time,
        why=why,
    )
    yield step
    return step.state


def send_state(state: Migration, rate: float) -> Moving:
    """Processor and device state go over; the destination then says what it holds."""
    step = state.step(
        "send-state",
        f"the state of processors and devices is sent, {state.machine.state:,} bytes",
        "source",
        "destination",
        destination=replace(state.destination, processor=True),
        time=state.time + state.machine.state / rate,
        bytes=state.bytes + state.machine.state,
    )
    yield step
    return step.state


def hand_over(state: Migration, complete: bool) -> Moving:
    """Stages 4 and 5: acknowledge, commit, resume, announce. `complete` says whether the memory has all come."""
    what = "a consistent machine" if complete else "what it needs to start, though not the memory"
    step = state.step(
        "acknowledge",
        f"the destination acknowledges that it holds {what}",
        "destination",
        stage="commitment",
        time=state.time + state.link.round_trip,
    )
    yield step
    state = step.state
    step = state.step(
        "commit",
        "the source gives up its right to run the machine and its processor state: there is no way back",
        "source",
        "destination",
        source=replace(state.source, owns=False, processor=False),
        destination=replace(state.destination, owns=True),
    )
    yield step
    return (yield from activate(step.state))


def activate(state: Migration) -> Moving:
    """Stage 5, after commitment: the destination runs the machine, and tells the network."""
    time = state.time + state.machine.resume
    step = state.step(
        "activate",
        "the machine resumes at the destination",
        "destination",
        stage="activation",
        destination=replace(state.destination, runs=True),
        time=time,
        downtime=time - state.paused_at,
        identical=state.destination.memory == state.newest,
        began=time,
        processors=tuple(Processor() for _ in state.machine.processors),
    )
    yield step
    return (yield from announce(step.state))


def announce(state: Migration) -> Moving:
    """The destination shows the network where the machine is now."""
    step = state.step(
        "announce",
        "the destination sends an unsolicited ARP: switches learn the machine's new port",
        "network",
        frames_to="destination",
    )
    yield step
    return step.state


def release(state: Migration) -> Moving:
    """The source is no longer needed: it frees the machine's memory."""
    identical = state.destination.memory == state.newest
    step = state.step(
        "release",
        "the source frees the machine's memory: it is no longer needed",
        "source",
        stage="done",
        source=replace(state.source, memory=(None,) * state.machine.pages, processor=False),
        to_send=frozenset(),
        dirty=frozenset(),
        ending="at the destination",
        identical=identical,
    )
    yield step
    return step.state

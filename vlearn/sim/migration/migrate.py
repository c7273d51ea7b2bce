"""A migration as a step model: any strategy, any failure at any moment, and the repair of a link in post-copy.

For machines of a few dozen pages, an event for each page; `transfer` does the same over bitmaps for real sizes. Left
out: the guest running on during post-copy while the link is down (here it stands still), compression and deltas, and
the disk and the network, which have models of their own (`storage`, `network`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.migration.copying import last_round, live_rounds
from vlearn.sim.migration.decisions import final_rate
from vlearn.sim.migration.failure import Failure, fails
from vlearn.sim.migration.fetching import fetch
from vlearn.sim.migration.policy import Policy
from vlearn.sim.migration.stages import Moving, activate, announce, hand_over, pause, prepare, release, send_state
from vlearn.sim.migration.state import Host, Migration
from vlearn.sim.migration.strategies import Cold, Hybrid, PostCopy, PreCopy, Strategy, Suspend
from vlearn.trace import Step

MOST_PAGES = 4096
"""Beyond this a state for each page takes too much memory."""


@dataclass(frozen=True, slots=True)
class Migrate:
    """Move the machine. With a failure, the run ends in what comes of it."""

    strategy: Strategy
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """The link is back; a post-copy that waits for it goes on."""

    strategy: PostCopy | Hybrid


Action: TypeAlias = Migrate | Repair


def migrate(state: Migration, action: Action) -> Iterator[Step[Migration]]:
    """One step for each page, round and stage."""
    if state.machine.pages > MOST_PAGES:
        raise ModelError(
            f"the step model moves at most {MOST_PAGES} pages; this machine has {state.machine.pages}: use `transfer`"
        )
    if isinstance(action, Repair):
        yield from _resume(state, action.strategy)
        return
    if state.stage != "before":
        raise ModelError("this machine has been moved already: begin with `before(machine, link)`")
    state = replace(state, strategy=action.strategy.name)
    failure = action.failure
    for moment, step in enumerate(_moves(state, action.strategy)):
        if failure and moment == failure.moment:
            yield from fails(state, failure.part)
            return
        yield step
        state = step.state
    if failure:
        yield from fails(state, failure.part)


def _moves(state: Migration, strategy: Strategy) -> Iterator[Step[Migration]]:
    match strategy:
        case Cold():
            yield from _cold(state)
        case Suspend():
            yield from _copies(state, None)
        case PreCopy(policy):
            yield from _copies(state, policy)
        case PostCopy():
            state = yield from prepare(state)
            state = yield from pause(state, "only processors and devices move first")
            yield from _switch(replace(state, to_send=frozenset(range(state.machine.pages))), None, strategy)
        case Hybrid(policy):
            state = yield from prepare(state)
            state = yield from _rounds(state, replace(policy, stuck="pause"))
            yield from _switch(state, policy, strategy)


def _copies(state: Migration, policy: Policy | None) -> Iterator[Step[Migration]]:
    """Suspend-copy-resume is a pre-copy without rounds."""
    state = yield from prepare(state)
    if policy:
        state = yield from _rounds(state, policy)
        if state.ending is not None:
            return
    else:
        state = yield from pause(state, "all of it is copied at once")
        state = replace(state, to_send=frozenset(range(state.machine.pages)))
    state = yield from last_round(state, policy)
    state = yield from send_state(state, final_rate(policy, state.link))
    state = yield from hand_over(state, complete=True)
    yield from release(state)


def _rounds(state: Migration, policy: Policy) -> Moving:
    for step in live_rounds(state, policy):
        yield step
        state = step.state
    return state


def _switch(state: Migration, policy: Policy | None, strategy: PostCopy | Hybrid) -> Iterator[Step[Migration]]:
    """The paused machine starts at the destination; what `to_send` names follows."""
    state = yield from send_state(state, final_rate(policy, state.link))
    state = yield from hand_over(state, complete=not state.to_send)
    yield from _follow(replace(state, stage="post-copy"), strategy)


def _follow(state: Migration, strategy: PostCopy | Hybrid) -> Iterator[Step[Migration]]:
    for step in fetch(state, strategy.push, strategy.alone):
        yield step
        state = step.state
    yield from release(state)


def _resume(state: Migration, strategy: PostCopy | Hybrid) -> Iterator[Step[Migration]]:
    if state.stage != "waiting for the link":
        raise ModelError("only a post-copy that waits for its link can be repaired; this migration does not wait")
    destination = replace(state.destination, runs=True)
    text = "the link is back: the machine goes on at the destination, and its missing pages follow"
    step = state.step("link-back", text, "link", link_up=True, destination=destination, stage="post-copy")
    yield step
    state = step.state
    if not state.processors:
        state = yield from activate(state)
    elif state.frames_to == "source":
        state = yield from announce(state)
    yield from _follow(replace(state, stage="post-copy"), strategy)


def _cold(state: Migration) -> Iterator[Step[Migration]]:
    """Nothing of memory counts any more once the guest has shut down, and its disk lies where both reach it."""
    state = yield from prepare(state)
    empty = Host((0,) * state.machine.pages, processor=True)
    step = state.step(
        "shut-down",
        "the guest shuts down: what its programs held in memory is gone",
        "source",
        source=replace(empty, owns=True),
        destination=empty,
        newest=(0,) * state.machine.pages,
        paused_at=state.time,
        stage="stop-and-copy",
        why="the guest has shut down",
    )
    yield step
    state = step.state
    time = state.time + state.machine.boot
    yield state.step(
        "boot",
        "the guest boots at the destination",
        "destination",
        source=replace(state.source, memory=(None,) * state.machine.pages, processor=False, owns=False),
        destination=replace(state.destination, owns=True, runs=True),
        time=time,
        downtime=time - state.paused_at,
        frames_to="destination",
        stage="done",
        ending="at the destination",
        identical=True,
    )

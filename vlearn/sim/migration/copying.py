"""Pre-copy page by page: rounds while the guest runs, each page an event, then the rest with the guest paused.

The hypervisor looks at its dirty bitmap once for a batch of pages; so does the model, and lets the guest run for the
time that the batch takes to send. A page that is written while it is sent stays dirty, so nothing depends on what
exactly the destination got of it.
"""

from collections.abc import Iterator
from dataclasses import replace

from vlearn.sim.migration.decisions import Decision, decide, final_rate, first_rate
from vlearn.sim.migration.order import visited
from vlearn.sim.migration.policy import Policy
from vlearn.sim.migration.report import Round, counted
from vlearn.sim.migration.stages import Moving, pause
from vlearn.sim.migration.state import Migration, Stage
from vlearn.trace import Step


def live_rounds(state: Migration, policy: Policy) -> Iterator[Step[Migration]]:
    """Rounds until the policy says otherwise. The last step's state says why, in `why`."""
    everything = frozenset(range(state.machine.pages))
    state = replace(state, stage="pre-copy", to_send=everything, dirty=frozenset())
    decision = Decision("go on", "", first_rate(policy, state.link), 0.0)
    while decision.verdict == "go on":
        for step in live_round(state, policy, decision.rate, decision.throttle):
            yield step
            state = step.state
        decision = decide(policy, state.rounds, state.machine.memory, state.link)
    if decision.verdict == "cancel":
        yield state.step("give-up", decision.why, "source", why=decision.why, ending="at the source", stage="failed")
    else:
        yield from pause(state, decision.why)


def live_round(state: Migration, policy: Policy, rate: float, throttle: float) -> Iterator[Step[Migration]]:
    """One round; after it the pages to send are those that were written meanwhile."""
    number, begin, sent, skipped = len(state.rounds) + 1, state.time, 0, 0
    slowed = f", the guest slowed by {throttle:.0%}" if throttle else ""
    text = f"round {number} begins: {counted(len(state.to_send))} to send{slowed}"
    step = state.step("round", text, "source")
    yield step
    state = step.state
    order = [page for page in visited(state.machine.pages, policy.scattered) if page in state.to_send]
    for first in range(0, len(order), policy.batch):
        batch = order[first : first + policy.batch]
        if policy.skips:
            again = [page for page in batch if page in state.dirty]
            batch = [page for page in batch if page not in state.dirty]
            for page in again:
                skipped += 1
                text = f"page {page} is skipped: the guest has written to it again"
                step = state.step("skip", text, f"page[{page}]", to_send=state.to_send - {page})
                yield step
                state = step.state
        for page in batch:
            sent += 1
            step = send(state, page, "pre-copy")
            yield step
            state = step.state
        if batch:
            yield from (steps := list(guest_runs(state, len(batch) * state.link.page_bytes / rate, throttle)))
            state = steps[-1].state
    dirty = state.dirty
    done = Round(number, sent, skipped, len(dirty), state.time - begin, rate, throttle)
    text = f"round {number} ends: {counted(sent)} sent, {skipped} skipped, {len(dirty)} dirty"
    yield state.step("round-end", text, "source", rounds=(*state.rounds, done), to_send=dirty, dirty=frozenset())


def send(state: Migration, page: int, stage: Stage, seconds: float = 0.0) -> Step[Migration]:
    """The page arrives as the source holds it; its time is that of its batch."""
    memory = list(state.destination.memory)
    memory[page] = state.source.memory[page]
    return state.step(
        "send",
        f"page {page} is sent",
        f"page[{page}]",
        stage=stage,
        destination=replace(state.destination, memory=tuple(memory)),
        to_send=state.to_send - {page},
        pages=state.pages + 1,
        bytes=state.bytes + state.link.page_bytes,
        time=state.time + seconds,
    )


def guest_runs(state: Migration, seconds: float, throttle: float) -> Iterator[Step[Migration]]:
    """The guest runs at the source while a batch is on its way; time goes on for both."""
    after = state.guest_time + seconds * (1 - throttle)
    written = [
        int(page) for processor in state.machine.processors for page in processor.written(state.guest_time, after)
    ]
    newest = list(state.newest)
    for page in written:
        newest[page] += 1
    pages = sorted(set(written))
    named = ", ".join(map(str, pages)) or "no page"
    yield state.step(
        "write" if pages else "quiet",
        f"meanwhile the guest writes to {named}",
        *(f"page[{page}]" for page in pages),
        newest=tuple(newest),
        source=replace(state.source, memory=tuple(newest)),
        dirty=state.dirty | set(pages),
        time=state.time + seconds,
        guest_time=after,
    )


def last_round(state: Migration, policy: Policy | None) -> Moving:
    """Everything that is left, with the guest paused; the seconds are counted once for all of it."""
    rate = final_rate(policy, state.link)
    left = sorted(state.to_send)
    for page in left:
        step = send(state, page, "stop-and-copy")
        yield step
        state = step.state
    seconds = len(left) * state.link.page_bytes / rate
    done = Round(len(state.rounds) + 1, len(left), 0, 0, seconds, rate, paused=True)
    come = f"the last {counted(len(left))} {'has' if len(left) == 1 else 'have'} come" if left else "nothing was left"
    text = f"{come}, with the machine paused for {seconds:.6g} s"
    last = state.step("round-end", text, "source", rounds=(*state.rounds, done), time=state.time + seconds)
    yield last
    return last.state

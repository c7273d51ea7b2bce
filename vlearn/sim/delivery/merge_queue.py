"""A merge queue: changes are tested upon the mainline as it will be, several at once, and a red batch is halved.

So the mainline is always green, even if two changes that are each right clash. Without a queue, each would be tested
upon the mainline as it was. Left out: testing several batches at once upon each other's hoped-for success, and flaky
tests, which `year` has. Source: Bors-ng and GitHub's documentation of merge queues; halving as bors-ng does it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.delivery.changes import Change, green
from vlearn.trace import Event, Step


@dataclass(frozen=True, slots=True)
class MergeQueue:
    """The mainline, the changes that wait, those that were sent back, and how often tests ran."""

    mainline: tuple[Change, ...] = ()
    waiting: tuple[Change, ...] = ()
    sent_back: tuple[Change, ...] = ()
    runs: int = 0


@dataclass(frozen=True, slots=True)
class Enqueue:
    """A reviewed change joins the queue."""

    change: Change


@dataclass(frozen=True, slots=True)
class Merge:
    """Take up to so many changes from the front and test them as one."""

    most: int = 1

    def __post_init__(self) -> None:
        if self.most < 1:
            raise ModelError(f"a batch has 1 change or more, not {self.most}")


def work(state: MergeQueue, action: Enqueue | Merge) -> Iterator[Step[MergeQueue]]:
    """Let a change join, or work on a batch until each of its changes is merged or sent back."""
    match action:
        case Enqueue(change):
            if any(one.name == change.name for one in (*state.mainline, *state.waiting)):
                raise ModelError(f"{change.name!r} is in the mainline or in the queue already")
            joined = replace(state, waiting=(*state.waiting, change))
            yield Step(Event("enqueue", f"{change.name} joins the queue", (change.name,)), joined)
        case Merge(most):
            batch = state.waiting[:most]
            if batch:
                yield from _tested(replace(state, waiting=state.waiting[most:]), batch)


def _tested(state: MergeQueue, batch: tuple[Change, ...]) -> Iterator[Step[MergeQueue]]:
    names = tuple(change.name for change in batch)
    listed = ", ".join(names)
    state = replace(state, runs=state.runs + 1)
    if green((*state.mainline, *batch)):
        merged = replace(state, mainline=(*state.mainline, *batch))
        yield Step(Event("merge", f"run {state.runs}: {listed} green: merged", names), merged)
        return
    if len(batch) == 1:
        back = replace(state, sent_back=(*state.sent_back, *batch))
        yield Step(Event("send-back", f"run {state.runs}: {listed} red: sent back to its author", names), back)
        return
    yield Step(Event("halve", f"run {state.runs}: {listed} red: halved", names), state)
    half = len(batch) // 2
    for part in (batch[:half], batch[half:]):
        for step in _tested(state, part):
            yield step
            state = step.state


def unqueued(changes: Sequence[Change]) -> tuple[tuple[Change, ...], bool]:
    """What happens without a queue: each is tested alone and merged if green; and whether the sum is green."""
    merged = tuple(change for change in changes if green((change,)))
    return merged, green(merged)


def tried(changes: Sequence[Change]) -> tuple[int, ...]:
    """The search for what made a red mainline red: how many of the changes each run tests, as `git bisect` does it.

    So it is on one line of up to 1024 commits; of more, Git contents itself with what is nearly the middle. Raises
    ModelError for a mainline that is green.
    """
    if green(changes):
        raise ModelError("this mainline is green; there is no bad change to look for")
    good, bad, looked = 0, len(changes), []
    while (left := bad - good) > 1:
        # Of three, git takes the second: its walk from the oldest commit looks for the middle from the second on.
        looked.append(good + (2 if left == 3 else left // 2))
        if green(changes[: looked[-1]]):
            good = looked[-1]
        else:
            bad = looked[-1]
    return tuple(looked)


def first_bad(changes: Sequence[Change]) -> tuple[Change, int]:
    """The change that made a red mainline red, and how many runs finding it took. Raises as `tried` does."""
    looked = tried(changes)
    bad = min((count for count in looked if not green(changes[:count])), default=len(changes))
    return changes[bad - 1], len(looked)

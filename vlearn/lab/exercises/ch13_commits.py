"""Chapter 13's commits: the run that its notebook plays, stops to be diagnosed, and the wrong queue of its bug hunt."""

from collections.abc import Sequence
from functools import cache

from vlearn.blocks import Table
from vlearn.sim.delivery.changes import Change, Finder, green
from vlearn.sim.delivery.commit import Action, Delivery, Push, Release, deliver
from vlearn.sim.delivery.diagnosis import Cause, diagnose
from vlearn.sim.delivery.merge_queue import Merge, MergeQueue, work
from vlearn.sim.delivery.stages import DELIVERY, DEPLOYMENT
from vlearn.trace import Trace, run
from vlearn.views.delivery_tables import diagnoses

CAUSES: dict[str, Cause] = {
    "flaky": "a flaky test",
    "own fault": "its own fault",
    "clash": "a clash with another change",
    "earlier": "an earlier change",
}
"""What the exercise calls the causes."""
PUSHED = (
    ("a", "is right"),
    ("b", "does not compile"),
    ("c", "is right"),
    ("ana releases", "–"),
    ("d", "fails an acceptance test"),
    ("e", "is right"),
)
EIGHT = tuple(
    Change(f"c{n}", "test" if n == 4 else None, frozenset({"c2"}) if n == 7 else frozenset()) for n in range(1, 9)
)
"""A batch for the merge queue: one change with a fault, and two that clash."""


@cache
def first_way() -> Trace[Delivery]:
    """Three commits by continuous deployment: one arrives, one is stopped by a test, one upon the first."""
    acts: list[Action] = [Push(Change("c1")), Push(Change("c2", "test")), Push(Change("c3"))]
    return run(deliver, Delivery(DEPLOYMENT), acts)


@cache
def after_a_stop() -> Trace[Delivery]:
    """By continuous deployment, a commit that acceptance tests stop, and another after it."""
    acts: list[Action] = [Push(Change("c1")), Push(Change("c2", "acceptance")), Push(Change("c3"))]
    return run(deliver, Delivery(DEPLOYMENT), acts)


@cache
def held_way() -> Trace[Delivery]:
    """One commit by continuous delivery."""
    acts: list[Action] = [Push(Change("c1")), Release("ana", 45)]
    return run(deliver, Delivery(DELIVERY), acts)


def pushes() -> Table:
    """What happens in the exercise about artifacts."""
    rows = tuple((name if " " in name else f"{name} is pushed", words) for name, words in PUSHED)
    return Table(("What happens", "The change"), rows, "In this order, by continuous delivery.")


@cache
def delivered() -> Delivery:
    """What that comes to."""
    faults: dict[str, Finder] = {"b": "build", "d": "acceptance"}
    acts: list[Action] = [Release("ana") if " " in name else Push(Change(name, faults.get(name))) for name, _ in PUSHED]
    return run(deliver, Delivery(DELIVERY), acts).final


def contents(state: Delivery, tag: str) -> list[str]:
    """The changes of which a tag's image was built."""
    return state.registry.content(tag).decode().split(": ")[1].split(";")


@cache
def stopped() -> Delivery:
    """A day on which five commits of seven were stopped."""
    acts: list[Action] = [
        Push(Change("c1")),
        Push(Change("c2"), frozenset({"test"})),
        Push(Change("c3", clashes=frozenset({"c1"}))),
        Push(Change("c4")),
        Push(Change("c5", "test")),
        Push(Change("c6", "acceptance")),
        Push(Change("c7")),
    ]
    return run(deliver, Delivery(DELIVERY), acts).final


def stops_table() -> Table:
    """The stops with the experiments that were made, and without what they mean."""
    return diagnoses(stopped().stops, causes=False)


def right_causes() -> dict[str, str]:
    """By commit: the exercise's word for why it was stopped."""
    words = {cause: word for word, cause in CAUSES.items()}
    return {stop.change.name: words[diagnose(stop).cause] for stop in stopped().stops}


def queued(changes: Sequence[Change], most: int = 8) -> Trace[MergeQueue]:
    """The merge queue's work on changes that wait."""
    return run(work, MergeQueue(waiting=tuple(changes)), [Merge(most)] * (-(-len(changes) // most)))


def hopeful(changes: Sequence[Change]) -> tuple[Change, ...]:
    """A wrong merge queue, to be found out: it tests each half upon the old mainline. What it merges."""
    batch = tuple(changes)
    if not batch or green(batch):
        return batch
    if len(batch) == 1:
        return ()
    half = len(batch) // 2
    return hopeful(batch[:half]) + hopeful(batch[half:])

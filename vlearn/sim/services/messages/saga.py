"""A saga: local transactions of several services, one after another, and their compensations if one of them fails.

There is no isolation: between a step and its compensation everybody sees what the step did. Compensations run in the
reverse order and are tried until they succeed. Source: Garcia-Molina and Salem, Sagas, 1987.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from vlearn.errors import ModelError
from vlearn.trace import Event, Step


@dataclass(frozen=True, slots=True)
class Local:
    """One service's transaction, and what undoes it; None: it cannot be undone, and no step after it may fail."""

    service: str
    action: str
    compensation: str | None = None


@dataclass(frozen=True, slots=True)
class Saga:
    """How far it has come. `done` and `undone` count steps; undone ones are the last of those done."""

    steps: tuple[Local, ...]
    done: int = 0
    undone: int = 0
    status: Literal["running", "compensating", "completed", "compensated"] = "running"

    def __post_init__(self) -> None:
        if not self.steps:
            raise ModelError("a saga has at least one step")

    @property
    def standing(self) -> tuple[Local, ...]:
        """The steps whose effects are there."""
        return self.steps[: self.done - self.undone]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the service answers to what it is asked next: a step, or a compensation."""

    good: bool = True


def proceed(saga: Saga, outcome: Outcome) -> Iterator[Step[Saga]]:
    """One answer. Raises ModelError if the saga has ended, or if a step fails after one that cannot be undone."""
    if saga.status in ("completed", "compensated"):
        raise ModelError(f"the saga is {saga.status}: nothing is asked any more")
    if saga.status == "running":
        yield from _forward(saga, saga.steps[saga.done], outcome.good)
    else:
        yield from _backward(saga, saga.steps[saga.done - saga.undone - 1], outcome.good)


def _forward(saga: Saga, local: Local, good: bool) -> Iterator[Step[Saga]]:
    if good:
        saga = replace(saga, done=saga.done + 1)
        yield Step(Event("done", f"{local.service}: {local.action}", (local.service,)), saga)
        if saga.done == len(saga.steps):
            saga = replace(saga, status="completed")
            yield Step(Event("completed", "every step is done"), saga)
        return
    final = next((one for one in saga.standing if one.compensation is None), None)
    if final is not None:
        raise ModelError(
            f"{local.action} fails after {final.action}, which cannot be undone: put what may fail before it, or "
            "try it until it succeeds"
        )
    saga = replace(saga, status="compensating" if saga.done else "compensated")
    yield Step(Event("failed", f"{local.service} cannot: {local.action}", (local.service,)), saga)


def _backward(saga: Saga, local: Local, good: bool) -> Iterator[Step[Saga]]:
    if not good:
        yield Step(Event("try-again", f"{local.service} has not yet: {local.compensation}", (local.service,)), saga)
        return
    saga = replace(saga, undone=saga.undone + 1)
    yield Step(Event("undone", f"{local.service}: {local.compensation}", (local.service,)), saga)
    if saga.undone == saga.done:
        saga = replace(saga, status="compensated")
        yield Step(Event("compensated", "every step that was done is undone"), saga)


PIZZA = (
    Local("orders", "accept the order", "cancel the order"),
    Local("payment", "take the money", "pay it back"),
    Local("kitchen", "bake the pizza", "give the pizza away"),
    Local("delivery", "hand the pizza over"),
)

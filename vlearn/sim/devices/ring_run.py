"""A ring in use, one whole move of an end at a time: what the indices are after each, and who is notified when.

Every move is finished before the next begins, so nothing can go wrong between two of its stores; `exchange` takes the
moves apart. Requests are numbered from 1 in the order in which they are placed; a backend answers in that order here,
although a real one may answer in another. Source: Xen's public header io/ring.h.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.devices.ring import Ring
from vlearn.trace import Event, Step


@dataclass(frozen=True, slots=True)
class RingState:
    """A ring, how many requests were ever placed, and the numbers of those that were taken and not yet answered."""

    ring: Ring
    placed: int = 0
    held: tuple[int, ...] = ()

    @classmethod
    def empty(cls, size: int, index: int = 0) -> "RingState":
        """A ring that is set up: nothing in it, its indices at `index`."""
        return cls(Ring.empty(size, index))


@dataclass(frozen=True, slots=True)
class _Move:
    count: int | None = None

    def __post_init__(self) -> None:
        if self.count is not None and self.count < 1:
            raise ModelError(f"an end moves 1 message or more at once, not {self.count}; None moves all that it can")


class Publish(_Move):
    """The frontend places requests and publishes them together; None fills the ring."""


class Take(_Move):
    """The backend takes requests; None takes all that are published."""


class Answer(_Move):
    """The backend places responses to what it has taken, and publishes them together; None answers all."""


class Collect(_Move):
    """The frontend takes responses; None takes all that are published."""


@dataclass(frozen=True, slots=True)
class FinalCheck:
    """An end that finds nothing asks to be notified of the next message, looks once more, and sleeps if it may."""

    end: Literal["frontend", "backend"]

    def __post_init__(self) -> None:
        if self.end not in ("frontend", "backend"):
            raise ModelError(f"a ring has a frontend and a backend, and no end called {self.end!r}")


RingMove: TypeAlias = Publish | Take | Answer | Collect | FinalCheck


def use_ring(state: RingState, move: RingMove) -> Iterator[Step[RingState]]:
    """One move. Messages that do not fit or are not there are an event (`ring-full`, `ring-empty`), and not moved."""
    ring = state.ring
    match move:
        case Publish():
            yield from _publish(state, ring.free if move.count is None else move.count)
        case Take():
            yield from _take(state, ring.waiting_requests if move.count is None else move.count)
        case Answer():
            yield from _answer(state, len(state.held) if move.count is None else move.count)
        case Collect():
            yield from _collect(state, ring.waiting_responses if move.count is None else move.count)
        case FinalCheck():
            yield from _final_check(state, move.end)


def _publish(state: RingState, count: int) -> Iterator[Step[RingState]]:
    ring, wanted = state.ring, count
    count = min(wanted, ring.free)
    if count:
        ring, notify = ring.put_requests(*range(state.placed + 1, state.placed + count + 1)).push_requests()
        state = replace(state, ring=ring, placed=state.placed + count)
        yield Step(Event("publish", f"the frontend publishes {_some(count, 'request')}", ("req_prod",)), state)
        yield _told(state, "frontend", "backend", "req_event", notify)
    if count < wanted or not wanted:
        yield Step(Event("ring-full", "the ring has no free slot: the frontend has to wait for responses"), state)


def _take(state: RingState, count: int) -> Iterator[Step[RingState]]:
    ring, wanted = state.ring, count
    count = min(wanted, ring.waiting_requests)
    if count:
        ring, messages = ring.take_requests(count)
        numbers = tuple(message.number for message in messages if message)
        state = replace(state, ring=ring, held=state.held + numbers)
        yield Step(Event("take", f"the backend takes {_some(count, 'request')}", ("req_cons",)), state)
    if count < wanted or not wanted:
        yield Step(Event("ring-empty", "the backend finds no further request"), state)


def _answer(state: RingState, count: int) -> Iterator[Step[RingState]]:
    ring, wanted = state.ring, count
    count = min(wanted, len(state.held))
    if count:
        ring, notify = ring.put_responses(*state.held[:count]).push_responses()
        state = replace(state, ring=ring, held=state.held[count:])
        yield Step(Event("answer", f"the backend publishes {_some(count, 'response')}", ("rsp_prod",)), state)
        yield _told(state, "backend", "frontend", "rsp_event", notify)
    if count < wanted or not wanted:
        yield Step(Event("nothing-held", "the backend has taken no further request that it could answer"), state)


def _collect(state: RingState, count: int) -> Iterator[Step[RingState]]:
    ring, wanted = state.ring, count
    count = min(wanted, ring.waiting_responses)
    if count:
        ring, _messages = ring.take_responses(count)
        state = replace(state, ring=ring)
        yield Step(Event("collect", f"the frontend takes {_some(count, 'response')}", ("rsp_cons",)), state)
    if count < wanted or not wanted:
        yield Step(Event("ring-empty", "the frontend finds no further response"), state)


def _final_check(state: RingState, end: str) -> Iterator[Step[RingState]]:
    ring, back = state.ring, end == "backend"
    waiting = ring.waiting_requests if back else ring.waiting_responses
    if not waiting:
        asked = ring.ask_for_requests() if back else ring.ask_for_responses()
        state = replace(state, ring=asked)
        name = "req_event" if back else "rsp_event"
        yield Step(Event("ask", f"the {end} sets {name}, to be notified of the next message", (name,)), state)
    kind, found = ("stay", "finds work, and goes on") if waiting else ("sleep", "finds nothing, and sleeps")
    yield Step(Event(kind, f"the {end} looks at the ring, {found}"), state)


def _told(state: RingState, end: str, other: str, name: str, notify: bool) -> Step[RingState]:
    if notify:
        return Step(Event("notify", f"{name} is reached: the {end} notifies the {other}", (name,)), state)
    return Step(Event("no-notify", f"{name} is not reached: the {end} notifies nobody", (name,)), state)


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"

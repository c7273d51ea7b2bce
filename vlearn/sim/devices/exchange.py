"""A frontend and a backend that share a ring, store by store, in whatever order the processors run them.

Three actors take steps: the frontend's sender, the backend, and the receiver, which is the frontend's interrupt
handler. A step is one access to the shared page, so every order of steps is an order in which real processors may
meet there; only a look and the read of the slot it finds are one step, for nobody may change that slot in between.
Explore all orders with `reachable(exchange, start, ACTORS)`; `exchange_faults` says what must hold. Left out: memory
that is not sequentially consistent (PUBLISHES_FIRST is what a forgotten write barrier does), and answers out of
order. Sources: Xen's public header io/ring.h; Linux's xen-netfront and xen-blkback drivers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from vlearn.errors import ModelError
from vlearn.sim.devices.disciplines import RIGHT, Discipline
from vlearn.sim.devices.ring import WORD, Message, Ring, distance
from vlearn.trace import Event, Step

T = TypeVar("T")
Actor = Literal["sender", "backend", "receiver"]
ACTORS: tuple[Actor, ...] = ("sender", "backend", "receiver")


@dataclass(frozen=True, slots=True)
class Exchange:
    """The ring, where each actor is in its program, both event channels' pending bits, and what has gone through.

    `idle` counts how far the backend and the receiver are in what they do before they sleep. `received` are the
    messages that the backend found in the slots, `answered` those that the receiver found.
    """

    ring: Ring
    total: int
    batch: int = 1
    discipline: Discipline = RIGHT
    origin: int = 0
    sender: Literal["ready", "fill", "check"] = "ready"
    backend: Literal["asleep", "awake", "check"] = "asleep"
    receiver: Literal["asleep", "awake"] = "asleep"
    idle: tuple[int, int] = (0, 0)
    old: tuple[int, int] = (0, 0)
    pending: tuple[bool, bool] = (False, False)
    sent: int = 0
    held: tuple[int, ...] = ()
    received: tuple[Message | None, ...] = ()
    answered: tuple[Message | None, ...] = ()

    @classmethod
    def begin(cls, size: int, total: int, discipline: Discipline = RIGHT, batch: int = 1, index: int = 0) -> "Exchange":
        """Before `total` requests through an empty ring; each end moves up to `batch` messages before it publishes."""
        for name, value in (("requests", total), ("messages in a batch", batch)):
            if value < 1:
                raise ModelError(f"{value} {name} make no exchange: there must be 1 or more")
        return cls(Ring.empty(size, index), total, batch, discipline, index, old=(index, index))


def exchange(state: Exchange, actor: Actor) -> Iterator[Step[Exchange]]:
    """The actor's next access, if it has one to make: nothing is yielded while it waits or sleeps."""
    step = {"sender": _send, "backend": _back, "receiver": _receive}[actor](state)
    if step:
        yield step


def _step(kind: str, text: str, touches: str, state: Exchange) -> Step[Exchange]:
    return Step(Event(kind, text, (touches,)), state)


def _send(state: Exchange) -> Step[Exchange] | None:
    ring, discipline = state.ring, state.discipline
    unpublished = distance(ring.req_prod, ring.req_prod_pvt)
    may_write = state.sent < state.total and discipline.room(ring) > 0
    if state.sender == "check":
        return _notify(state, 0, discipline.reached(state.old[0], ring.req_prod, ring.req_event))
    if state.sender == "fill":
        filled = ring.put(ring.req_prod - 1, Message("request", state.sent))
        return _step(
            "write", f"the sender writes request {state.sent}", "slot", replace(state, ring=filled, sender="check")
        )
    number = state.sent + 1
    if discipline.publishes_first and may_write:
        index = (ring.req_prod + 1) % WORD
        ahead = replace(ring, req_prod=index, req_prod_pvt=index)
        after = replace(state, ring=ahead, sent=number, sender="fill", old=(ring.req_prod, state.old[1]))
        return _step("publish", f"the sender sets req_prod to {index}", "req_prod", after)
    if may_write and unpublished < state.batch:
        after = replace(state, ring=ring.put_requests(number), sent=number)
        return _step("write", f"the sender writes request {number}", "slot", after)
    if unpublished:
        published = replace(ring, req_prod=ring.req_prod_pvt)
        after = replace(state, ring=published, sender="check", old=(ring.req_prod, state.old[1]))
        return _step("publish", f"the sender sets req_prod to {published.req_prod}", "req_prod", after)
    return None


def _back(state: Exchange) -> Step[Exchange] | None:
    ring = state.ring
    if state.backend == "check":
        return _notify(state, 1, RIGHT.reached(state.old[1], ring.rsp_prod, ring.rsp_event))
    if state.backend == "asleep":
        return _wake(state, 0)
    if ring.waiting_requests and len(state.held) < state.batch and _looks(state, 0):
        ring, (message,) = ring.take_requests()
        number = len(state.received) + 1
        after = replace(
            state, ring=ring, received=(*state.received, message), held=(*state.held, number), idle=(0, state.idle[1])
        )
        return _step("take", f"the backend takes {message or 'what an empty slot holds'}", "req_cons", after)
    if state.held:
        after = replace(state, ring=ring.put_responses(state.held[0]), held=state.held[1:])
        return _step("answer", f"the backend writes response {state.held[0]}", "slot", after)
    if ring.rsp_prod != ring.rsp_prod_pvt:
        published = replace(ring, rsp_prod=ring.rsp_prod_pvt)
        after = replace(state, ring=published, backend="check", old=(state.old[0], ring.rsp_prod))
        return _step("publish", f"the backend sets rsp_prod to {published.rsp_prod}", "rsp_prod", after)
    return _fall_asleep(state, 0, state.discipline)


def _receive(state: Exchange) -> Step[Exchange] | None:
    if state.receiver == "asleep":
        return _wake(state, 1)
    if state.ring.waiting_responses and _looks(state, 1):
        ring, (message,) = state.ring.take_responses()
        after = replace(state, ring=ring, answered=(*state.answered, message), idle=(state.idle[0], 0))
        return _step("collect", f"the receiver takes {message}", "rsp_cons", after)
    return _fall_asleep(state, 1, RIGHT)


def _looks(state: Exchange, which: int) -> bool:
    plan = (state.discipline if which == 0 else RIGHT).before_sleep
    return plan[state.idle[which]] == "look"


def _fall_asleep(state: Exchange, which: int, discipline: Discipline) -> Step[Exchange]:
    """One step towards sleep; whatever there was to take would have been taken by a look instead."""
    name, event = (("backend", "req_event"), ("receiver", "rsp_event"))[which]
    done = state.idle[which] + 1
    asks = discipline.before_sleep[done - 1] == "ask"
    if asks:
        ask = state.ring.ask_for_responses if which else state.ring.ask_for_requests
        state = replace(state, ring=ask(discipline.ahead))
    asleep = done == len(discipline.before_sleep)
    state = replace(state, idle=_set(state.idle, which, 0 if asleep else done))
    if asleep:
        state = replace(state, receiver="asleep") if which else replace(state, backend="asleep")
    value = state.ring.rsp_event if which else state.ring.req_event
    what = f"sets {event} to {value}" if asks else "looks, and finds nothing"
    return _step("ask" if asks else "look", f"the {name} {what}{', and sleeps' * asleep}", event, state)


def _wake(state: Exchange, which: int) -> Step[Exchange] | None:
    if not state.pending[which]:
        return None
    after = replace(state, pending=_set(state.pending, which, False))
    after = replace(after, receiver="awake") if which else replace(after, backend="awake")
    return _step("wake", f"the event wakes the {('backend', 'receiver')[which]}", "pending", after)


def _notify(state: Exchange, which: int, notify: bool) -> Step[Exchange]:
    after = replace(state, backend="awake") if which else replace(state, sender="ready")
    name, other, event = (("sender", "backend", "req_event"), ("backend", "frontend", "rsp_event"))[which]
    if not notify:
        return _step("no-notify", f"the {name} finds {event} not reached, and notifies nobody", event, after)
    after = replace(after, pending=_set(after.pending, which, True))
    return _step("notify", f"the {name} finds {event} reached, and notifies the {other}", event, after)


def _set(pair: tuple[T, T], which: int, value: T) -> tuple[T, T]:
    return (pair[0], value) if which else (value, pair[1])

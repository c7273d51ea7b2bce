"""Xen's shared ring as a value: slots that requests and responses share, and the indices that say what is in them.

All indices are unsigned 32-bit counters that run freely and are reduced to the size of the ring only to find a slot.
Each end fills slots under a private index and publishes it in one store, so the other never sees half a message. The
two event indices say from which message on an end wants to be notified. Left out: the layout in bytes. Memory is
sequentially consistent; what a forgotten barrier can do is in `exchange`. Source: Xen's public header io/ring.h.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from vlearn.errors import ModelError

WORD = 1 << 32
"""Indices count modulo this."""


@dataclass(frozen=True, slots=True)
class Message:
    """What lies in a slot: a request, or the response to it, told apart by the request's number."""

    kind: Literal["request", "response"]
    number: int

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


def distance(start: int, end: int) -> int:
    """How many steps an index takes from start to end, across the wrap too."""
    return (end - start) % WORD


def must_notify(old: int, new: int, event: int) -> bool:
    """Whether a producer index that moved from old to new has reached `event`: it lies after old and not after new."""
    return distance(event, new) < distance(old, new)


@dataclass(frozen=True, slots=True)
class Ring:
    """The shared page (slots, producer and event indices) and both ends' private indices.

    `req_prod_pvt` and `rsp_cons` are the frontend's own, `rsp_prod_pvt` and `req_cons` the backend's.
    """

    slots: tuple[Message | None, ...]
    req_prod: int = 0
    req_event: int = 1
    rsp_prod: int = 0
    rsp_event: int = 1
    req_prod_pvt: int = 0
    rsp_cons: int = 0
    rsp_prod_pvt: int = 0
    req_cons: int = 0

    def __post_init__(self) -> None:
        if not self.slots or len(self.slots) & (len(self.slots) - 1):
            raise ModelError(
                f"a ring of {len(self.slots)} slots cannot be: an index that wraps at 2**32 finds its slot only if "
                "the size is a power of two, such as 32"
            )

    @classmethod
    def empty(cls, size: int, index: int = 0) -> "Ring":
        """A new ring; `index` is where its counters stand, for a ring that has been in use for days."""
        if not 0 <= index < WORD:
            raise ModelError(f"a ring's index is an unsigned 32-bit counter, from 0 to {WORD - 1}; {index} is none")
        if size < 1:
            raise ModelError(f"a ring of {size} slots cannot be: the size is a power of two, such as 32")
        event = (index + 1) % WORD
        return cls((None,) * size, index, event, index, event, index, index, index, index)

    @property
    def size(self) -> int:
        """The number of slots."""
        return len(self.slots)

    @property
    def occupied(self) -> int:
        """Slots from the request placed in them until its response was taken."""
        return distance(self.rsp_cons, self.req_prod_pvt)

    @property
    def free(self) -> int:
        """Slots in which the frontend may still place a request (RING_FREE_REQUESTS)."""
        return self.size - self.occupied

    @property
    def waiting_requests(self) -> int:
        """Published and not yet taken; never more than the ring can hold unanswered, whatever a frontend claims."""
        room = self.size - distance(self.rsp_prod_pvt, self.req_cons)
        return min(distance(self.req_cons, self.req_prod), room)

    @property
    def waiting_responses(self) -> int:
        """Published and not yet taken."""
        return distance(self.rsp_cons, self.rsp_prod)

    def at(self, index: int) -> Message | None:
        """What lies in the slot of that index."""
        return self.slots[index % self.size]

    def put(self, index: int, message: Message) -> "Ring":
        """With the message in that index's slot, whatever was there."""
        return replace(self, slots=self._with(index, (message,)))

    def put_requests(self, *numbers: int) -> "Ring":
        """With requests in the next slots, not yet published; the caller has looked that so many are free."""
        slots = self._with(self.req_prod_pvt, (Message("request", number) for number in numbers))
        return replace(self, slots=slots, req_prod_pvt=(self.req_prod_pvt + len(numbers)) % WORD)

    def put_responses(self, *numbers: int) -> "Ring":
        """With responses in the slots of requests that were taken, not yet published."""
        slots = self._with(self.rsp_prod_pvt, (Message("response", number) for number in numbers))
        return replace(self, slots=slots, rsp_prod_pvt=(self.rsp_prod_pvt + len(numbers)) % WORD)

    def _with(self, index: int, messages: Iterable[Message]) -> tuple[Message | None, ...]:
        slots = list(self.slots)
        for n, message in enumerate(messages, index):
            slots[n % self.size] = message
        return tuple(slots)

    def push_requests(self) -> "tuple[Ring, bool]":
        """Publish, and whether to notify the backend (RING_PUSH_REQUESTS_AND_CHECK_NOTIFY)."""
        notify = must_notify(self.req_prod, self.req_prod_pvt, self.req_event)
        return replace(self, req_prod=self.req_prod_pvt), notify

    def push_responses(self) -> "tuple[Ring, bool]":
        """Publish, and whether to notify the frontend (RING_PUSH_RESPONSES_AND_CHECK_NOTIFY)."""
        notify = must_notify(self.rsp_prod, self.rsp_prod_pvt, self.rsp_event)
        return replace(self, rsp_prod=self.rsp_prod_pvt), notify

    def take_requests(self, count: int = 1) -> "tuple[Ring, tuple[Message | None, ...]]":
        """The next requests, copied out of their slots, which stay occupied."""
        messages = tuple(self.at(self.req_cons + n) for n in range(count))
        return replace(self, req_cons=(self.req_cons + count) % WORD), messages

    def take_responses(self, count: int = 1) -> "tuple[Ring, tuple[Message | None, ...]]":
        """The next responses; their slots are free now."""
        messages = tuple(self.at(self.rsp_cons + n) for n in range(count))
        return replace(self, rsp_cons=(self.rsp_cons + count) % WORD), messages

    def ask_for_requests(self, ahead: int = 1) -> "Ring":
        """Have the frontend notify of the next request from now, or of a later one."""
        return replace(self, req_event=(self.req_cons + ahead) % WORD)

    def ask_for_responses(self, ahead: int = 1) -> "Ring":
        """Have the backend notify of the next response from now, or of a later one."""
        return replace(self, rsp_event=(self.rsp_cons + ahead) % WORD)

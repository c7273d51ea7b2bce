"""How two ends use a ring: the way of Xen's header, and the same with one mistake each, for bug hunts.

A discipline says what the frontend takes for free slots, in which order it writes and publishes, how it compares
indices, and what the backend does before it sleeps. Nothing else differs, so what breaks is the mistake's doing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from vlearn.sim.devices.ring import Ring, distance, must_notify


def _free(ring: Ring) -> int:
    return ring.free


def _one_more(ring: Ring) -> int:
    return ring.free + 1


def _not_taken(ring: Ring) -> int:
    return ring.size - distance(ring.req_cons, ring.req_prod_pvt)


def _without_wrap(old: int, new: int, event: int) -> bool:
    return old < event <= new


@dataclass(frozen=True, slots=True)
class Discipline:
    """Rules of both ends. `before_sleep` is what an idle backend does in turn: look at the ring, ask to be notified.

    A look that finds a request ends the attempt to sleep. `ahead` is how far before `req_event` the backend stands.
    """

    name: str
    room: Callable[[Ring], int] = _free
    reached: Callable[[int, int, int], bool] = must_notify
    publishes_first: bool = False
    before_sleep: tuple[str, ...] = ("look", "ask", "look")
    ahead: int = 1


RIGHT = Discipline("as Xen's header says")
NO_FINAL_CHECK = Discipline("no final check", before_sleep=("look", "ask"))
LOOKS_TWICE = Discipline("looks twice, then asks", before_sleep=("look", "look", "ask"))
TWO_AHEAD = Discipline("asks two ahead", ahead=2)
FULL_OFF_BY_ONE = Discipline("ring-full test off by one", room=_one_more)
REUSES_TAKEN_SLOTS = Discipline("reuses taken slots", room=_not_taken)
PUBLISHES_FIRST = Discipline("publishes, then writes", publishes_first=True)
COMPARES_WITHOUT_WRAP = Discipline("compares without wrap", reached=_without_wrap)

MISTAKES = (
    NO_FINAL_CHECK,
    LOOKS_TWICE,
    TWO_AHEAD,
    FULL_OFF_BY_ONE,
    REUSES_TAKEN_SLOTS,
    PUBLISHES_FIRST,
    COMPARES_WITHOUT_WRAP,
)

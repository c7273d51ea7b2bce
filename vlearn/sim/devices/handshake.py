"""How a frontend and a backend find each other: states in XenStore, each end watching the other's.

The order is that of a virtual disk (Linux's xen-blkfront and xen-blkback). An end changes only its own state; what it
may do then is a row of RULES. A watch tells that a state has changed, not how often: a frontend may find a backend that
crashed and is back already. It then gives up the old ring and begins anew. Left out: multi-page rings, several queues,
reconfiguration (states 7 and 8), and the toolstack's way of taking a disk away. Source: Xen's public header io/xenbus.h
and io/blkif.h.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal

from vlearn.trace import Event, Step


class Xenbus(IntEnum):
    """The states of an end, with the numbers that XenStore holds."""

    UNKNOWN = 0
    INITIALISING = 1
    INIT_WAIT = 2
    INITIALISED = 3
    CONNECTED = 4
    CLOSING = 5
    CLOSED = 6

    @property
    def label(self) -> str:
        """The name in Xen's header, without its prefix."""
        return self.name.title().replace("_", "")


Actor = Literal["frontend", "backend", "guest", "crash", "toolstack"]
ACTORS: tuple[Actor, ...] = ("frontend", "backend", "guest", "crash", "toolstack")


@dataclass(frozen=True, slots=True)
class Handshake:
    """Both ends' states, and what hangs on them: the frontend's grant of the ring, and the backend's mapping of it.

    `crashes` is how many more crashes this run may have, which keeps the number of states small.
    """

    frontend: Xenbus = Xenbus.INITIALISING
    backend: Xenbus = Xenbus.INITIALISING
    granted: bool = False
    mapped: bool = False
    crashes: int = 1

    @property
    def connected(self) -> bool:
        """Whether requests can flow."""
        return self.frontend is self.backend is Xenbus.CONNECTED

    @property
    def store(self) -> tuple[tuple[str, str], ...]:
        """What XenStore says, as paths and values; the reference and the port are those of this example."""
        front, back = "/local/domain/3/device/vbd/51712", "/local/domain/2/backend/vbd/3/51712"
        entries = [(f"{front}/state", str(int(self.frontend)))]
        if self.granted:
            entries += [(f"{front}/ring-ref", "8"), (f"{front}/event-channel", "5")]
        if self.backend:
            entries += [(f"{back}/state", str(int(self.backend)))]
        if self.backend is Xenbus.CONNECTED:
            entries += [(f"{back}/sectors", "41943040")]
        return tuple(entries)


@dataclass(frozen=True, slots=True)
class Rule:
    """In state `own`, while the other end is in one of `other`, an end does something and becomes `becomes`."""

    actor: Actor
    own: tuple[Xenbus, ...]
    other: tuple[Xenbus, ...]
    becomes: Xenbus
    does: str
    granted: bool | None = None
    mapped: bool | None = None


UNKNOWN, INITIALISING, INIT_WAIT, INITIALISED, CONNECTED, CLOSING, CLOSED = ANY = tuple(Xenbus)
RULES = (
    Rule("backend", (INITIALISING,), ANY, INIT_WAIT, "writes what it can do, and waits"),
    Rule(
        "frontend", (INITIALISING,), (INIT_WAIT,), INITIALISED,
        "grants the page of the ring, opens an event channel, and writes both numbers", granted=True,
    ),
    Rule(
        "backend", (INIT_WAIT,), (INITIALISED,), CONNECTED,
        "maps the ring, binds the event channel, and writes the size of the disk", mapped=True,
    ),
    Rule("frontend", (INITIALISED,), (CONNECTED,), CONNECTED, "reads the size: the guest has its disk"),
    Rule("guest", (CONNECTED,), (CONNECTED,), CLOSING, "gives the disk up"),
    Rule("backend", (CONNECTED,), (CLOSING,), CLOSING, "unmaps the ring, closes the channel", mapped=False),
    Rule("frontend", (CLOSING,), (CLOSING,), CLOSED, "ends the grant of the ring", granted=False),
    Rule("backend", (CLOSING,), (CLOSED,), CLOSED, "is done"),
    Rule(
        "frontend", (CONNECTED,), (UNKNOWN, INITIALISING, INIT_WAIT), INITIALISING,
        "finds that its backend is a new one or gone: it ends the old grants, and keeps the unanswered requests",
        granted=False,
    ),
    Rule(
        "frontend", (INITIALISED,), (UNKNOWN, INITIALISING), INITIALISING,
        "finds that its backend is a new one or gone, and takes its offer back", granted=False,
    ),
    Rule(
        "frontend", (CLOSING,), (UNKNOWN, INITIALISING, INIT_WAIT), CLOSED,
        "finds that its backend is a new one or gone, and ends the grant of the ring", granted=False,
    ),
    Rule("backend", (INIT_WAIT,), (CLOSED,), CLOSED, "finds that nobody wants it any more"),
    Rule("crash", (INITIALISING, INIT_WAIT, CONNECTED, CLOSING), ANY, UNKNOWN,
         "crashes; the hypervisor removes its mappings", mapped=False),
    Rule("toolstack", (UNKNOWN,), ANY, INITIALISING, "is started again"),
)  # fmt: skip
"""`guest` acts on the frontend's state, `crash` and `toolstack` on the backend's."""


def shake(state: Handshake, actor: Actor) -> Iterator[Step[Handshake]]:
    """What that actor does next, if a rule applies; its watch has nothing to react to otherwise."""
    front = actor in ("frontend", "guest")
    own, other = (state.frontend, state.backend) if front else (state.backend, state.frontend)
    rule = next((r for r in RULES if r.actor == actor and own in r.own and other in r.other), None)
    if rule is None or (actor == "crash" and not state.crashes):
        return
    after = replace(
        state,
        granted=state.granted if rule.granted is None else rule.granted,
        mapped=state.mapped if rule.mapped is None else rule.mapped,
        crashes=state.crashes - (actor == "crash"),
    )
    end = "frontend" if front else "backend"
    after = replace(after, frontend=rule.becomes) if front else replace(after, backend=rule.becomes)
    becomes = "its state vanishes" if not rule.becomes else f"{rule.becomes.label} ({int(rule.becomes)})"
    who = "guest" if actor == "guest" else end
    yield Step(Event(actor, f"the {who} {rule.does}: {becomes}", (end,)), after)

"""A driver domain that serves the disks of several guests through split drivers, may crash, and is started again.

It joins the parts: XenStore's handshake, grants of the ring and of each request's page, rings, event channels. The
backend takes the requests of all guests in turns, maps each granted page, has the disk do the work, unmaps and answers.
After a crash the frontends connect anew and place again what was not answered: a request may be done twice, never not
at all. A guest that names a page it did not grant gets an error and harms nobody. Left out: what is on the disk.
Sources: Xen's public headers ring.h, blkif.h, xenbus.h, grant_table.h; Linux's xen-blkfront (recovery) and xen-blkback.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TypeAlias, TypeVar

from vlearn.errors import ModelError
from vlearn.sim.devices.event_channels import EventChannels
from vlearn.sim.devices.grants import RESERVED, GrantTable
from vlearn.sim.devices.handshake import Handshake
from vlearn.sim.devices.ring_run import RingState
from vlearn.trace import Event, Step

BACKEND = 2
"""The driver domain's number; guests are numbered from 3."""
FORGED = 0xDEAD
"""A reference beyond every grant table here."""
P = TypeVar("P")
UNCONNECTED, SILENT = Handshake(crashes=1 << 30), EventChannels()


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a guest's kernel: its number for good, and the grant reference that it names."""

    number: int
    reference: int


@dataclass(frozen=True, slots=True)
class Disk:
    """A guest's virtual disk, both halves: what is shared, and the frontend's list of requests without an answer.

    `unanswered` is in the order of the ring; `ring_grant` is the ring's own reference once it is granted.
    """

    guest: int
    ring: RingState
    grants: GrantTable
    handshake: Handshake = UNCONNECTED
    channels: EventChannels = SILENT
    unanswered: tuple[Request, ...] = ()
    ring_grant: int | None = None
    asked: int = 0
    answered: int = 0

    def request(self, place: int) -> Request:
        """The request that was placed as the `place`-th, from 1, on the present ring."""
        return self.unanswered[place - 1 - (self.ring.placed - len(self.unanswered))]


@dataclass(frozen=True, slots=True)
class World:
    """The guests' disks, the driver domain's event channels, and each request done, as (guest, number), in order.

    `busy` are the ports on which the backend's last look found work: no event will tell it of that again.
    """

    disks: tuple[Disk, ...]
    channels: EventChannels = SILENT
    busy: frozenset[int] = frozenset()
    done: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of_guests(cls, guests: int, ring_size: int = 4) -> "World":
        """Guests whose disks are not connected yet; each can grant its ring and a page for each slot."""
        if guests < 1:
            raise ModelError(f"a driver domain for {guests} guests has nothing to do; give it 1 or more")
        numbers = range(BACKEND + 1, BACKEND + 1 + guests)
        return cls(
            tuple(Disk(n, RingState.empty(ring_size), GrantTable.empty(n, RESERVED + 1 + ring_size)) for n in numbers)
        )

    def port(self, guest: int) -> int:
        """The place of the guest's disk in `disks`, and its port in the driver domain."""
        for place, disk in enumerate(self.disks):
            if disk.guest == guest:
                return place
        known = ", ".join(str(disk.guest) for disk in self.disks)
        raise ModelError(f"there is no guest {guest} here; the guests are {known}")

    def put(self, disk: Disk) -> "World":
        """With this disk in place of the same guest's."""
        place = self.port(disk.guest)
        return replace(self, disks=(*self.disks[:place], disk, *self.disks[place + 1 :]))


Course: TypeAlias = Generator[Step[World], None, World]
"""Steps, and the world after the last of them."""


def within(world: World, steps: Iterator[Step[P]], put: Callable[[World, P], World]) -> Course:
    """The steps of a part as steps of the world."""
    for step in steps:
        world = put(world, step.state)
        yield Step(step.event, world)
    return world


def alternating(queues: list[list[P]]) -> Iterator[P]:
    """One of each queue in turn until all are empty."""
    for turn in zip_longest(*([(item,) for item in queue] for queue in queues)):
        for item in filter(None, turn):
            yield item[0]


def happened(kind: str, text: str, world: World, *touches: str) -> Step[World]:
    """A step of the world as a whole."""
    return Step(Event(kind, text, touches), world)

"""What happens around a driver domain: guests connect, ask and collect; the backend serves; it crashes and comes back.

One action is a whole turn of one end. What goes wrong between the stores of two turns is in `exchange`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.devices.driver_domain import BACKEND, FORGED, Course, Request, World, alternating, happened, within
from vlearn.sim.devices.driver_domain_connect import connect, shake_hands
from vlearn.sim.devices.driver_domain_parts import call_grants, disk_of, move_ring, place
from vlearn.sim.devices.event_channels import EventChannels, TakeUpcall, use_channels
from vlearn.sim.devices.grants import EndAccess, MapGrant, UnmapGrant
from vlearn.sim.devices.ring_run import Answer, Collect, FinalCheck, Publish, Take
from vlearn.trace import Step


@dataclass(frozen=True, slots=True)
class Connect:
    """All watches fire until no end has anything to do: every disk is connected if the driver domain lives."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A guest places requests in its ring, each with a page granted; a `forged` one names a page never granted."""

    guest: int
    count: int = 1
    forged: bool = False

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ModelError(f"a guest asks for 1 request or more, not {self.count}")


@dataclass(frozen=True, slots=True)
class Serve:
    """The backend answers its upcall: it takes the requests of all guests that notified it, and does them in turns."""


@dataclass(frozen=True, slots=True)
class Respond:
    """The backend publishes the responses to all that it has done, and looks a last time before it sleeps."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """A guest takes its responses, and ends the grants of their pages."""

    guest: int


@dataclass(frozen=True, slots=True)
class Crash:
    """The driver domain crashes: what it had mapped, taken and not answered is gone."""


@dataclass(frozen=True, slots=True)
class Restart:
    """The toolstack starts the driver domain again, under its old number."""


WorldAction: TypeAlias = Connect | Ask | Serve | Respond | Fetch | Crash | Restart


def serve_guests(world: World, action: WorldAction) -> Iterator[Step[World]]:
    """One turn. Raises ModelError for a guest that does not exist."""
    match action:
        case Connect():
            yield from connect(world)
        case Ask():
            yield from _ask(world, action)
        case Serve():
            yield from _serve(world)
        case Respond():
            yield from _respond(world)
        case Fetch(guest):
            yield from _fetch(world, guest)
        case Crash():
            world = replace(world, channels=EventChannels(), busy=frozenset())
            for disk in world.disks:
                world = yield from shake_hands(world, disk.guest, "crash")
        case Restart():
            for disk in world.disks:
                world = yield from shake_hands(world, disk.guest, "toolstack")


def _ask(world: World, action: Ask) -> Course:
    disk = disk_of(world, action.guest)
    if not disk.handshake.connected:
        yield happened("not-connected", f"guest {action.guest} has no disk that is connected", world)
        return world
    for _ in range(min(action.count, disk.ring.ring.free)):
        number = disk_of(world, action.guest).asked + 1
        world = world.put(replace(disk_of(world, action.guest), asked=number))
        world = yield from place(world, action.guest, number, action.forged)
    return (yield from move_ring(world, action.guest, Publish(action.count)))


def _serve(world: World) -> Course:
    def channels(world: World, state: EventChannels) -> World:
        return replace(world, channels=state)

    ports = sorted(world.busy | (world.channels.pending if world.channels.upcall else frozenset()))
    world = replace(world, busy=frozenset())
    world = yield from within(world, use_channels(world.channels, TakeUpcall()), channels)
    taken: list[list[tuple[int, int]]] = []
    for disk in (world.disks[port] for port in ports):
        held = len(disk.ring.held)
        world = yield from move_ring(world, disk.guest, Take())
        taken.append([(disk.guest, n) for n in disk_of(world, disk.guest).ring.held[held:]])
    for guest, number in alternating(taken):
        world = yield from _perform(world, guest, disk_of(world, guest).request(number))
    return world


def _respond(world: World) -> Course:
    for port, disk in enumerate(world.disks):
        if disk.ring.held:
            world = yield from move_ring(world, disk.guest, Answer())
            if disk.ring.ring.waiting_requests:
                world = replace(world, busy=world.busy | {port})
            world = yield from move_ring(world, disk.guest, FinalCheck("backend"))
    return world


def _perform(world: World, guest: int, request: Request) -> Course:
    handle = disk_of(world, guest).grants.handles
    world = yield from call_grants(world, guest, MapGrant(BACKEND, request.reference))
    if disk_of(world, guest).grants.handles == handle:
        yield happened("error", f"request {request.number} of guest {guest} will be answered with an error", world)
        return world
    world = replace(world, done=(*world.done, (guest, request.number)))
    yield happened("done", f"the disk does request {request.number} of guest {guest}", world, f"guest[{guest}]")
    return (yield from call_grants(world, guest, UnmapGrant(BACKEND, handle)))


def _fetch(world: World, guest: int) -> Course:
    """The guest's interrupt handler: it hears of the event, takes the responses, and ends the grants of their pages."""

    def channels(world: World, state: EventChannels) -> World:
        return world.put(replace(disk_of(world, guest), channels=state))

    disk = disk_of(world, guest)
    count = disk.ring.ring.waiting_responses
    if disk.channels.upcall:
        world = yield from within(world, use_channels(disk.channels, TakeUpcall()), channels)
    world = yield from move_ring(world, guest, Collect())
    for request in disk.unanswered[:count]:
        if request.reference != FORGED:
            world = yield from call_grants(world, guest, EndAccess(request.reference))
    disk = disk_of(world, guest)
    world = world.put(replace(disk, unanswered=disk.unanswered[count:], answered=disk.answered + count))
    return (yield from move_ring(world, guest, FinalCheck("frontend")))

"""What happens to one part of a driver domain's world, its rings, grants and event channels, as steps of the world."""

from dataclasses import replace

from vlearn.sim.devices.driver_domain import BACKEND, FORGED, Course, Disk, Request, World, within
from vlearn.sim.devices.event_channels import EventChannels, Send, use_channels
from vlearn.sim.devices.grants import GrantAccess, GrantCall, GrantTable
from vlearn.sim.devices.grants_run import use_grants
from vlearn.sim.devices.ring_run import Publish, RingMove, use_ring
from vlearn.trace import Step

DATA_FRAME = 0x1000


def disk_of(world: World, guest: int) -> Disk:
    """The guest's disk as it is now."""
    return world.disks[world.port(guest)]


def place(world: World, guest: int, number: int, forged: bool) -> Course:
    """A request on the frontend's list, with its page granted; the ring's move publishes it."""
    if not forged:
        world = yield from grant(world, guest, DATA_FRAME + number, number)
        return world
    disk = disk_of(world, guest)
    return world.put(replace(disk, unanswered=(*disk.unanswered, Request(number, FORGED))))


def grant(world: World, guest: int, frame: int, number: int | None = None) -> Course:
    """Grant a frame to the driver domain: the ring's, or that of a request, which goes on the frontend's list."""
    old = disk_of(world, guest)
    for step in use_grants(old.grants, GrantAccess(BACKEND, frame)):
        reference = next(n for n, entry in enumerate(step.state.entries) if entry is not old.grants.entries[n])
        disk = replace(old, grants=step.state)
        if number is None:
            disk = replace(disk, ring_grant=reference)
        else:
            disk = replace(disk, unanswered=(*disk.unanswered, Request(number, reference)))
        world = world.put(disk)
        yield Step(step.event, world)
    return world


def call_grants(world: World, guest: int, call: GrantCall) -> Course:
    """A call on the guest's grant table, by it or by the driver domain."""

    def put(world: World, table: GrantTable) -> World:
        return world.put(replace(disk_of(world, guest), grants=table))

    return (yield from within(world, use_grants(disk_of(world, guest).grants, call), put))


def move_ring(world: World, guest: int, move: RingMove) -> Course:
    """A move on the guest's ring, and the event that a notification is to the other end."""
    for step in use_ring(disk_of(world, guest).ring, move):
        world = world.put(replace(disk_of(world, guest), ring=step.state))
        yield Step(step.event, world)
        if step.event.kind == "notify":
            world = yield from notify(world, guest, "backend" if isinstance(move, Publish) else "frontend")
    return world


def notify(world: World, guest: int, end: str) -> Course:
    """An event on the guest's channel for that end: the driver domain's or the guest's own."""
    port = world.port(guest)
    if end == "backend":
        return (yield from within(world, use_channels(world.channels, Send(port)), _backend))
    steps = use_channels(disk_of(world, guest).channels, Send(port))
    return (yield from within(world, steps, lambda w, s: w.put(replace(disk_of(w, guest), channels=s))))


def _backend(world: World, channels: EventChannels) -> World:
    return replace(world, channels=channels)

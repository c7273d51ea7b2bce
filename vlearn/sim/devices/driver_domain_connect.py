"""How the disks of a driver domain connect, what a crash takes away, and what a frontend places again afterwards."""

from dataclasses import replace

from vlearn.sim.devices.driver_domain import BACKEND, FORGED, Course, World, happened, within
from vlearn.sim.devices.driver_domain_parts import call_grants, disk_of, grant, move_ring, place
from vlearn.sim.devices.grants import DomainDies, EndAccess, MapGrant
from vlearn.sim.devices.handshake import Actor, Handshake, shake
from vlearn.sim.devices.ring_run import Publish, RingState

RING_FRAME = 0x100


def connect(world: World) -> Course:
    """Let every watch fire until no end has anything to do."""
    moved = True
    while moved:
        moved = False
        for disk in world.disks:
            for actor in ("frontend", "backend"):
                before = world
                world = yield from shake_hands(world, disk.guest, actor)
                moved = moved or world is not before
    return world


def shake_hands(world: World, guest: int, actor: Actor) -> Course:
    """A step of the handshake, and what it does to grants, mappings and the ring."""
    before = disk_of(world, guest).handshake

    def put(world: World, handshake: Handshake) -> World:
        return world.put(replace(disk_of(world, guest), handshake=handshake))

    world = yield from within(world, shake(before, actor), put)
    after = disk_of(world, guest).handshake
    if after.granted and not before.granted:
        world = yield from grant(world, guest, RING_FRAME)
    if after.mapped and not before.mapped:
        reference = disk_of(world, guest).ring_grant
        world = yield from call_grants(world, guest, MapGrant(BACKEND, reference or 0, writes=True))
    if actor == "crash" and after is not before:
        world = yield from call_grants(world, guest, DomainDies(BACKEND))
    if before.granted and not after.granted:
        world = yield from _give_up(world, guest)
    if after.connected and not before.connected:
        world = yield from _place_again(world, guest)
    return world


def _give_up(world: World, guest: int) -> Course:
    """The frontend takes back all that it had granted; the old ring and what is in it do not count any more."""
    disk = disk_of(world, guest)
    for reference in (disk.ring_grant, *(request.reference for request in disk.unanswered)):
        if reference not in (None, FORGED):
            world = yield from call_grants(world, guest, EndAccess(reference))
    disk = disk_of(world, guest)
    world = world.put(replace(disk, ring=RingState.empty(disk.ring.ring.size), ring_grant=None))
    yield happened("dropped", f"guest {guest} drops the old ring; {len(disk.unanswered)} without an answer", world)
    return world


def _place_again(world: World, guest: int) -> Course:
    disk = disk_of(world, guest)
    lost, forged = disk.unanswered, {request for request in disk.unanswered if request.reference == FORGED}
    world = world.put(replace(disk, unanswered=()))
    for request in lost:
        world = yield from place(world, guest, request.number, request in forged)
    return world if not lost else (yield from move_ring(world, guest, Publish(len(lost))))

"""A driver domain and its guests: each guest's connection, ring, grants and events, and what the real disk has done."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.devices.driver_domain import BACKEND, Disk, World
from vlearn.sim.devices.handshake import Xenbus
from vlearn.trace import Event
from vlearn.views.devices_slots import slots_of
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import CURRENT, DONE, FAULT, GUEST, INK, PLAIN, SMALL, TITLE, Shape, box, cross, drawing, text

ROW, TOP, GUEST_WIDTH, RING_WIDTH, GAP = 92, 34, 210, 280, 12
DOMAIN_X = 2 + GUEST_WIDTH + RING_WIDTH + 2 * GAP
SHORT = {
    "free": "free",
    "written, unpublished": "written",
    "to be taken": "request",
    "with the backend": "taken",
    "answered, unpublished": "written",
    "answered": "response",
}
MOST, RECENT = 8, 5
GOOD, BAD = ("done", "send"), ("crash", "grant-refused", "not-connected", "error")


def draw_driver_domain(world: World, event: Event | None) -> tuple[Block, ...]:
    """Guests, rings and the driver domain as a figure; each guest's numbers as a table."""
    height = TOP + len(world.disks) * ROW
    shapes = [
        text(2, 18, "Guests", size=TITLE, bold=True),
        text(2 + GUEST_WIDTH + GAP, 18, "Rings", size=TITLE, bold=True),
    ]
    for n, disk in enumerate(world.disks):
        shapes += [*_guest(disk, TOP + n * ROW), *_ring(disk, TOP + n * ROW)]
    shapes += [*_domain(world), *strip(event, "Before the first turn", height + 2, GOOD, BAD)]
    svg = drawing(WIDTH, height + 2 + STRIP + 4, shapes)
    return Figure(svg, _words(world) + sentence(event)), _table(world)


def _alive(world: World) -> bool:
    return any(disk.handshake.backend is not Xenbus.UNKNOWN for disk in world.disks)


def _granted(disk: Disk) -> int:
    return sum(1 for grant in disk.grants.entries if grant)


def _guest(disk: Disk, y: float) -> Iterator[Shape]:
    yield box(2, y, GUEST_WIDTH, ROW - 12, GUEST)
    yield text(12, y + 18, f"Guest {disk.guest}", bold=True, fill=INK)
    shake = disk.handshake
    yield text(12, y + 34, f"{shake.frontend.label}, its backend {shake.backend.label}", size=10, fill=INK)
    yield text(12, y + 50, f"without an answer: {len(disk.unanswered)} of {disk.asked}", size=SMALL, fill=INK)
    yield text(
        12, y + 66, f"pages granted: {_granted(disk)}, mapped: {len(disk.grants.mappings)}", size=SMALL, fill=INK
    )


def _ring(disk: Disk, y: float) -> Iterator[Shape]:
    """The slots in two rows of four, or the first eight of a larger ring."""
    x, slots = 2 + GUEST_WIDTH + GAP, slots_of(disk.ring.ring)[:MOST]
    if not disk.handshake.connected:
        yield box(x, y, RING_WIDTH, ROW - 12, PLAIN)
        yield text(x + RING_WIDTH / 2, y + 44, "not connected", size=SMALL, anchor="middle", fill=INK)
        return
    columns = 4
    width = (RING_WIDTH - 6 * (columns - 1)) / columns
    for n, slot in enumerate(slots):
        row, column = divmod(n, columns)
        left, top = x + column * (width + 6), y + row * 42
        look = {"request": CURRENT, "taken": GUEST, "response": DONE}.get(SHORT[slot.stage], PLAIN)
        yield box(left, top, width, 36, look)
        yield text(left + width / 2, top + 22, SHORT[slot.stage], size=SMALL, anchor="middle", fill=INK)


def _domain(world: World) -> Iterator[Shape]:
    yield text(DOMAIN_X, 18, f"Driver domain {BACKEND}", size=TITLE, bold=True)
    width, height = WIDTH - 2 - DOMAIN_X, max(1, len(world.disks)) * ROW - 12
    alive = _alive(world)
    yield box(DOMAIN_X, TOP, width, height, PLAIN if alive else FAULT)
    if not alive:
        yield cross(DOMAIN_X + 20, TOP + 20)
        yield text(DOMAIN_X + 38, TOP + 24, "crashed", bold=True, fill=INK)
        return
    pending = ", ".join(str(world.disks[port].guest) for port in sorted(world.channels.pending))
    yield text(
        DOMAIN_X + 12, TOP + 18, f"events pending: {f'guest {pending}' if pending else 'none'}", size=SMALL, fill=INK
    )
    yield text(DOMAIN_X + 12, TOP + 36, f"done by the disk: {len(world.done)}", size=SMALL, fill=INK)
    room = min(RECENT, int((height - 52) // 15))
    for n, (guest, number) in enumerate(world.done[-room:] if room else ()):
        yield text(DOMAIN_X + 24, TOP + 53 + 15 * n, f"guest {guest}, request {number}", size=SMALL, fill=INK)


def _words(world: World) -> str:
    guests = " ".join(
        f"Guest {disk.guest} is {'connected' if disk.handshake.connected else 'not connected'}, "
        f"with {len(disk.unanswered)} of {disk.asked} requests unanswered."
        for disk in world.disks
    )
    life = "is alive" if _alive(world) else "has crashed"
    return f"The driver domain {life}; its disk has done {len(world.done)} requests. {guests}"


def _table(world: World) -> Table:
    rows = tuple(
        (
            str(disk.guest),
            f"{disk.handshake.frontend.label} / {disk.handshake.backend.label}",
            str(disk.asked),
            str(disk.answered),
            str(sum(1 for guest, _ in world.done if guest == disk.guest)),
            str(_granted(disk)),
        )
        for disk in world.disks
    )
    header = ("Guest", "Frontend / backend", "Asked", "Answered", "Done by the disk", "Grants")
    return Table(header, rows, "Requests of each guest, and what became of them")

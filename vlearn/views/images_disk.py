"""The disk of a container engine: layers as a tree, each under what it is built on, with who needs it; and charts."""

from collections.abc import Iterable

from immutables import Map

from vlearn.blocks import Block, Chart, Figure, Series, Table
from vlearn.sim.images.disk import Chain, Container, Disk, Driver, size
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import CURRENT, GUEST, INK, READ, SMALL, TITLE, Look, Shape, box, drawing, text

ROW, TOP, STEP = 30, 30, 26
GOOD = ("image", "start", "write", "remove-container", "remove-image")
BAD = ("conflict",)


def draw_disk(disk: Disk, event: Event | None = None) -> tuple[Block, ...]:
    """Layers and writable layers as boxes, the same as a table, with what it takes in all."""
    rows = tuple(_rows(disk))
    lit = event.touches if event else ()
    shapes: list[Shape] = [text(2, 18, f"In use: {disk.used()}", size=TITLE, bold=True)]
    for n, (depth, what, amount, users) in enumerate(rows):
        shapes += _row(TOP + n * ROW, depth, what, amount, users, lit)
    height = TOP + max(1, len(rows)) * ROW
    if not rows:
        shapes.append(text(2, TOP + 18, "No image, no container.", size=SMALL))
    shapes += strip(event, "Before the first action", height + 4, GOOD, BAD)
    said = "; ".join(f"{what} of {amount}, {users}" for _, what, amount, users in rows) or "nothing"
    alt = f"On the disk: {said}. In use: {disk.used()}.{sentence(event)}"
    kept_for = [users.removeprefix("needed by ").replace("on image", "a container of") for *_, users in rows]
    table = tuple((what, users, str(amount)) for (_, what, amount, _), users in zip(rows, kept_for, strict=True))
    total = ("in all", "", str(disk.used()))
    return (
        Figure(drawing(WIDTH, height + STRIP + 8, shapes), alt),
        Table(("What", "Kept for", "Size"), (*table, total), "Each layer is stored once"),
    )


def used_by_containers(layers: Chain, written: int, most: int = 16) -> Chart:
    """What one image and more and more containers of it take, with layers merged and with full copies."""
    counts = tuple(range(0, most + 1, max(1, most // 8)))
    disks = [_running(layers, count, written) for count in counts]
    drivers: tuple[Driver, ...] = ("union", "full copies")
    series = tuple(
        Series(driver, tuple(float(count) for count in counts), tuple(float(disk.used(driver)) for disk in disks))
        for driver in drivers
    )
    return Chart(f"One image of {size(layers)} MB", "containers", "on the disk (MB)", series)


def _running(layers: Chain, count: int, written: int) -> Disk:
    containers = {f"c{n}": Container("image", written) for n in range(count)}
    return Disk(Map({"image": layers}), Map(containers))


def _rows(disk: Disk) -> Iterable[tuple[int, str, int, str]]:
    """Depth in the tree, what it is, its size, and who needs it; a layer before those that are built on it."""
    for chain in sorted(disk.chains):
        images = sorted(name for name, other in disk.images.items() if other[: len(chain)] == chain)
        yield len(chain) - 1, f"layer {chain[-1][0]}", chain[-1][1], f"needed by {', '.join(images)}"
    for name, container in sorted(disk.containers.items()):
        yield 0, f"writable layer of {name}", container.written, f"on image {container.image}"


def _row(y: float, depth: int, what: str, amount: int, users: str, lit: tuple[str, ...]) -> Iterable[Shape]:
    look: Look = GUEST if what.startswith("writable") else READ
    names = {what.rpartition(" ")[2], *users.partition("needed by ")[2].split(", ")}
    x = 2 + depth * STEP
    yield box(x, y, WIDTH - 2 - x, ROW - 6, CURRENT if names & {*lit} else look)
    yield text(x + 10, y + 16, what, bold=True, fill=INK)
    yield text(x + 230, y + 16, users, size=SMALL, fill=INK)
    yield text(WIDTH - 14, y + 16, str(amount), anchor="end", fill=INK)

"""Network namespaces as a picture: a box for each, its devices in it, pairs as lines, and the packet's hop lit."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table, Text
from vlearn.sim.containers.network.ethernet import said
from vlearn.sim.containers.network.packets import Frame, Journey
from vlearn.sim.containers.network.printing import by_index, state
from vlearn.sim.containers.network.state import Device, Namespace, Networks, Where
from vlearn.trace import Event
from vlearn.views.svg import (
    BLUE,
    CURRENT,
    GREY,
    INK,
    PLAIN,
    READ,
    SMALL,
    TITLE,
    WAITING,
    Point,
    Shape,
    box,
    drawing,
    fitted,
    line,
    text,
)

DEVICE, HEIGHT, GAP, PAD, TOP, BETWEEN = 150, 46, 12, 12, 34, 60
Places = dict[Where, Point]


def draw_networks(journey: Journey, event: Event | None = None) -> tuple[Block, ...]:
    """The topology with the device where the packet is, what it carries in words, and the tables that matter there."""
    networks = journey.networks
    places, width, height = _places(networks)
    lit = {journey.at, journey.before} - {None}
    shapes = [text(2, 16, event.text if event else "Network namespaces", size=SMALL if event else TITLE, bold=True)]
    shapes += [shape for space in networks.namespaces.values() for shape in _room(networks, space, places, height)]
    shapes += [shape for where, at in places.items() for shape in _device(networks, where, at, where in lit)]
    shapes += list(_lines(networks, places, journey))
    told = ". ".join(_told(networks, space) for space in networks.namespaces.values())
    figure = Figure(drawing(max(width, 480), height, shapes), f"{event.text + '. ' if event else ''}{told}.")
    carried = said(Frame("", "", journey.carried)) if journey.carried else "nothing"
    return figure, Text(f"On its way: {carried.replace('|', '/')}"), tables(networks)


def tables(networks: Networks) -> Table:
    """Routes, neighbours and what bridges have learned, of every namespace."""
    rows: list[tuple[str, str, str]] = []
    for number, space in networks.namespaces.items():
        name = _name(networks, number)
        for route in space.routes:
            via = f" via {route.gateway}" if route.gateway else ""
            rows.append((name, "route", f"{route.network}{via} dev {space.devices[route.device].name}"))
        rows += [(name, "neighbour", f"{address} is at {mac}") for address, mac in sorted(space.neighbours.items())]
        for device in by_index(space):
            rows += [
                (name, f"learned by {device.name}", f"{mac} behind {space.devices[port].name}")
                for mac, port in sorted(device.learned.items())
            ]
        rows += [(name, "port", f"{one.protocol} {one.address}:{one.port} process {one.pid}") for one in space.sockets]
    return Table(("Namespace", "What", "Entry"), tuple(sorted(rows)), "What the namespaces know")


def _places(networks: Networks) -> tuple[Places, float, float]:
    """A column for each namespace, its devices below one another in the order of their indices."""
    places: Places = {}
    left, lowest = 4.0, 0.0
    for number, space in sorted(networks.namespaces.items()):
        for row, device in enumerate(by_index(space)):
            top = TOP + 30 + row * (HEIGHT + GAP)
            places[(number, device.index)] = (left + PAD, top)
            lowest = max(lowest, top + HEIGHT)
        left += DEVICE + 2 * PAD + BETWEEN
    return places, left - BETWEEN + 4, lowest + PAD + 4


def _room(networks: Networks, space: Namespace, places: Places, height: float) -> Iterator[Shape]:
    if not space.devices:
        return
    left = places[(space.number, min(space.devices))][0] - PAD
    yield box(left, TOP, DEVICE + 2 * PAD, height - TOP - 4, WAITING)
    yield text(left + PAD, TOP + 18, _name(networks, space.number), bold=True, fill=INK)


def _device(networks: Networks, where: Where, at: Point, lit: bool) -> Iterator[Shape]:
    device = networks.device(where)
    left, top = at
    master = networks.at(where[0]).devices.get(device.master or 0)
    second = ", ".join(map(str, device.addresses)) or (f"port of {master.name}" if master else device.mac)
    look = CURRENT if lit else READ if device.up else PLAIN
    first = f"{device.name} {state(networks, where[0], device)}"
    yield box(left, top, DEVICE, HEIGHT, look)
    yield text(left + 6, top + 18, first, size=fitted(first, DEVICE - 12), bold=lit, mono=True, fill=INK)
    yield text(left + 6, top + 36, second, size=fitted(second, DEVICE - 12), mono=True, fill=INK)


def _lines(networks: Networks, places: Places, journey: Journey) -> Iterator[Shape]:
    """The pairs: a line from side to side; the one that the frame crosses is thick."""
    drawn: set[frozenset[Where]] = set()
    for where, (left, top) in places.items():
        peer = networks.device(where).peer
        if peer is None or frozenset((where, peer)) in drawn:
            continue
        drawn.add(frozenset((where, peer)))
        crossed = {journey.at, journey.before} == {where, peer}
        (a, b), (c, d) = sorted([(left, top + HEIGHT / 2), (places[peer][0], places[peer][1] + HEIGHT / 2)])
        colour, thick = (BLUE, 4.0) if crossed else (GREY, 1.4)
        if a == c:
            bend = a + DEVICE + PAD / 2
            yield line((a + DEVICE, b), (bend, b), (bend, d), (a + DEVICE, d), colour=colour, thickness=thick)
            continue
        middle = c - PAD - 6 - 4 * (len(drawn) % 10)
        yield line((a + DEVICE, b), (middle, b), (middle, d), (c, d), colour=colour, thickness=thick)


def _told(networks: Networks, space: Namespace) -> str:
    devices = ", ".join(_said(networks, space, device) for device in by_index(space))
    return f"{_name(networks, space.number)} has {devices or 'no device'}"


def _said(networks: Networks, space: Namespace, device: Device) -> str:
    words = [f"{device.name} {state(networks, space.number, device)}", *map(str, device.addresses)]
    if device.peer:
        words.append(f"paired with {networks.device(device.peer).name} in {_name(networks, device.peer[0])}")
    if device.master:
        words.append(f"port of {space.devices[device.master].name}")
    return " ".join(words)


def _name(networks: Networks, number: int) -> str:
    return next((name for name, at in networks.names.items() if at == number), f"namespace {number}")

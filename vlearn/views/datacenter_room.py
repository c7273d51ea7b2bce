"""A machine room at one moment: the servers of single workloads, the common ones as stacked bars, and the day.

A common server has two bars, its cores and its memory; a workload is a slice of both. `bound` draws the line that no
packing gets left of. Below, an hour is a bar of all that the workloads want; a cross says that a server was too small.
"""

from collections.abc import Iterator
from itertools import accumulate

from vlearn.blocks import Block, Figure
from vlearn.sim.datacenter.consolidation.load import HOURS
from vlearn.sim.datacenter.consolidation.power import hourly
from vlearn.sim.datacenter.consolidation.room import Room
from vlearn.trace import Event
from vlearn.views.datacenter_hours import DAY, hours
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import (
    CURRENT,
    DONE,
    GUEST,
    INK,
    PLAIN,
    READ,
    SMALL,
    VERMILION,
    WAITING,
    Look,
    Shape,
    box,
    drawing,
    fitted,
    line,
    text,
)

ALONE, TALL = 34, 150
"""Heights: of a workload's own server, and of a common one."""
LOOKS = (READ, GUEST, DONE, PLAIN)
NAMED = 44
"""The narrowest bar with a name in it."""


def draw_room(room: Room, event: Event | None = None, bound: int | None = None) -> tuple[Block, ...]:
    """The room after the event; `bound` is how many servers every packing needs."""
    top = STRIP + 26
    common = top + ALONE + 56
    day = common + TALL + 56
    shapes = [*strip(event, "Before: a server for each workload", 0, ("hour",), ("overloaded",))]
    shapes += _alone(room, top)
    shapes += _common(room, event, common, bound)
    shapes += hours(room, day)
    return (Figure(drawing(WIDTH, day + DAY + 22, shapes), _alt(room, bound) + sentence(event)),)


def _alone(room: Room, top: float) -> Iterator[Shape]:
    own = sum(place is None for place in room.places)
    yield text(2, top - 8, f"a server for each workload: {own} on", bold=True)
    width = min(120.0, (WIDTH - 4) / max(1, len(room.places)))
    for n, (workload, place) in enumerate(zip(room.workloads, room.places, strict=True)):
        x = 2 + n * width
        yield box(x, top, width - 4, ALONE, WAITING)
        if place is None:
            high = ALONE * min(1.0, room.load(n) / room.server.cores)
            yield box(x, top + ALONE - high, width - 4, high, LOOKS[n % len(LOOKS)], radius=0)
        if width >= NAMED:
            words = workload.name if place is None else "off"
            size = fitted(words, width - 6)
            yield text(x + width / 2 - 2, top + ALONE + 13, words, size=size, anchor="middle", mono=True)


def _common(room: Room, event: Event | None, top: float, bound: int | None) -> Iterator[Shape]:
    yield text(2, top - 14, f"common servers: {room.hosts} on (wide bars: cores, narrow: memory)", bold=True)
    columns = max(room.hosts, bound or 0, 3)
    width = min(190.0, (WIDTH - 4) / columns)
    scale = TALL / max(room.server.cores, _fullest(room))
    for number in range(room.hosts):
        yield from _server(room, number, (2 + number * width, top + TALL, width), scale, event)
    if bound is not None and room.hosts:
        x = min(WIDTH - 3, 2 + bound * width - width * 0.06)
        yield line((x, top - 8), (x, top + TALL + 6), dashes="5 3", thickness=1.6)
        yield text(WIDTH - 2, top - 14, f"dashed: every packing needs {bound} or more", size=SMALL, anchor="end")


def _server(
    room: Room, number: int, at: tuple[float, float, float], scale: float, event: Event | None
) -> Iterator[Shape]:
    """A common server: its cores beside its memory; `at` is its left edge, its foot and the width that it has."""
    x, foot, width = at
    guests = [n for n, place in enumerate(room.places) if place == number]
    cores, memory = [room.load(n) for n in guests], [room.workloads[n].memory for n in guests]
    high, wide, thin = room.server.cores * scale, width * 0.62, max(4.0, width * 0.22)
    full, beside = foot - high, x + wide + 4
    yield box(x, full, wide, high, WAITING)
    yield box(beside, full, thin, high, WAITING)
    yield from _slices(room, guests, cores, (x, foot, wide), scale, full, event)
    yield from _slices(room, guests, memory, (beside, foot, thin), high / room.server.memory, full, event)
    short = sum(cores) > room.server.cores
    if short:
        yield line((x - 2, full), (beside, full), colour=VERMILION, thickness=2.5)
    if width >= 100:
        used = f"{sum(cores) / 1000:.1f} of {room.server.cores // 1000} cores"
        held = f"{sum(memory) / 1024:g} of {room.server.memory // 1024} GiB"
        yield text(x, foot + 14, f"server {number}: {used},", size=SMALL, bold=short)
        yield text(x, foot + 27, held, size=SMALL)


def _fullest(room: Room) -> int:
    """What a server carries at most: in all hours once the day has begun, so that the scale stays; else with peaks."""
    if room.hour is not None:
        return max(map(max, hourly(room.workloads, room.packing)), default=0)
    guests = room.packing.guests()[: room.hosts]
    return max((sum(room.workloads[n].peak for n in on) for on in guests), default=0)


def _slices(
    room: Room,
    guests: list[int],
    sizes: list[int],
    at: tuple[float, float, float],
    scale: float,
    full: float,
    event: Event | None,
) -> Iterator[Shape]:
    """A bar made of the guests, the first at the bottom; `at` is its left edge, its foot and its width."""
    x, foot, width = at
    for n, size, end in zip(guests, sizes, accumulate(sizes), strict=True):
        high, y = size * scale, foot - end * scale
        look: Look = CURRENT if event and f"workload[{n}]" in event.touches else LOOKS[n % len(LOOKS)]
        yield box(x, y, width, high, look, radius=0)
        if width >= NAMED and high >= 13:
            name = room.workloads[n].name
            size_of_words, base = fitted(name, width - 6), _clear(y, high, full)
            yield text(x + width / 2, base, name, size=size_of_words, anchor="middle", mono=True, fill=INK)


def _clear(y: float, high: float, full: float) -> float:
    """Where a name stands in a slice so that the line of a full server does not cross it."""
    base = y + high / 2 + 4
    if not full - 2 < base < full + 12:
        return base
    return full + 13 if full + 16 < y + high else full - 4


def _alt(room: Room, bound: int | None) -> str:
    own = sum(place is None for place in room.places)
    told = []
    for number in range(room.hosts):
        names = [w.name for w, place in zip(room.workloads, room.places, strict=True) if place == number]
        cores = sum(room.load(n) for n, place in enumerate(room.places) if place == number) / 1000
        told.append(f"server {number} carries {', '.join(names)}: {cores:.1f} of {room.server.cores // 1000} cores")
    days = hourly(room.workloads, room.packing)
    short = [str(hour) for hour in range(HOURS) if any(day[hour] > room.server.cores for day in days)]
    line_said = f" Every packing needs {bound} common servers or more." if bound is not None else ""
    return (
        f"{own} of {len(room.places)} workloads have a server of their own; common servers that are on: {room.hosts}"
        f"{'. S' + '; '.join(told)[1:] if told else ''}.{line_said} Hours in which a server is too small:"
        f" {', '.join(short) or 'none'}."
    )

"""The way of one operation through the layers of a hypervisor: lanes, a line that walks through them, counters below.

A lane is a layer with whoever runs there. A piece of the line is a mode switch, drawn by its kind: thin within a world,
thick out of the guest and into it, dashed between hypervisor and host. What is repeated is drawn once, under `× n`.
"""

from collections.abc import Iterator
from itertools import accumulate
from textwrap import wrap

from vlearn.blocks import Block, Figure, Text
from vlearn.sim.datacenter.hypervisors import BARE, LACKS, Followed, Leg, Operation, Switch, followed, kind, operation
from vlearn.sim.monitors.paths import Visit
from vlearn.trace import Event
from vlearn.views import Draw
from vlearn.views.svg import (
    BLUE,
    BODY,
    GREEN,
    GREY,
    INK,
    PLAIN,
    READ,
    SMALL,
    TITLE,
    VERMILION,
    Shape,
    badge,
    box,
    drawing,
    line,
    text,
)

WIDTH, LEFT, TOP, LANE = 760, 146, 52, 46
PITCH = 62
"""The most pixels between one visit and the next."""
COUNTERS, STRIP, CHARACTERS = 40, 50, 102
SWITCHES = {
    "ring": ("within a world", GREY, 1.6, None),
    "exit": ("exit", VERMILION, 3.2, None),
    "entry": ("entry", GREEN, 3.2, "9 2"),
    "world": ("between hypervisor and host", BLUE, 2.4, "3 3"),
}
"""How each kind of switch is drawn: its words, a colour, a thickness, dashes."""
_START = Visit("guest process", "process")


def walk(whole: Operation) -> Draw[Followed]:
    """What draws this operation as far as it has been followed; only what is known by then is in the picture."""

    def draw(state: Followed, event: Event | None) -> tuple[Block, ...]:
        lanes = _lanes(whole)
        bottom = TOP + LANE * len(lanes)
        height = bottom + 28 + COUNTERS + 6 + STRIP + 4
        shapes = [
            *_lanes_drawn(whole, lanes),
            *_line(whole, lanes, state.reached),
            *_legend(lanes, bottom + 18),
            *_counters(state, bottom + 28),
            *_said(event, bottom + 28 + COUNTERS + 6),
        ]
        return (Figure(drawing(WIDTH, height, shapes), _alt(whole, state, event)),)

    return draw


def draw_walk(hypervisor: str, what: str, device: str) -> tuple[Block, ...]:
    """A whole operation under a kind of hypervisor, at its end; or why that kind has no such device."""
    if (hypervisor, device) in LACKS and what != "system call":
        return (Text(f"{kind(hypervisor).example} has no device that is {device}: {LACKS[hypervisor, device]}."),)
    whole = operation(hypervisor, what, device)
    return walk(whole)(followed(whole).final, None)


def title(whole: Operation) -> str:
    """Kind, operation and device."""
    example = "" if whole.kind == BARE else f" ({kind(whole.kind).example})"
    device = f", {whole.device} device" if whole.name != "system call" else ""
    return f"{whole.kind[0].upper()}{whole.kind[1:]}{example}: {whole.name}{device}"


def _lanes(whole: Operation) -> tuple[str, ...]:
    return ("guest process", "guest kernel") if whole.kind == BARE else kind(whole.kind).layers


def _visits(whole: Operation) -> tuple[Visit, ...]:
    return (_START, *(visit for leg in whole.legs for visit in leg.visits))


def _ends(whole: Operation) -> Iterator[tuple[Leg, int]]:
    """Each leg with the number of its last visit."""
    yield from zip(whole.legs, accumulate(len(leg.visits) for leg in whole.legs), strict=True)


def _x(whole: Operation, n: int) -> float:
    return LEFT + 22 + n * min(PITCH, (WIDTH - LEFT - 44) / max(1, len(_visits(whole)) - 1))


def _lanes_drawn(whole: Operation, lanes: tuple[str, ...]) -> Iterator[Shape]:
    yield text(2, 16, title(whole), size=TITLE, bold=True)
    for n, lane in enumerate(lanes):
        top = TOP + LANE * n
        yield box(2, top + 2, WIDTH - 4, LANE - 4, PLAIN if n % 2 else READ)
        yield text(10, top + 19, lane.removeprefix("guest ") if whole.kind == BARE else lane, bold=True, fill=INK)
        yield text(10, top + 34, _residents(whole, lane), size=SMALL, fill=INK)


def _residents(whole: Operation, lane: str) -> str:
    """Who runs in a lane during this operation; who would, in a lane that it does not visit."""
    passed = () if whole.kind == BARE else kind(whole.kind).visits
    here = [visit.who for visit in _visits(whole) if visit.layer == lane]
    return ", ".join(dict.fromkeys(here or [visit.who for visit in passed if visit.layer == lane]))


def _line(whole: Operation, lanes: tuple[str, ...], reached: int) -> Iterator[Shape]:
    """The pieces of the way so far, then its visits in order, then which of them are repeated."""
    visits = _visits(whole)[: reached + 1]
    points = [(_x(whole, n), TOP + LANE * (lanes.index(visit.layer) + 0.5)) for n, visit in enumerate(visits)]
    for before, after, start, end in zip(visits, visits[1:], points, points[1:], strict=False):
        if before.layer != after.layer:
            _, colour, thickness, dashes = SWITCHES[Switch(before.layer, after.layer).kind]
            yield line(start, end, colour=colour, thickness=thickness, dashes=dashes)
    for n, (x, y) in enumerate(points):
        yield badge(x, y, n + 1, n == reached)
    for leg, last in _ends(whole):
        if leg.times > 1 and reached >= last:
            left, right = _x(whole, last - len(leg.visits) + 1) - 9, _x(whole, last) + 9
            yield line((left, TOP - 5), (left, TOP - 10), (right, TOP - 10), (right, TOP - 5), thickness=1.6)
            yield text((left + right) / 2, TOP - 16, f"× {leg.times}", anchor="middle", bold=True)


def _legend(lanes: tuple[str, ...], y: float) -> Iterator[Shape]:
    """A sample of each kind of switch that there can be between these lanes."""
    possible = {Switch(one, two).kind for one in lanes for two in lanes if one != two}
    x = 4.0
    for name, (words, colour, thickness, dashes) in SWITCHES.items():
        if name in possible:
            yield line((x, y - 4), (x + 34, y - 4), colour=colour, thickness=thickness, dashes=dashes)
            yield text(x + 40, y, words, size=SMALL)
            x += 56 + 6.8 * len(words)


def _counters(state: Followed, y: float) -> Iterator[Shape]:
    counted = {"mode switches": state.switches, "of these, exits": state.exits, "copies of the data": state.copies}
    width = (WIDTH - 4 - 2 * 6) / len(counted)
    for n, (name, number) in enumerate(counted.items()):
        x = 2 + n * (width + 6)
        yield box(x, y, width, COUNTERS - 4, PLAIN)
        yield text(x + 12, y + 23, name, size=BODY, fill=INK)
        yield text(x + width - 12, y + 24, f"{number:,}", size=TITLE + 2, anchor="end", bold=True, fill=INK)


def _said(event: Event | None, y: float) -> Iterator[Shape]:
    yield box(2, y, WIDTH - 4, STRIP - 4, PLAIN)
    words = event.text if event else "One operation, from the process and back to it."
    for n, each in enumerate(wrap(words, CHARACTERS)[:2]):
        yield text(12, y + 19 + 16 * n, each, fill=INK)


def _alt(whole: Operation, state: Followed, event: Event | None) -> str:
    visits = _visits(whole)[: state.reached + 1]
    way = "; ".join(f"{n}: {visit.who}, {visit.layer}" for n, visit in enumerate(visits, 1))
    again = [
        f"{last - len(leg.visits) + 2} to {last + 1} {leg.times} times"
        for leg, last in _ends(whole)
        if leg.times > 1 and state.reached >= last
    ]
    repeated = f" Of these, {' and '.join(again)}." if again else ""
    counts = f"{state.switches} mode switches, {state.exits} of them exits; copies: {state.copies}."
    return f"{title(whole)}. {way}.{repeated} So far {counts}{f' {event.text}.' if event else ''}"

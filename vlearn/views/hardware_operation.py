"""Where the processor is under VT-x: root or non-root operation, in a ring of either; entry and exit lead across.

Rings and the two kinds of operation are drawn as two dimensions, which they are: both have all four rings.
"""

from collections.abc import Iterator
from textwrap import wrap

from vlearn.blocks import Block, Figure
from vlearn.sim.monitors.hardware import REASONS, Hardware
from vlearn.sim.monitors.vm import Vm
from vlearn.trace import Event
from vlearn.views.svg import (
    BLUE,
    CURRENT,
    GREY,
    GUEST,
    INK,
    READ,
    SMALL,
    TITLE,
    WAITING,
    Look,
    Point,
    Shape,
    arrow,
    box,
    drawing,
    text,
)

WIDTH, HEIGHT = 760, 302
LEFT, RIGHT, PANEL, TOP = 2, 478, 280, 40
ROW, GAP = 42, 6
GAP_LEFT, GAP_RIGHT = LEFT + PANEL, RIGHT
EXIT_BEND, ENTRY_BEND = GAP_LEFT + 60, GAP_RIGHT - 60
FOOT = TOP + 4 * (ROW + GAP) + 18

PLACES = {
    True: ("VMX root operation", {0: "the monitor", 3: "programs of the host"}),
    False: ("VMX non-root operation", {0: "the guest's kernel", 3: "programs of the guest"}),
}
"""What runs in which ring in root operation and in the other; rings 1 and 2 are there, and hardly anybody's."""
_ROOT, _NON_ROOT = "enters a guest by VMLAUNCH or VMRESUME", "some instructions and events exit from here"


def draw_operation(vm: Vm[Hardware], event: Event | None) -> tuple[Block, ...]:
    """The moment as one figure: the two kinds of operation with their rings, and the way taken between them."""
    return (Figure(drawing(WIDTH, HEIGHT, _shapes(vm, event)), " ".join(_words(vm, event))),)


def _words(vm: Vm[Hardware], event: Event | None) -> Iterator[str]:
    name, runs = PLACES[vm.monitor.processor.root]
    yield "VMX root and non-root operation side by side, each with the rings 0 to 3."
    yield f"The processor is in {name}, ring {vm.real.cpl}: {runs.get(vm.real.cpl, 'a ring seldom used')}."
    if event:
        yield f"{event.kind}: {event.text}."
    yield _counted(vm) + "."


def _counted(vm: Vm[Hardware]) -> str:
    reasons = sorted(vm.monitor.reasons.items())
    named = ", ".join(f"{times} × {REASONS[number & 0xFFFF]}" for number, times in reasons)
    return f"Exits so far: {named or 'none'}"


def _shapes(vm: Vm[Hardware], event: Event | None) -> Iterator[Shape]:
    root, kind = vm.monitor.processor.root, event.kind if event else ""
    for x, side in ((LEFT, True), (RIGHT, False)):
        yield from _panel(x, side, vm.real.cpl if side == root else None)
    ring = vm.guest.cpl
    yield from _way("VM exit", kind == "exit", EXIT_BEND, (GAP_RIGHT, _y(ring) - 8), (GAP_LEFT, _y(0) - 8))
    yield from _way("VM entry", kind == "entry", ENTRY_BEND, (GAP_LEFT, _y(0) + 10), (GAP_RIGHT, _y(ring) + 10))
    yield text(2, FOOT, event.kind if event else "before the first entry" if root else "in the guest", bold=True)
    for n, words in enumerate(wrap(event.text.replace("`", "") if event else "", 104)[:2]):
        yield text(90, FOOT + 15 * n, words)
    yield text(2, FOOT + 36, _counted(vm), size=SMALL)


def _panel(x: float, root: bool, cpl: int | None) -> Iterator[Shape]:
    name, runs = PLACES[root]
    yield text(x, 16, name, size=TITLE, bold=True)
    yield text(x, 32, _ROOT if root else _NON_ROOT, size=SMALL)
    for ring in (3, 2, 1, 0):
        y, here = _y(ring) - ROW / 2, ring == cpl
        ink = INK if ring in runs else GREY
        yield box(x, y, PANEL, ROW, CURRENT if here else _resting(ring, root))
        yield text(x + 10, y + 26, f"ring {ring}", bold=True, fill=ink)
        yield text(x + 64, y + 26, runs.get(ring, ""), fill=ink)
        if here:
            yield text(x + PANEL - 10, y + 26, "● here", anchor="end", bold=True, fill=INK)


def _resting(ring: int, root: bool) -> Look:
    if ring in (1, 2):
        return WAITING
    return READ if root else GUEST


def _y(ring: int) -> float:
    """The middle of a ring's row."""
    return TOP + (3 - ring) * (ROW + GAP) + ROW / 2


def _way(name: str, current: bool, bend: float, start: Point, end: Point) -> Iterator[Shape]:
    """From side to side; a bend where it leads to another ring. The name stands by the end in root operation."""
    colour, thickness = (BLUE, 3) if current else (GREY, 1.2)
    level = start[1] == end[1]
    points = (start, end) if level else (start, (bend, start[1]), (bend, end[1]), end)
    yield arrow(*points, colour=colour, thickness=thickness)
    out = end[0] == GAP_LEFT
    y = end[1] - 8 if out else start[1] + 18
    yield text((GAP_LEFT + GAP_RIGHT) / 2, y, name, anchor="middle", bold=current)

"""The layers of a machine as a tower, and what a fault takes down: whatever dies takes along what stands on it.

A part that has died hangs lower and has a cross; one of which the kernel will kill some has a question mark. What held
the fault back is what stands still beneath.
"""

from collections.abc import Iterator, Mapping

from vlearn.blocks import Block, Figure, Table, Text
from vlearn.sim.datacenter.isolation import FAULTS, Layout, Part, crash, survivors
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import (
    CURRENT,
    DONE,
    FAULT,
    GUEST,
    INK,
    PLAIN,
    READ,
    Look,
    Shape,
    box,
    cross,
    drawing,
    fitted,
    text,
)

FLOOR, GAP, SUNK = 38, 8, 7
LOOKS: Mapping[str, Look] = {
    "machine": PLAIN,
    "hypervisor": READ,
    "virtual machine": READ,
    "kernel": GUEST,
    "container": DONE,
    "application": PLAIN,
}


def draw_tower(layout: Layout, event: Event | None = None) -> tuple[Block, ...]:
    """The layout after the event."""
    depths, spans = _depths(layout), _spans(layout)
    highest = max(depths.values())
    top = STRIP + 12
    shapes = [*strip(event, layout.name.capitalize(), 0, (), ("dies", "at-risk"))]
    touched = event.touches if event else ()
    for part in layout.parts:
        left, right = spans[part.name]
        y = top + (highest - depths[part.name]) * (FLOOR + GAP)
        shapes += _part(layout, part, (left, y, right - left - GAP), part.name in touched)
    height = top + (highest + 1) * (FLOOR + GAP) + SUNK
    return (Figure(drawing(WIDTH, height, shapes), _alt(layout) + sentence(event)),)


def draw_crash(layout: Layout, fault: str, at: str) -> tuple[Block, ...]:
    """What is left of a layout after a fault, or the layout as it is where the fault cannot happen."""
    if fault not in survivors(layout):
        return Text(f"{layout.name.capitalize()}: here is no hypervisor that could have a bug."), *draw_tower(layout)
    trace = crash(layout, fault, at)
    return draw_tower(trace.final, trace.steps[-1].event)


def _depths(layout: Layout) -> dict[str, int]:
    depths = {"": -1}
    for part in layout.parts:
        depths[part.name] = depths[part.on] + 1
    return {name: depth for name, depth in depths.items() if name}


def _spans(layout: Layout) -> dict[str, tuple[float, float]]:
    """Left and right edge of each part: a top has a column, and what is beneath is as wide as all that it carries."""
    tops = _tops(layout, "")
    column = (WIDTH - 4 + GAP) / len(tops)
    spans = {}
    for part in layout.parts:
        mine = [tops.index(name) for name in _tops(layout, part.name)]
        spans[part.name] = (2 + min(mine) * column, 2 + (max(mine) + 1) * column)
    return spans


def _tops(layout: Layout, name: str) -> list[str]:
    """What carries nothing, from left to right, of all that stands on a part; the part itself if nothing does."""
    above = [part.name for part in layout.parts if part.on == name]
    return [top for one in above for top in _tops(layout, one)] or [name]


def _part(layout: Layout, part: Part, at: tuple[float, float, float], touched: bool) -> Iterator[Shape]:
    x, y, width = at
    dead, at_risk = part.name in layout.dead, part.name in layout.at_risk
    look = FAULT if dead else CURRENT if touched or at_risk else LOOKS[part.kind]
    y += SUNK if dead else 0
    yield box(x, y, width, FLOOR, look)
    state = "dead" if dead else "one of these will be killed" if at_risk else part.kind
    yield text(x + 10, y + 16, part.name, size=fitted(part.name, width - 40, 12), bold=True, fill=INK)
    if state != part.name:
        yield text(x + 10, y + 31, state, size=max(9, fitted(state, width - 40)), fill=INK)
    if dead:
        yield cross(x + width - 16, y + FLOOR / 2)
    elif at_risk:
        yield text(x + width - 16, y + FLOOR / 2 + 6, "?", size=18, anchor="middle", bold=True, fill=INK)


def _alt(layout: Layout) -> str:
    listed = "; ".join(
        f"{part.name}{f' on {part.on}' if part.on else ''}"
        f"{', dead' if part.name in layout.dead else ', at risk' if part.name in layout.at_risk else ''}"
        for part in layout.parts
    )
    return f"{layout.name.capitalize()}: {listed}. Surely alive: {', '.join(layout.applications) or 'none'}."


def survivors_table(layouts: Mapping[str, Layout]) -> Table:
    """By layout and fault, how many applications surely live on after it has struck the first of them."""
    rows = []
    for name, layout in layouts.items():
        alive, count = survivors(layout), len(layout.applications)
        rows.append((name, *(f"{alive[fault]} of {count}" if fault in alive else "no hypervisor" for fault in FAULTS)))
    return Table(("Layout", *FAULTS), tuple(rows), "Applications that surely live on; the fault strikes at the first.")

"""Where the parts of a hypervisor stand in a drawing: guest A on the left, B on the right, and arrows between."""

from collections.abc import Sequence
from dataclasses import dataclass

from vlearn.sim.datacenter.hypervisors import Part
from vlearn.views.svg import VERMILION, Point, Shape, arrow

WIDTH, LEFT, TOP, LANE, BOX = 760, 112, 46, 62, 36
INSET = {"host kernel": 26, "host process": 58}
"""How far a layer's boxes stand in, so that arrows past them have room."""
CHANNEL = {("hypervisor", "guest kernel"): 13, ("host kernel", "guest kernel"): 42}
"""Where arrows run that pass other layers, in pixels from the outer edge of a guest's column."""
COLUMN = 226
"""The width of each guest's column; what belongs to neither guest stands between them, or spans all."""


@dataclass(frozen=True, slots=True)
class Place:
    """A part with its box."""

    part: Part
    left: float
    right: float
    top: float

    @property
    def side(self) -> str:
        """The guest that it belongs to, or nothing."""
        return self.part.name[-1] if self.part.name[-2:] in (" A", " B") else ""

    @property
    def middle(self) -> float:
        """Half-way across."""
        return (self.left + self.right) / 2


def place_of(part: Part, lanes: Sequence[str]) -> Place:
    """The place of a part among these layers, which are given from the top."""
    inset, end = INSET.get(part.layer, 0), WIDTH - 4
    top = TOP + LANE * lanes.index(part.layer)
    if part.name.endswith(" A"):
        return Place(part, LEFT + inset, LEFT + COLUMN, top)
    if part.name.endswith(" B"):
        return Place(part, end - COLUMN, end - inset, top)
    if part.size is None:
        return Place(part, LEFT + COLUMN + 22, end - COLUMN - 22, top)
    return Place(part, LEFT + inset, end - inset, top)


def way(start: Place, end: Place) -> Shape:
    """The arrow of one control."""
    if start.top == end.top:
        return _along(start, end)
    narrow = min(start, end, key=lambda place: place.right - place.left)
    x = narrow.middle
    if (off := CHANNEL.get((start.part.layer, end.part.layer))) is not None:
        x = WIDTH - 4 - off if end.side == "B" else LEFT + off
    up = end.top < start.top
    ends: tuple[Point, Point] = (x, start.top if up else start.top + BOX), (x, end.top + BOX if up else end.top)
    return arrow(*ends, colour=VERMILION, thickness=2)


def _along(start: Place, end: Place) -> Shape:
    """Within a layer: straight to what stands beside it, below it to what stands further on."""
    if not end.side:
        y = start.top + BOX / 2
        ends = (start.right, end.left) if start.left < end.left else (start.left, end.right)
        return arrow((ends[0], y), (ends[1], y), colour=VERMILION, thickness=2)
    low = start.top + BOX + 13
    corners = (start.middle, start.top + BOX), (start.middle, low), (end.middle, low), (end.middle, end.top + BOX)
    return arrow(*corners, colour=VERMILION, thickness=2)

"""Who runs at which privilege level, over time: a staircase that goes down to the monitor and up to the process.

Lanes are levels, the least privileged on top; a box is a stretch of time in which one party runs, and each arrow
between two boxes says how the processor got there. The lanes may be rings or any layers of software, so that
hypervisors of all types fit on the same diagram.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vlearn.blocks import Block, Figure
from vlearn.errors import ModelError
from vlearn.sim.monitors.paths import LEVELS, Path
from vlearn.sim.monitors.paths.hypervisors import Layers
from vlearn.views.svg import (
    BLUE,
    BODY,
    GREY,
    INK,
    OUTSIDE,
    PLAIN,
    READ,
    SMALL,
    TITLE,
    WAITING,
    Look,
    Shape,
    arrow,
    box,
    drawing,
    line,
    text,
)

WIDTH, TOP, LANE, BOX = 760, 34, 72, 34
MONITOR = Look("#FFE3A3", "#8A6100", 2)
LOOKS = {"process": PLAIN, **dict.fromkeys(("monitor", "VMkernel", "Xen", "VMM", "KVM"), MONITOR)}
"""How the parties are drawn; any other one is drawn as a kernel is."""
_TIMES = {0: "never entered", 1: "entered once", 2: "entered twice"}
_LETTER = 6.2
"""The width of a letter of a label, nearly."""


@dataclass(frozen=True, slots=True)
class Stair:
    """A stretch of time: the lane, who runs there, and how the processor got there."""

    lane: str
    who: str
    entry: str = ""


def draw_path(path: Path, shown: int | None = None, lanes: Sequence[str] = ()) -> tuple[Block, ...]:
    """A path as one figure; only the first `shown` stages, if that is given, with room left for the others.

    `lanes` are the path's own levels and the monitor's, unless they are given to compare several paths.
    """
    stairs = tuple(Stair(stage.level, stage.who, stage.entry) for stage in path.stages)
    levels = {path.monitor_level, *(stage.level for stage in path.stages)}
    used = tuple(lanes) or tuple(level for level in LEVELS if level in levels)
    title = f"{path.kind.capitalize()}, {path.arrangement}"
    if path.monitor_level and (shown is None or shown >= len(path.stages)):  # the count tells what comes
        title += f": the monitor is {_TIMES.get(path.monitor_entries, f'entered {path.monitor_entries} times')}"
    return draw_stairs(title, used, stairs, shown, path.source)


def draw_layers(layers: Layers, shown: int | None = None, lanes: Sequence[str] = ()) -> tuple[Block, ...]:
    """What one type of hypervisor does for a read from a disk, through the layers of software."""
    stairs = tuple(Stair(visit.layer, visit.who, visit.entry) for visit in layers.visits)
    title = f"{layers.name} ({layers.example}): a process reads from a disk"
    return draw_stairs(title, tuple(lanes) or layers.layers, stairs, shown, f"from {layers.source}")


def draw_stairs(
    title: str, lanes: Sequence[str], stairs: Sequence[Stair], shown: int | None = None, source: str = ""
) -> tuple[Block, ...]:
    """Any staircase. Raises ModelError for a stair in a lane that there is not."""
    for stair in stairs:
        if stair.lane not in lanes:
            raise ModelError(f"there is no lane {stair.lane!r} in this drawing; its lanes are {', '.join(lanes)}")
    count = len(stairs) if shown is None else min(shown, len(stairs))
    height = TOP + LANE * len(lanes) + 8
    svg = drawing(WIDTH, height, _shapes(title, lanes, stairs, count))
    return (Figure(svg, " ".join(_words(title, stairs[:count], count < len(stairs), source))),)


def _shapes(title: str, lanes: Sequence[str], stairs: Sequence[Stair], shown: int) -> Iterator[Shape]:
    start = max(64, 14 + 7.6 * max(map(len, lanes), default=0))
    yield text(2, 16, title, size=TITLE, bold=True)
    for n, lane in enumerate(lanes):
        middle = TOP + LANE * (n + 0.5)
        yield text(2, middle + 4, lane, bold=True, size=BODY)
        yield line((start, middle), (WIDTH - 2, middle), colour=GREY, thickness=0.6, dashes="1 4")
    gutter = 34 if len(stairs) < 8 else 20
    pitch = (WIDTH - start - 2 + gutter) / max(1, len(stairs))
    width = pitch - gutter
    for n, stair in enumerate(stairs):
        left, middle = start + n * pitch, TOP + LANE * (lanes.index(stair.lane) + 0.5)
        if n >= shown:
            continue
        look = LOOKS.get(stair.who, READ)
        yield box(left, middle - BOX / 2, width, BOX, look)
        size = round(min(BODY, (width - 3) / (0.62 * len(stair.who))), 1)
        yield text(left + width / 2, middle + 4, stair.who, size=size, anchor="middle", bold=True, fill=INK)
        if n:
            before = TOP + LANE * (lanes.index(stairs[n - 1].lane) + 0.5)
            yield from _step(left - gutter, left, before, middle, stair.entry, pitch)
    if shown < len(stairs):
        left = start + shown * pitch
        yield box(left, TOP + 4, WIDTH - 4 - left, LANE * len(lanes) - 8, WAITING)
        yield text((left + WIDTH - 4) / 2, TOP + LANE * len(lanes) / 2, "?", anchor="middle", size=28, fill=GREY)


def _step(x: float, after: float, start: float, end: float, label: str, pitch: float) -> Iterator[Shape]:
    """An arrow from one box to the next, with its label where no box can be."""
    lines = _broken(label, pitch - 6)
    if start == end:
        yield arrow((x, start), (after, end), colour=BLUE, thickness=2)
        top = start - BOX / 2 - 6 - 13 * (len(lines) - 1)
        for n, words in enumerate(lines):
            yield text((x + after) / 2, top + 13 * n, words, size=SMALL, anchor="middle")
        return
    bend = (x + after) / 2 - 4
    yield arrow((x, start), (bend, start), (bend, end), (after, end), colour=BLUE, thickness=2)
    middle = (start + end) / 2 if abs(end - start) <= LANE else start + LANE / 2 * (1 if end > start else -1)
    for n, words in enumerate(lines):
        yield text(bend + 6, middle + 4 + 13 * (n - (len(lines) - 1) / 2), words, size=SMALL, fill=OUTSIDE)


def _broken(label: str, width: float) -> tuple[str, ...]:
    """The label in two lines where one would be too wide."""
    if len(label) * _LETTER <= width or " " not in label:
        return (label,)
    head, _, tail = label.partition(" ")
    return (head, tail)


def _words(title: str, stairs: Sequence[Stair], more: bool, source: str) -> Iterator[str]:
    yield f"{title}."
    for n, stair in enumerate(stairs):
        by = f", by {stair.entry}" if stair.entry else ""
        yield f"{n + 1}: the {stair.who} in {stair.lane}{by}."
    if more:
        yield "What follows is left open."
    if source:
        yield f"This path is {source}." if source.startswith("read") else f"This path comes {source}."

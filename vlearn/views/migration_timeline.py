"""A migration along time: what is sent in each stretch, and where the machine runs meanwhile.

A stretch too short to see is drawn as a line, and one too short for its words has none: the legend says what colours
mean, and the table beside the drawing has all rounds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.migration.patterns import PAGE
from vlearn.sim.migration.report import Report
from vlearn.views.svg import (
    CURRENT,
    DONE,
    FAULT,
    GUEST,
    INK,
    READ,
    SMALL,
    TITLE,
    Look,
    Shape,
    box,
    drawing,
    line,
    text,
)

WIDTH, LABEL, LANE, TOP, THIN = 760, 76, 40, 34, 1.5
LANES = ("sending", "machine")
LEGEND = (
    "blue: a round · orange: the machine is paused · pink: pages follow · green: it runs at the source"
    " · yellow: at the destination"
)
BEYOND = 0.06
"""What is shown after the end, as a share of the whole: the machine runs on."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when, in seconds, what goes on in a lane."""

    lane: str
    start: float
    end: float
    words: str
    look: Look


def stretches(report: Report) -> tuple[Stretch, ...]:
    """What is sent, and where the machine runs, in order."""
    arrived = report.ending == "at the destination"
    live = [one for one in report.rounds if not one.paused]
    resumed = report.total - report.following
    paused = resumed - report.downtime if arrived else report.total
    now = paused - sum(one.seconds for one in live)
    found = []
    for one in report.rounds:
        words, look = ("rest", FAULT) if one.paused else (f"round {one.number}", READ)
        found.append(Stretch("sending", now, now + one.seconds, words, look))
        now += one.seconds
    if report.following:
        found.append(Stretch("sending", resumed, report.total, "missing pages", GUEST))
    after = report.total * (1 + BEYOND)
    if arrived:
        found.append(Stretch("machine", 0, paused, "runs at the source", DONE))
        found.append(Stretch("machine", paused, resumed, "paused", FAULT))
        found.append(Stretch("machine", resumed, after, "runs at the destination", CURRENT))
    else:
        found.append(Stretch("machine", 0, after, "runs at the source", DONE))
    return tuple(found)


def draw_timeline(report: Report) -> tuple[Block, ...]:
    """The drawing, and a table of the rounds."""
    scale = (WIDTH - LABEL - 12) / (report.total * (1 + BEYOND) or 1)
    said = f"{report.strategy}: {seconds(report.total)} in all, {seconds(report.downtime)} of downtime"
    height = TOP + LANE * len(LANES) + 50
    shapes = [
        text(2, 16, said, size=TITLE, bold=True),
        *(text(2, TOP + LANE * n + 21, name, bold=True) for n, name in enumerate(LANES)),
        *(shape for one in stretches(report) for shape in _bar(one, scale)),
        *_axis(report.total, scale, TOP + LANE * len(LANES) + 2),
        text(2, height - 6, LEGEND, size=SMALL),
    ]
    told = "; ".join(f"{one.words} from {seconds(one.start)} to {seconds(one.end)}" for one in stretches(report))
    return Figure(drawing(WIDTH, height, shapes), f"{said}. {told}."), rounds_table(report)


def rounds_table(report: Report) -> Table:
    """A row for every round."""
    rows = tuple(
        (
            "paused" if one.paused else str(one.number),
            f"{one.sent:,}",
            f"{one.skipped:,}",
            _megabytes(one.sent * PAGE),
            seconds(one.seconds),
            f"{one.dirtied:,}",
        )
        for one in report.rounds
    )
    header = ("Round", "Pages sent", "Pages skipped", "MB sent", "Lasts", "Pages dirtied meanwhile")
    ended = f"; they ended because {report.why}" if report.why else ""
    return Table(header, rows, f"Rounds of {report.strategy}{ended}.")


def _megabytes(size: int) -> str:
    """With a digit after the point, or of something small, with two that count."""
    return f"{size / 1e6:,.1f}" if size >= 1e5 or not size else f"{size / 1e6:.2g}"


def seconds(value: float) -> str:
    """A time in the unit that suits it."""
    if not value:
        return "0 s"
    if value < 1e-3:
        return f"{value * 1e6:.3g} µs"
    return f"{value * 1e3:.3g} ms" if value < 1 else f"{value:,.4g} s"


def _bar(one: Stretch, scale: float) -> Iterator[Shape]:
    left, width = LABEL + one.start * scale, (one.end - one.start) * scale
    top = TOP + LANE * LANES.index(one.lane)
    if width < 4:
        colour = one.look.stroke
        yield line((left + width / 2, top), (left + width / 2, top + LANE - 8), colour=colour, thickness=THIN)
        return
    yield box(left, top, width, LANE - 8, one.look, radius=1)
    if 6.9 * len(one.words) + 8 < width:
        yield text(left + width / 2, top + 20, one.words, size=SMALL, anchor="middle", fill=INK)


def _axis(total: float, scale: float, top: float) -> Iterator[Shape]:
    step = _step(total)
    yield line((LABEL, top), (WIDTH - 12, top))
    for number in range(int(total * (1 + BEYOND) / step) + 1):
        at = LABEL + number * step * scale
        yield line((at, top), (at, top + 5))
        yield text(at, top + 19, seconds(number * step) if number else "0", size=SMALL, anchor="middle")


def _step(total: float) -> float:
    """1, 2 or 5 times a power of ten, so that there are five to twelve ticks."""
    base = 10.0 ** len(str(int(total))) if total >= 1 else 1.0
    while base > total / 5 and base > 1e-9:
        for share in (1.0, 0.5, 0.2):
            if base * share <= total / 5:
                return base * share
        base /= 10
    return base or 1.0

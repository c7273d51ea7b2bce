"""A rollout over time: old and new pods, available or not, stacked, between the two bounds that the strategy sets.

What is counted, and what not, says `kubernetes_rollout_counts`.
"""

from collections.abc import Iterator, Sequence

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.kubernetes.cluster import Cluster
from vlearn.trace import Event, Trace
from vlearn.views import Draw
from vlearn.views.devices_strip import WIDTH
from vlearn.views.kubernetes_rollout_counts import Count, Rollout, margin_of, moments_of, rollout
from vlearn.views.svg import (
    BLUE,
    DONE,
    GREY,
    GUEST,
    READ,
    SMALL,
    TITLE,
    VERMILION,
    Look,
    Shape,
    box,
    drawing,
    element,
    line,
    text,
)

LEFT, RIGHT, TOP, TALL = 48.0, WIDTH - 12.0, 62.0, 210.0
PARTS: tuple[tuple[str, Look], ...] = (
    ("old, available", Look("#D0D7DE", GREY, 1.2)),
    ("new, available", DONE),
    ("old, not available", GUEST),
    ("new, not available", READ),
)
"""From the bottom up: all that are available stand together, so that the lower bound can be compared with them."""
_DASHES = (None, "9 3", "2 2", "5 2 1 2")
"""The outline of each part, so that none is told by its colour alone."""
PACES = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 3600.0, 1e9)
"""Seconds between two marks of the axis."""
Span = tuple[float, float]
"""The first and the last second that is drawn."""
MOST = 24
"""Rows of the table."""


def draw_rollout(trace: Trace[Cluster], name: str, namespace: str = "default") -> tuple[Block, ...]:
    """The chart of the whole run, and a table of the moments at which something changed."""
    found = rollout(trace, name, namespace)
    return _figure(found, None), _table(found)


def rollout_player(trace: Trace[Cluster], name: str, namespace: str = "default") -> Draw[Cluster]:
    """A view for a player: the chart of the whole run with a line where the moment is."""
    found = rollout(trace, name, namespace)
    begin = trace.start.now

    def draw(state: Cluster, event: Event | None) -> tuple[Block, ...]:
        return (_figure(found, state.now - begin, event),)

    return draw


def _figure(found: Rollout, now: float | None, event: Event | None = None) -> Figure:
    moments = moments_of(found)
    span = (moments[0].at, max(found.counts[-1].at, 1.0) + margin_of(found))
    high = max([1, *(each.total for each in found.counts), found.most or 0]) + 1
    shapes = [text(2, 16, f"Pods of {found.name}", size=TITLE, bold=True), *_legend(found)]
    shapes += _axes(high, span)
    for part in range(len(PARTS)):
        shapes += _area(moments, part, high, span)
    for bound, _, colour, dashes in _bounds(found):
        y = _y(bound, high)
        shapes.append(line((LEFT, y), (RIGHT, y), colour=colour, thickness=2.2, dashes=dashes))
    if now is not None:
        x = _x(now, span)
        shapes.append(line((x, TOP - 6), (x, TOP + TALL), colour=BLUE, thickness=2.6))
        shapes.append(
            element("polygon", points=f"{x - 5:.1f},{TOP - 8} {x + 5:.1f},{TOP - 8} {x:.1f},{TOP}", fill=BLUE)
        )
    return Figure(drawing(WIDTH, TOP + TALL + 44, shapes), _alt(found, moments, now, event))


def _legend(found: Rollout) -> Iterator[Shape]:
    for n, (name, look) in enumerate(PARTS):
        x = 150 + n * 148
        yield box(x, 6, 16, 12, Look(look.fill, look.stroke, look.thickness, _DASHES[n]), radius=0)
        yield text(x + 21, 16, name, size=SMALL)
    left = 150.0
    for _, words, colour, dashes in _bounds(found):
        yield line((left, 36), (left + 18, 36), colour=colour, thickness=2.2, dashes=dashes)
        yield text(left + 23, 40, words, size=SMALL)
        left += 296


def _bounds(found: Rollout) -> Iterator[tuple[int, str, str, str | None]]:
    if found.most is not None:
        yield found.most, f"at most {found.most}: replicas + maxSurge", VERMILION, None
    if found.least is not None:
        yield found.least, f"at least {found.least} available: replicas − maxUnavailable", BLUE, "7 4"


def _axes(high: int, span: Span) -> Iterator[Shape]:
    step = max(1, -(-high // 8))
    for value in range(0, high + 1, step):
        y = _y(value, high)
        yield line((LEFT, y), (RIGHT, y), colour=GREY, thickness=0.4)
        yield text(LEFT - 6, y + 4, str(value), size=SMALL, anchor="end")
    pace = next(each for each in PACES if span[1] / each <= 12)
    ticks = int(span[1] / pace)
    for n in range(ticks + 1):
        x = _x(n * pace, span)
        yield line((x, TOP + TALL), (x, TOP + TALL + 4), colour=GREY)
        yield text(x, TOP + TALL + 17, f"{n * pace:g}", size=SMALL, anchor="end" if x > RIGHT - 14 else "middle")
    yield text((LEFT + RIGHT) / 2, TOP + TALL + 36, "seconds", size=SMALL, anchor="middle")


def _area(moments: Sequence[Count], part: int, high: int, span: Span) -> Iterator[Shape]:
    """One of PARTS as a filled staircase between what lies below it and its own top."""
    upper: list[str] = []
    lower: list[str] = []
    for n, each in enumerate(moments):
        until = moments[n + 1].at if n + 1 < len(moments) else span[1]
        below, top = sum(each.parts[:part]), sum(each.parts[: part + 1])
        for at in (each.at, until):
            upper.append(f"{_x(at, span):.1f},{_y(top, high):.1f}")
            lower.append(f"{_x(at, span):.1f},{_y(below, high):.1f}")
    if upper == lower:
        return
    look = PARTS[part][1]
    yield element(
        "polygon", points=" ".join([*upper, *reversed(lower)]), fill=look.fill, stroke=look.stroke, stroke_width=1.2,
        stroke_dasharray=_DASHES[part],
    )  # fmt: skip


def _x(at: float, span: Span) -> float:
    return LEFT + (at - span[0]) / (span[1] - span[0]) * (RIGHT - LEFT)


def _y(pods: float, high: int) -> float:
    return TOP + TALL - pods / high * TALL


def _table(found: Rollout) -> Table:
    moments = moments_of(found)
    rows = tuple(
        (f"{each.at:.3g} s" if each.at >= 0 else "before", *map(str, each.parts), str(each.available), str(each.total))
        for each in moments[:MOST]
    )
    hidden = len(moments) - len(rows)
    more = f"; {hidden} later moments are not shown" if hidden else ""
    header = ("From", *(name for name, _ in PARTS), "Available", "All")
    return Table(header, rows, f"Pods of {found.name} over time{more}")


def _alt(found: Rollout, moments: Sequence[Count], now: float | None, event: Event | None) -> str:
    least, most = min(each.available for each in found.counts), max(each.total for each in found.counts)
    bounds = "" if found.most is None else f" The strategy allows at most {found.most} and at least {found.least}."
    seen = [each for each in moments if now is None or each.at <= now]
    parts = ", ".join(f"{count} {name}" for count, (name, _) in zip(seen[-1].parts, PARTS, strict=True))
    when = f"At {now:.3g} s" if now is not None else "In the end"
    said = f" {event.kind}: {event.text}." if event else ""
    return (
        f"Pods of {found.name} over {found.counts[-1].at:.3g} s: never more than {most} in all, never fewer than"
        f" {least} available.{bounds} {when}: {parts}.{said}"
    )

"""A release along time: old, new and starting servers stacked, and below them which share of requests fails for users.

Where no server answers, all requests fail. A phase that takes no time is not drawn.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.delivery.phases import Strategy
from vlearn.sim.delivery.release import Release, RollOut, Service, Version, release
from vlearn.trace import run
from vlearn.views.delivery_axis import marks
from vlearn.views.delivery_words import minutes
from vlearn.views.devices_strip import WIDTH
from vlearn.views.svg import BLUE, DONE, FAULT, GREY, READ, SMALL, TITLE, Look, Shape, box, drawing, line, text

LEFT, TOP, TALL, ERRORS = 60, 50, 150, 56
PARTS: tuple[tuple[str, Look], ...] = (
    ("old", Look("#D0D7DE", GREY, 1.0)),
    ("new", Look(DONE.fill, DONE.stroke, 1.0, "9 3")),
    ("starting", Look(READ.fill, BLUE, 1.0, "2 2")),
)
"""From the bottom up. The outlines differ too, so that none is told by its colour alone."""
TEN_SERVERS = Service()
FAILING = Look(FAULT.fill, FAULT.stroke, 1.0)


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, in minutes, how many servers of each part there are, and the share of requests that fails."""

    start: float
    end: float
    parts: tuple[int, int, int]
    failing: float


def spans(state: Release, version: Version) -> tuple[Span, ...]:
    """The phases of a finished release that take time, one after another."""
    found, now = [], 0.0
    for phase in state.past:
        if phase.minutes:
            failing = phase.share * version.failing if phase.capacity else 1.0
            found.append(Span(now, now + phase.minutes, (phase.old, phase.new, phase.starting), failing))
            now += phase.minutes
    return tuple(found)


def draw_release(version: Version, strategy: Strategy, service: Service = TEN_SERVERS) -> tuple[Block, ...]:
    """Roll the version out, and draw what came of it."""
    final = run(release, Release(service), [RollOut(version, strategy)]).final
    found = spans(final, version)
    scale = (WIDTH - LEFT - 30) / (found[-1].end if found else 1.0)
    upper = TOP + TALL
    unit = TALL / max(1, final.most)
    title = f"{type(strategy).__name__}: {_outcome(final)}"
    shapes = [text(2, 16, title, size=TITLE, bold=True), *_legend()]
    for one in found:
        shapes += _servers(one, scale, upper, unit)
        shapes += _errors(one, scale, upper + 26 + ERRORS)
    count = final.service.servers
    for number in sorted({0, count, final.most}):
        shapes.append(text(LEFT - 8, upper - number * unit + 4, str(number), size=SMALL, anchor="end"))
    shapes.append(line((LEFT, upper - count * unit), (WIDTH - 30, upper - count * unit), dashes="4 3"))
    bottom = upper + 26 + ERRORS
    peak = 100 * max((one.failing for one in found), default=0.0)
    shapes += [
        text(2, TOP - 9, "servers", size=SMALL),
        text(2, upper + 20, f"requests that fail: {peak:.3g} % at most", size=SMALL),
        text(LEFT - 8, upper + 34, "100%", size=SMALL, anchor="end"),
        text(LEFT - 8, bottom, "0%", size=SMALL, anchor="end"),
        *marks(found[-1].end if found else 1.0, LEFT, scale, bottom, "min"),
    ]
    told = "; ".join(
        f"until {one.end:.3g} min {', '.join(f'{n} {name}' for n, (name, _) in zip(one.parts, PARTS, strict=True))}"
        f", {one.failing:.1%} fail"
        for one in found
    )
    return Figure(drawing(WIDTH, bottom + 28, shapes), f"{title}. {told}."), releases((strategy,), version, service)


def releases(strategies: Iterable[Strategy], version: Version, service: Service = TEN_SERVERS) -> Table:
    """A row for each strategy: what it costs, what users notice, and how long the way back takes."""
    rows = []
    for strategy in strategies:
        final = run(release, Release(service), [RollOut(version, strategy)]).final
        silent = sum(one.end - one.start for one in spans(final, version) if not sum(one.parts[:2]))
        rows.append((
            type(strategy).__name__, str(final.least), str(final.most), minutes(silent),
            f"{final.failed:.2g}", _outcome(final), "–" if final.back is None else minutes(final.back),
        ))  # fmt: skip
    header = (
        "Strategy",
        "Least that answer",
        "Most paid for",
        "No answer for",
        "Failed (user-minutes)",
        "Ends",
        "Way back",
    )
    return Table(header, tuple(rows), "Failed: minutes of all users' requests, answered by the new version in vain.")


def _outcome(final: Release) -> str:
    return "released" if final.back is None else f"taken back by {minutes(final.minutes)}"


def _servers(one: Span, scale: float, y: float, unit: float) -> Iterator[Shape]:
    left, width = LEFT + one.start * scale, max(1.5, (one.end - one.start) * scale)
    for count, (_, look) in zip(one.parts, PARTS, strict=True):
        if count:
            y -= count * unit
            yield box(left, y, width, count * unit, look, radius=0)


def _errors(one: Span, scale: float, bottom: float) -> Iterator[Shape]:
    if one.failing:
        left, width = LEFT + one.start * scale, max(1.5, (one.end - one.start) * scale)
        tall = max(1.5, one.failing * ERRORS)
        yield box(left, bottom - tall, width, tall, FAILING, radius=0)


def _legend() -> Iterator[Shape]:
    for n, (name, look) in enumerate((*PARTS, ("failing", FAILING))):
        x = LEFT + 40 + n * 110
        yield box(x, TOP - 20, 16, 12, look, radius=0)
        yield text(x + 22, TOP - 9, name, size=SMALL)

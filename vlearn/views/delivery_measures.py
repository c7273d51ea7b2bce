"""DORA's four measures beside each other: of one log as a table, of a sweep over one control as four small charts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log10

from vlearn.blocks import Block, Chart, Figure, Series, Table, Text
from vlearn.sim.delivery.measures import Measures
from vlearn.sim.delivery.suites import Suite
from vlearn.sim.delivery.year import Year
from vlearn.views.delivery_words import minutes
from vlearn.views.devices_strip import WIDTH
from vlearn.views.svg import BLUE, PAPER, SMALL, VERMILION, Look, Point, Shape, box, drawing, element, line, text

HIGH, GAP, LEFT = 118, 58, 64
PANEL = WIDTH / 2
FRAME = Look(PAPER, "#8C959F", 1)
GREW = Look(PAPER, VERMILION, 2)
AGAIN = {0: "no rerun", 1: "1 rerun"}
LEAST, RARE = 5e-6, "less than 0.001% of runs"
"""A share that still shows with three decimals of a per cent."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the four: its name, how to take it from all of them, and how a value is written."""

    name: str
    of: Callable[[Measures], float | None]
    words: Callable[[float], str]
    log: bool = False


FOUR = (
    Measure("change lead time (median)", lambda found: found.lead_time, minutes, log=True),
    Measure("deployments a day", lambda found: found.deployment_frequency, lambda value: f"{value:.3g}"),
    Measure("change fail rate", lambda found: found.fail_rate, lambda value: f"{value:.1%}"),
    Measure("recovery time (median)", lambda found: found.recovery_time, minutes),
)


def measured(found: Measures) -> Table:
    """The four of one log."""
    rows = tuple((one.name, "no value" if (value := one.of(found)) is None else one.words(value)) for one in FOUR)
    return Table(("Measure", "Value"), rows)


def draw_sweep(control: str, years: Sequence[Year]) -> tuple[Block, ...]:
    """Four charts over the values of a control, and words for the years that were stopped because a queue grew."""
    values = [float(getattr(year.team, control)) for year in years]
    shapes = [shape for n, one in enumerate(FOUR) for shape in _panel(one, control, values, years, n)]
    rows = "; ".join(
        f"at {value:g}: " + ", ".join(f"{one.name} {_said(one, year)}" for one in FOUR)
        for value, year in zip(values, years, strict=True)
    )
    figure = Figure(drawing(WIDTH, 2 * (HIGH + GAP), shapes), f"The four measures by {control}: {rows}.")
    stopped = [
        f"{control} = {value:g}: {year.stopped}." for value, year in zip(values, years, strict=True) if year.stopped
    ]
    return (figure, *map(Text, stopped[:1]), *((Text(f"So it is with {len(stopped) - 1} more."),) * (len(stopped) > 1)))


def false_alarms(share: float, most: int = 2000, reruns: int = 2) -> Chart:
    """How often a right commit is red by chance, by the number of tests, if those that fail are run again so often."""
    sizes = tuple(range(0, most + 1, max(1, most // 40)))
    found = tuple(
        Series(
            AGAIN.get(again, f"{again} reruns"),
            tuple(map(float, sizes)),
            tuple(100 * Suite(n, 0, share, reruns=again).false_alarm for n in sizes),
        )
        for again in range(reruns + 1)
    )
    return Chart("Right commits that are red by chance", "tests", "share of runs (%)", found)


def _said(one: Measure, year: Year) -> str:
    value = one.of(year.measures)
    return "none" if value is None else one.words(value)


def _panel(one: Measure, control: str, values: list[float], years: Sequence[Year], n: int) -> Iterator[Shape]:
    left, top = n % 2 * PANEL + LEFT, n // 2 * (HIGH + GAP) + 24
    wide = PANEL - LEFT - 24
    found = [
        (value, y, bool(year.stopped))
        for value, year in zip(values, years, strict=True)
        if (y := one.of(year.measures)) is not None
    ]
    yield box(left, top, wide, HIGH, FRAME, radius=0)
    span = (max(values) - min(values)) or 1.0
    for value in dict.fromkeys((values[0], values[-1])):
        x = left + 8 + (value - min(values)) / span * (wide - 16)
        yield text(x, top + HIGH + 14, f"{value:g}", size=SMALL, anchor="middle")
    yield text(left + wide / 2, top + HIGH + 14, control.replace("_", " "), size=SMALL, anchor="middle")
    if not found:
        yield text(left, top - 8, one.name, bold=True)
        return
    heights, (low, high) = _scaled([y for _, y, _ in found], one.log)
    yield text(left, top - 8, f"{one.name}{', log scale' if low else ''}", bold=True)
    yield text(left - 6, top + HIGH, one.words(low) if low else "0", size=SMALL, anchor="end")
    yield text(left - 6, top + 10, one.words(high), size=SMALL, anchor="end")
    points = [
        (left + 8 + (value - min(values)) / span * (wide - 16), top + HIGH - 6 - height * (HIGH - 12))
        for (value, _, _), height in zip(found, heights, strict=True)
    ]
    yield from _line(points, [stopped for *_, stopped in found])


def _scaled(values: list[float], logarithmic: bool) -> tuple[list[float], tuple[float, float]]:
    """Heights from 0 to 1, and values at both ends: 0 and the most, or on a logarithmic scale the least and most."""
    if logarithmic and min(values) > 0 and max(values) / min(values) > 4:
        low, high = log10(min(values)), log10(max(values))
        return [(log10(value) - low) / (high - low) for value in values], (min(values), max(values))
    high = max(values) or 1.0
    return [value / high for value in values], (0.0, high)


def _line(points: list[Point], stopped: list[bool]) -> Iterator[Shape]:
    """The points in a line; a hollow square stands where the queue grew, for what was measured until then."""
    yield line(*points, colour=BLUE, thickness=2)
    for (x, y), grew in zip(points, stopped, strict=True):
        yield box(x - 4, y - 4, 8, 8, GREW, radius=0) if grew else element("circle", cx=x, cy=y, r=3, fill=BLUE)


def suite_table(suite: Suite) -> Table:
    """What a suite of tests takes, and what its flaky tests cost."""
    again, alarm = suite.runs_until_green, suite.false_alarm
    runs = f"{again:.3g}" if again < 1e4 else "more than 10,000"
    rows = (
        ("a run without failures", minutes(suite.minutes)),
        ("a right commit is red by chance in", f"{alarm:.3%} of runs" if alarm == 0 or alarm >= LEAST else RARE),
        ("runs until a right commit is green, on average", runs),
    )
    return Table(("Of this suite", "Value"), rows)

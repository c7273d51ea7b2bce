"""An application's call graph at a moment of a run: servers, queues, answers, failures, and breakers on the arrows.

What the event touches is lit; a service that is down, slow or stuck says so in a word. Solid arrows are calls that
wait, dashed ones messages. Left out: which visit waits for which.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from vlearn.blocks import Block, Figure
from vlearn.sim.services.application import Application, Call
from vlearn.sim.services.cascade import Wall, cascade
from vlearn.trace import Event
from vlearn.views import Draw
from vlearn.views.devices_strip import STRIP, sentence, strip
from vlearn.views.services_gauge import condition, gauge_drawn
from vlearn.views.services_layout import HEIGHT, LABEL, Plan, plan
from vlearn.views.svg import BLUE, GREEN, OUTSIDE, SMALL, VERMILION, Point, Shape, arrow, drawing, text

GOOD = ("answer", "up", "breaker-closed")
BAD = ("refuse", "fail", "time-out", "reject", "down", "breaker-open", "dead-letter", "overflow")
TOP = 28
LEGEND = "Upper squares: servers, filled when taken. Lower squares: visits that wait. Dashed arrows: messages."
_BREAKERS = {"closed": (GREEN, 1.4, None), "half-open": (BLUE, 2.0, "8 3"), "open": (VERMILION, 2.4, "2 4")}
"""By a breaker's state: how the arrow behind it is drawn."""
DECIMALS = 3
"""Decimals of the seconds that are shown."""


def wall_of(application: Application, entries: Iterable[str] | None = None) -> Draw[Wall]:
    """The view for runs of this application; customers come in at `entries`, or at each service that no other calls."""
    return partial(draw, application, plan(application), _entries(application, entries))


def draw(
    application: Application, places: Plan, entries: tuple[str, ...], state: Wall, event: Event | None = None
) -> tuple[Block, ...]:
    """One moment."""
    y = TOP + places.height
    shapes = [
        text(4, 16, _heading(state), bold=True),
        *_graph(application, places, entries, state, event.touches if event else ()),
        text(4, y + 18, LEGEND, size=SMALL),
        *strip(event, "Before the first request", y + 26, GOOD, BAD),
    ]
    alt = f"{_heading(state)}. {_told(state)}{sentence(event)}"
    return (Figure(drawing(places.width, y + 26 + STRIP + 4, shapes), alt),)


def draw_graph(application: Application, entries: Iterable[str] | None = None) -> tuple[Block, ...]:
    """The application at rest: its services, servers and calls."""
    places, start = plan(application), cascade(application).start
    shapes = [
        *_graph(application, places, _entries(application, entries), start, ()),
        text(4, TOP + places.height + 18, LEGEND, size=SMALL),
    ]
    told = (
        f"{caller} {'calls' if call.waits else 'sends messages to'} {to}."
        for (caller, to), call in _calls(application).items()
    )
    alt = f"{_told(start)} {' '.join(told) or 'Nobody calls anybody.'}"
    return (Figure(drawing(places.width, TOP + places.height + 26, shapes), alt),)


def _entries(application: Application, entries: Iterable[str] | None) -> tuple[str, ...]:
    if entries is not None:
        return tuple(application.service(name).name for name in entries)
    called = {call.to for service in application.services for call in service.calls}
    return tuple(service.name for service in application.services if service.name not in called)


def _graph(
    application: Application, places: Plan, entries: tuple[str, ...], state: Wall, touched: tuple[str, ...]
) -> Iterator[Shape]:
    """Arrows, then boxes."""
    for name in entries:
        x, y = places.corners[name]
        yield arrow((2, y + TOP + HEIGHT / 2), (x, y + TOP + HEIGHT / 2))
    breakers = {(caller, to): circuit for caller, to, circuit in state.breakers}
    for edge, call in _calls(application).items():
        yield from _arrow(places.routes[edge], call, breakers.get(edge))
    for gauge in state.services:
        x, y = places.corners[gauge.name]
        yield from gauge_drawn(gauge, x, y + TOP, places.box, gauge.name in touched)


def _calls(application: Application) -> dict[tuple[str, str], Call]:
    return {(service.name, call.to): call for service in application.services for call in service.calls}


def _heading(state: Wall) -> str:
    return (
        f"{round(state.seconds, DECIMALS):g} s: {state.arrived} requests arrived, {state.answered} answered,"
        f" {state.failed} failed, {state.open_requests} open"
    )


def _arrow(route: tuple[Point, ...], call: Call, circuit: str | None) -> Iterator[Shape]:
    points = [(x, y + TOP) for x, y in route]
    colour, thickness, dashes = _BREAKERS.get(circuit or "", (OUTSIDE, 1.2, None if call.waits else "6 4"))
    yield arrow(*points, colour=colour, thickness=thickness, dashes=dashes)
    if circuit:
        x, y = points[-1]
        yield text(x - LABEL + 2, y - 5, circuit, size=10)


def _told(state: Wall) -> str:
    """Every service and every breaker in a sentence."""
    told = []
    for gauge in state.services:
        word = condition(gauge)[0]
        told.append(
            f"{gauge.name}{f' ({word})' if word else ''}: {gauge.taken} of {gauge.servers} servers taken,"
            f" {gauge.queued} waiting, {gauge.answered} answered, {gauge.failed + gauge.refused} failed."
        )
    told += [f"The breaker from {caller} to {to} is {circuit}." for caller, to, circuit in state.breakers]
    return " ".join(told)

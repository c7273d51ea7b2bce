"""The translation cache: its units in the order of the guest's code, and where their exits lead.

A patched exit is a solid arrow to its unit; any other one is a dashed arrow to the dispatcher, and so are the indirect
ones, which can never be patched.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vlearn.blocks import Figure
from vlearn.sim.monitors.translation import Key, TranslationCache, Treatment, Unit
from vlearn.views.svg import BLUE, CURRENT, DONE, INK, PLAIN, SMALL, TITLE, Shape, arrow, box, drawing, fitted, text

WIDTH, BOX, DISPATCHER, LANE = 640, 300, 104, 13
HEAD, ROW, GAP, TOP = 22, 18, 12, 34
MOST, LANES = 12, 6
"""Units drawn at most, and lanes for arrows at least, so that little moves while a run is played."""


@dataclass(frozen=True, slots=True)
class _Exit:
    """A way out of a unit, and the unit that it has been patched to lead to."""

    words: str
    to: Key | None


def draw_cache(cache: TranslationCache, most: int = MOST) -> Figure:
    """At most `most` units, those nearest to the current one; the current one is lit."""
    current = cache.at[0].key if cache.at else cache.left[0] if cache.left else None
    shown = _nearest(cache, current, most)
    exits = {unit.key: _exits(cache, unit) for unit in shown}
    tops = dict(zip(exits, _tops(list(exits.values())), strict=True))
    links = [(key, n, e.to) for key, found in exits.items() for n, e in enumerate(found) if e.to in tops]
    lanes = _lanes([(_exit_y(tops, key, n), tops[to] + HEAD / 2) for key, n, to in links if to is not None])
    left = 10 + LANE * max(LANES, max(lanes, default=0) + 1)
    bottom = max((tops[key] + HEAD + ROW * len(found) for key, found in exits.items()), default=0.0)
    bottom = max(bottom, TOP + 2.0 * HEAD)
    units = "1 unit" if len(cache.units) == 1 else f"{len(cache.units)} units"
    shapes = [text(2, 16, f"The translation cache: {units}", size=TITLE, bold=True)]
    shapes += _dispatcher(bottom)
    for unit in shown:
        shapes += _unit(unit, exits[unit.key], tops, left, tops[unit.key], unit.key == current)
    for (key, n, to), lane in zip(links, lanes, strict=True):
        assert to is not None, "only patched exits are links"
        x, y, end = left - 8 - LANE * lane, _exit_y(tops, key, n), tops[to] + HEAD / 2
        lit = key == current
        bends = (left, y), (x, y), (x, end), (left, end)
        shapes.append(arrow(*bends, colour=BLUE, thickness=2.4 if lit else 1.4))
    hidden = len(cache.units) - len(shown)
    caption = f"{hidden} more units are not drawn" if hidden else ""
    return Figure(drawing(WIDTH, bottom + 6, shapes), _alt(shown, exits, current), caption)


def _nearest(cache: TranslationCache, current: Key | None, most: int) -> list[Unit]:
    middle = current.eip if current else 0
    near = sorted(cache.units.values(), key=lambda unit: (abs(unit.key.eip - middle), unit.key.eip))[:most]
    return sorted(near, key=lambda unit: (unit.key.eip, unit.key.physical))


def _exits(cache: TranslationCache, unit: Unit) -> tuple[_Exit, ...]:
    found = []
    for address in unit.exits:
        to = cache.links.get((unit.key, address))
        found.append(_Exit(f"exit to {address:#x}: {'patched' if to else 'by the dispatcher'}", to))
    if found:
        return tuple(found)
    looked_up = unit.lines[-1].treatment is Treatment.INDIRECT
    return (_Exit("indirect: looked up each time" if looked_up else "call-out: the monitor decides", None),)


def _tops(exits: Sequence[tuple[_Exit, ...]]) -> Iterator[float]:
    y = float(TOP)
    for found in exits:
        yield y
        y += HEAD + ROW * len(found) + GAP


def _exit_y(tops: Mapping[Key, float], key: Key, number: int) -> float:
    return tops[key] + HEAD + ROW * number + ROW / 2


def _lanes(spans: Sequence[tuple[float, float]]) -> list[int]:
    """A lane for each arrow, short arrows inside, so that no two that overlap share one."""
    lanes: dict[int, int] = {}
    for n in sorted(range(len(spans)), key=lambda n: abs(spans[n][0] - spans[n][1])):
        low, high = sorted(spans[n])
        taken = {lane for other, lane in lanes.items() if min(spans[other]) <= high and low <= max(spans[other])}
        lanes[n] = next(lane for lane in range(len(spans)) if lane not in taken)
    return [lanes[n] for n in range(len(spans))]


def _dispatcher(bottom: float) -> Iterator[Shape]:
    x = WIDTH - 2 - DISPATCHER
    yield box(x, TOP, DISPATCHER, bottom - TOP, DONE)
    for n, word in enumerate(("the monitor's", "dispatcher")):
        yield text(x + DISPATCHER / 2, TOP + 18 + 15 * n, word, anchor="middle", bold=n == 1, fill=INK)


def _unit(
    unit: Unit, exits: tuple[_Exit, ...], drawn: Collection[Key], x: float, y: float, current: bool
) -> Iterator[Shape]:
    yield box(x, y, BOX, HEAD + ROW * len(exits), CURRENT if current else PLAIN)
    name = f"{unit.key.eip:#x}: {unit.lines[0].instruction}" + (" ..." if len(unit) > 1 else "")
    yield text(x + 8, y + 15, name, size=fitted(name, BOX - 16), mono=True, bold=True, fill=INK)
    for n, exit in enumerate(exits):
        middle = y + HEAD + ROW * n + ROW / 2
        words = exit.words + (" (not drawn here)" if exit.to and exit.to not in drawn else "")
        yield text(x + 8, middle + 4, words, size=SMALL, fill=INK)
        if exit.to is None:
            yield arrow((x + BOX, middle), (WIDTH - 2 - DISPATCHER, middle), dashes="4 3")


def _alt(shown: Sequence[Unit], exits: Mapping[Key, tuple[_Exit, ...]], current: Key | None) -> str:
    parts = [
        f"the unit at {unit.key}{', the current one' if unit.key == current else ''}: "
        + ", ".join(exit.words for exit in exits[unit.key])
        for unit in shown
    ]
    return f"The translation cache. {'; '.join(parts)}." if parts else "The translation cache is empty."

"""Servers and their settings as a grid, below what is declared; a cell that differs from it is marked.

Servers that are alike in every setting have the same letter.
"""

from collections.abc import Iterator, Mapping, Sequence
from string import ascii_uppercase

from vlearn.blocks import Block, Chart, Figure, Series
from vlearn.sim.delivery.servers import Servers
from vlearn.trace import Event
from vlearn.views.delivery_words import short_of
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import DONE, FAULT, INK, PLAIN, READ, SMALL, Look, Shape, box, drawing, text

ROW, NAME, KIND, TOP = 28, 96, 76, 24
NOTHING = "–"


def draw(state: Servers, event: Event | None = None) -> tuple[Block, ...]:
    """A row for the declaration and one for each server, a column for each setting that any of them has."""
    keys = sorted({*state.declared, *(key for each in state.settings for key in each)})
    pitch = (WIDTH - NAME - KIND - 8) / max(1, len(keys))
    shapes = [_head(key, NAME + (n + 0.5) * pitch, pitch) for n, key in enumerate(keys)]
    shapes.append(text(WIDTH - KIND / 2 - 4, 15, "kind", size=SMALL, anchor="middle"))
    shapes += _row("declared", [(state.declared.get(key, NOTHING), READ) for key in keys], TOP, pitch)
    letters = kinds(state)
    for n, settings in enumerate(state.settings):
        values = [(settings.get(key, NOTHING), state.declared.get(key, NOTHING)) for key in keys]
        cells = [(value, PLAIN if value == wanted else FAULT) for value, wanted in values]
        y = TOP + (n + 1) * ROW + 4
        shapes += _row(f"server {n}", cells, y, pitch)
        shapes.append(box(WIDTH - KIND + 10, y, KIND - 26, ROW - 4, PLAIN if n in state.drifted else DONE))
        shapes.append(text(WIDTH - KIND / 2 - 3, y + 17, letters[n], anchor="middle", bold=True, fill=INK))
    below = TOP + (len(state.settings) + 1) * ROW + 12
    good = ("rebuild",) if not state.drifted else ()
    shapes += strip(event, "Before the first change", below, good, ())
    return (Figure(drawing(WIDTH, below + STRIP + 4, shapes), f"{_said(state)}{sentence(event)}"),)


def drift(kinds_left: Mapping[str, Sequence[int]]) -> Chart:
    """How many kinds of server there are after each change, by the way in which servers are changed."""
    lines = tuple(
        Series(way, tuple(map(float, range(len(found)))), tuple(map(float, found))) for way, found in kinds_left.items()
    )
    return Chart("Servers drift apart", "changes", "kinds of server", lines)


def kinds(state: Servers) -> tuple[str, ...]:
    """A letter for each server: the same for servers that are alike."""
    found = list(dict.fromkeys(state.settings))
    return tuple(_letter(found.index(each)) for each in state.settings)


def _letter(number: int) -> str:
    return ascii_uppercase[number] if number < len(ascii_uppercase) else str(number + 1)


def _head(key: str, x: float, pitch: float) -> Shape:
    return text(x, 15, short_of(key, pitch - 6, SMALL), size=SMALL, anchor="middle", mono=True)


def _row(name: str, cells: list[tuple[str, Look]], y: float, pitch: float) -> Iterator[Shape]:
    yield text(4, y + 18, name, bold=True)
    for n, (value, look) in enumerate(cells):
        x = NAME + n * pitch
        yield box(x, y, pitch - 4, ROW - 4, look)
        differs = "≠ " if look is FAULT else ""
        shown = short_of(f"{differs}{value}", pitch - 12, SMALL)
        yield text(x + pitch / 2 - 2, y + 17, shown, size=SMALL, anchor="middle", mono=True, fill=INK)


def _said(state: Servers) -> str:
    declared = ", ".join(f"{key} {value}" for key, value in sorted(state.declared.items()))
    drifted = ", ".join(f"server {n}" for n in state.drifted) or "no server"
    return f"Declared: {declared}. {drifted.capitalize()} differs. Kinds: {', '.join(kinds(state))}."

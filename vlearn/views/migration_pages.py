"""The pages of a migration, as one cell each at both hosts: what is there, what is out of date, what is to be sent.

A cell's word is its page number, its second line what a reader has to know of it; the look says the same again. Where
there are too many pages for words, the looks and the counts in the heads remain.
"""

from collections.abc import Iterator
from textwrap import wrap

from vlearn.blocks import Figure
from vlearn.sim.migration.state import Host, Migration
from vlearn.trace import Event
from vlearn.views.svg import (
    CURRENT,
    DONE,
    FAULT,
    GUEST,
    INK,
    PLAIN,
    SMALL,
    TITLE,
    WAITING,
    Look,
    Shape,
    box,
    drawing,
    fitted,
    text,
)

WIDTH, TOP, ROW, GAP = 760, 62, 34, 30
LINE = 84
"""Characters of a heading that fit beside each other."""
LEAST = 34
"""The narrowest cell that still has room for its words."""


def draw_pages(state: Migration, event: Event | None) -> Figure:
    """Both hosts' memories at the moment after the event."""
    count = state.machine.pages
    columns = min(count, 8) if count <= 80 else 28
    worded = (WIDTH / 2 - GAP) / columns >= LEAST
    row = ROW if worded else 14
    cell = (WIDTH - GAP) / 2 / columns
    said = event.text if event else "The machine runs at the source."
    lines = wrap(said, LINE)
    top = TOP + 18 * (len(lines) - 1)
    height = top + row * -(-count // columns) + 26
    shapes = [text(2, 16 + 18 * n, words, size=TITLE, bold=True) for n, words in enumerate(lines)]
    for left, name, host in (
        (2.0, "source", state.source),
        (2 + WIDTH / 2 + GAP / 2, "destination", state.destination),
    ):
        shapes += [
            text(left, top - 24, name, bold=True),
            text(left, top - 8, _head(state, host), size=SMALL),
        ]
        for page in range(count):
            at = left + page % columns * cell, top + page // columns * row
            shapes += _cell(state, host, page, at, (cell - 3, row - 3), event, worded)
    shapes.append(text(2, height - 6, LEGEND, size=SMALL))
    return Figure(drawing(WIDTH + 4, height, shapes), f"{said} {_alt(state)}")


LEGEND = (
    "green: the newest version is here · pink: out of date · dashed: not here · yellow: touched now · orange: asked for"
)


def _head(state: Migration, host: Host) -> str:
    if not host.alive:
        return "without power"
    what = "runs the machine" if host.runs else "does not run it"
    return f"{what}{', owns it' if host.owns else ''}, has {_held(state, host)} of {state.machine.pages} pages"


def _held(state: Migration, host: Host) -> int:
    return sum(held == new for held, new in zip(host.memory, state.newest, strict=True))


def _look(state: Migration, host: Host, page: int, event: Event | None) -> Look:
    if event and f"page[{page}]" in event.touches:
        return FAULT if event.kind == "fault" else CURRENT
    if host.memory[page] is None:
        return WAITING
    return DONE if host.memory[page] == state.newest[page] else GUEST


def _word(state: Migration, host: Host, page: int) -> str:
    if host is state.source:
        if page in state.dirty:
            return "dirty"
        if page in state.to_send:
            return "to send"
        return "old" if host.memory[page] not in (None, state.newest[page]) else ""
    if host.memory[page] is None:
        return "absent"
    return "old" if host.memory[page] != state.newest[page] else ""


def _cell(
    state: Migration,
    host: Host,
    page: int,
    at: tuple[float, float],
    size: tuple[float, float],
    event: Event | None,
    worded: bool,
) -> Iterator[Shape]:
    look = _look(state, host, page, event) if host.alive else PLAIN
    yield box(*at, *size, look, radius=2)
    if worded:
        word = _word(state, host, page) if host.alive else ""
        middle = at[0] + size[0] / 2
        yield text(middle, at[1] + 13, str(page), size=SMALL, anchor="middle", bold=True, fill=INK)
        if word:
            yield text(middle, at[1] + 26, word, size=max(9, fitted(word, size[0], 9)), anchor="middle", fill=INK)


def _alt(state: Migration) -> str:
    parts = []
    for name, host in (("source", state.source), ("destination", state.destination)):
        parts.append(f"The {name} {_head(state, host)}.")
    waiting = f"{len(state.to_send)} pages are to be sent, {len(state.dirty)} are dirty again."
    return " ".join((*parts, waiting))

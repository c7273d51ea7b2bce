"""The strip under a drawing of a device: what happened, in the event's own words, and whether it went well."""

from collections.abc import Iterator
from textwrap import wrap

from vlearn.trace import Event
from vlearn.views.svg import DONE, FAULT, INK, PLAIN, TITLE, Shape, box, cross, text, tick

WIDTH = 760
STRIP = 62
LINE = 96


def strip(event: Event | None, before: str, y: float, good: tuple[str, ...], bad: tuple[str, ...]) -> Iterator[Shape]:
    """A box of STRIP height at y; `before` stands there while nothing has happened yet."""
    kind = event.kind if event else ""
    look = DONE if kind in good else FAULT if kind in bad else PLAIN
    yield box(2, y, WIDTH - 4, STRIP, look)
    if look is not PLAIN:
        yield tick(22, y + 20) if look is DONE else cross(22, y + 20)
    left = 14 if look is PLAIN else 40
    title = kind.replace("-", " ").capitalize().replace("Dma", "DMA") or before
    yield text(left, y + 21, title, size=TITLE, bold=True, fill=INK)
    for n, words in enumerate(wrap(event.text, LINE)[:2] if event else ()):
        yield text(left, y + 39 + 15 * n, words, fill=INK)


def sentence(event: Event | None) -> str:
    """The event as the last sentence of an alternative text."""
    return f" {event.text[0].upper()}{event.text[1:]}." if event else ""

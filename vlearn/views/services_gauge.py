"""One service in a call graph: its servers, its queue, what became of its visits, and what is the matter with it."""

from collections.abc import Iterator

from vlearn.sim.services.cascade import Gauge
from vlearn.views.services_layout import HEIGHT
from vlearn.views.svg import BODY, CURRENT, FAULT, GUEST, INK, PLAIN, WAITING, Look, Shape, box, fitted, text

CELL = 11
FREE = Look("#FFFFFF", "#8C959F", 1)
TAKEN = Look("#57606A", "#1B1F24", 1)


def gauge_drawn(gauge: Gauge, x: float, y: float, width: float, lit: bool) -> Iterator[Shape]:
    """A box of HEIGHT pixels."""
    word, look = condition(gauge)
    if gauge.stuck:
        word = word.removesuffix(" slow")  # both words would leave no room for the name
    yield box(x, y, width, HEIGHT, CURRENT if lit else look, radius=6)
    room = width - 16 - (7 * len(word) + 10 if word else 0)
    size = max(9, fitted(gauge.name, room, BODY))
    most = int(room / (0.66 * size))
    name = gauge.name if len(gauge.name) <= most or size > 9 else f"{gauge.name[: most - 1]}…"
    yield text(x + 8, y + 16, name, size=size, bold=True, fill=INK)
    if word:
        yield text(x + width - 8, y + 16, word, size=10, anchor="end", fill=INK)
    yield from _cells(x + 8, y + 23, width - 16, gauge.taken, gauge.servers, "servers taken")
    yield from _cells(x + 8, y + 38, width - 16, gauge.queued, gauge.queued, "wait", GUEST)
    counts = f"{gauge.answered} answered, {gauge.failed + gauge.refused} failed"
    if not gauge.answered + gauge.failed + gauge.refused:
        counts = f"{gauge.servers} server{'s' * (gauge.servers > 1)}"
    yield text(x + 8, y + 63, counts, size=fitted(counts, width - 16, 10), fill=INK)


def condition(gauge: Gauge) -> tuple[str, Look]:
    """What is the matter with a service, in a word or two, and how its box is drawn."""
    if gauge.down:
        return "down", WAITING
    words = ("stuck",) * gauge.stuck + (f"{gauge.slowness:g}× slow",) * (gauge.slowness != 1)
    return ", ".join(words), FAULT if gauge.stuck else PLAIN


def _cells(
    x: float, y: float, width: float, filled: int, all_of_them: int, words: str, look: Look = TAKEN
) -> Iterator[Shape]:
    """A square for each, or a sentence where they do not fit."""
    if all_of_them * CELL > width:
        counted = f"{filled} of {all_of_them} {words}" if look is TAKEN else f"{filled} {words}"
        yield text(x, y + 9, counted, size=10, fill=INK)
        return
    for n in range(all_of_them):
        yield box(x + n * CELL, y, CELL - 2, CELL - 2, look if n < filled else FREE, radius=0)

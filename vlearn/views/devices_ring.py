"""A shared ring as an array of slots: what lies in each, which index stands where, and who wants to be notified.

An index is written as it is, counting freely; it stands at the slot that it has modulo the size. Producers stand above
the slots, consumers below. Both runs of a ring are drawn: whole moves (RingState) and single stores (Exchange).
"""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure
from vlearn.sim.devices.exchange import Exchange
from vlearn.sim.devices.ring import WORD, Ring, distance
from vlearn.sim.devices.ring_run import RingState
from vlearn.trace import Event
from vlearn.views.devices_slots import index_table, slots_of
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import (
    CURRENT,
    DONE,
    GREY,
    GUEST,
    INK,
    PLAIN,
    READ,
    SMALL,
    TITLE,
    WAITING,
    Look,
    Shape,
    arrow,
    box,
    drawing,
    text,
)

COLUMNS, CELL, GAP, PIN, BOX = 8, 52, 8, 15, 58
ABOVE = ("req_prod", "req_prod_pvt", "rsp_prod", "rsp_prod_pvt")
BELOW = ("req_cons", "rsp_cons")
GOOD = ("notify", "wake")
LOOKS: dict[str, Look] = {
    "free": WAITING,
    "written, unpublished": PLAIN,
    "to be taken": READ,
    "with the backend": GUEST,
    "answered, unpublished": PLAIN,
    "answered": DONE,
}


def draw_ring(state: RingState | Exchange, event: Event | None) -> tuple[Block, ...]:
    """The ring as a figure, and its eight indices as a table."""
    ring = state.ring
    touched = event.touches if event else ()
    shapes, y = [text(2, 16, f"Ring of {_slots(ring)}, {max(ring.free, 0)} free", size=TITLE, bold=True)], 24.0
    shapes.append(text(WIDTH - 2, 16, "producers above, consumers below", size=SMALL, anchor="end"))
    for first in range(0, ring.size, COLUMNS):
        shapes += _row(ring, first, touched, y)
        y += _height(ring, first)
    shapes += _ends(state, touched, y)
    shapes += strip(event, "Before the first move", y + BOX + GAP, GOOD, ())
    svg = drawing(WIDTH, y + BOX + GAP + STRIP + 4, shapes)
    return Figure(svg, _words(state) + sentence(event)), index_table(ring)


def _slots(ring: Ring) -> str:
    return f"{ring.size} slot{'s' * (ring.size != 1)}"


def _shown(ring: Ring) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The indices to draw: a private one only while it differs from the published one."""
    above = tuple(name for name in ABOVE if name[:8] == name or getattr(ring, name) != getattr(ring, name[:8]))
    return above, BELOW


def _room(ring: Ring, names: tuple[str, ...], first: int) -> float:
    """What the indices need that stand at the slots of a row: so many lines and an arrow, or nothing."""
    places = [getattr(ring, name) % ring.size for name in names]
    lines = max((places.count(place) for place in places if first <= place < first + COLUMNS), default=0)
    return lines * PIN + 14 if lines else 2


def _height(ring: Ring, first: int) -> float:
    above, below = _shown(ring)
    return _room(ring, above, first) + CELL + _room(ring, below, first) + 8


def _row(ring: Ring, first: int, touched: tuple[str, ...], y: float) -> Iterator[Shape]:
    above, below = _shown(ring)
    count = min(COLUMNS, ring.size)
    width = (WIDTH - 4 - GAP * (count - 1)) / count
    top = y + _room(ring, above, first)
    for column, slot in enumerate(slots_of(ring)[first : first + count]):
        x, number = 2 + column * (width + GAP), first + column
        yield box(x, top, width, CELL, CURRENT if "slot" in touched and _fresh(ring, number) else LOOKS[slot.stage])
        yield text(x + 5, top + 13, str(number), size=10, fill=GREY)
        old = slot.stage == "free"
        words = "" if old else slot.message
        yield text(x + width / 2, top + 28, words, size=SMALL, anchor="middle", bold=True, fill=INK)
        yield text(x + width / 2, top + 44, slot.stage, size=_fit(slot.stage, width), anchor="middle", fill=INK)
        for n, name in enumerate(name for name in above if getattr(ring, name) % ring.size == number):
            yield _pin(x + width / 2, top - 18 - n * PIN, name, getattr(ring, name), name in touched)
            if not n:
                yield arrow((x + width / 2, top - 15), (x + width / 2, top - 1))
        for n, name in enumerate(name for name in below if getattr(ring, name) % ring.size == number):
            yield _pin(x + width / 2, top + CELL + 26 + n * PIN, name, getattr(ring, name), name in touched)
            if not n:
                yield arrow((x + width / 2, top + CELL + 15), (x + width / 2, top + CELL + 1))


def _fit(words: str, width: float) -> float:
    return max(9, min(SMALL, round((width - 6) / (0.58 * len(words)), 1)))


def _fresh(ring: Ring, slot: int) -> bool:
    """Whether this is the slot that was written last, by either end."""
    return slot in ((ring.req_prod_pvt - 1) % ring.size, (ring.rsp_prod_pvt - 1) % ring.size)


def _pin(x: float, y: float, name: str, value: int, strong: bool) -> Shape:
    return text(x, y, f"{name} {_index(value)}", size=10, anchor="middle", bold=strong)


def _index(value: int) -> str:
    """The index, or how far it is before the wrap where that is shorter."""
    return str(value) if value < WORD - 10_000 else f"2³²−{WORD - value}"


def _ends(state: RingState | Exchange, touched: tuple[str, ...], y: float) -> Iterator[Shape]:
    """Both ends: whom an event index would notify, and who sleeps."""
    ring, half = state.ring, (WIDTH - 4 - GAP) / 2
    for n, (end, name, value, noun, place) in enumerate(
        (
            ("Frontend", "rsp_event", ring.rsp_event, "response", distance(ring.rsp_cons, ring.rsp_event)),
            ("Backend", "req_event", ring.req_event, "request", distance(ring.req_cons, ring.req_event)),
        )
    ):
        x = 2 + n * (half + GAP)
        yield box(x, y, half, BOX, CURRENT if name in touched else PLAIN)
        yield text(x + 12, y + 18, f"{end}{_mood(state, n)}", bold=True, fill=INK)
        yield text(x + 12, y + 35, f"{name} {_index(value)}", fill=INK, mono=True, size=SMALL)
        passed = place == 0 or place > WORD // 2
        wish = (
            f"asks for no {noun} that is still to come" if passed else f"asks to be notified: {noun} {place} from here"
        )
        yield text(x + 12, y + 50, wish, size=SMALL, fill=INK)


def _mood(state: RingState | Exchange, which: int) -> str:
    if isinstance(state, RingState):
        return ""
    mood = "awake" if (state.receiver, state.backend)[which] != "asleep" else "asleep"
    name = ("its receiver is ", "")[which] + mood
    return f": {name}{', an event is pending' if state.pending[1 - which] else ''}"


def _words(state: RingState | Exchange) -> str:
    ring = state.ring
    slots = "; ".join(
        f"slot {n}: {slot.stage}" if slot.stage == "free" else f"slot {n}: {slot.message}, {slot.stage}"
        for n, slot in enumerate(slots_of(ring))
    )
    indices = ", ".join(
        f"{name} {getattr(ring, name)}"
        for name in ("req_prod", "req_cons", "rsp_prod", "rsp_cons", "req_event", "rsp_event")
    )
    moods = "" if isinstance(state, RingState) else f" Frontend{_mood(state, 0)}. Backend{_mood(state, 1)}."
    return f"A ring of {_slots(ring)}. {slots}. Indices: {indices}.{moods}"

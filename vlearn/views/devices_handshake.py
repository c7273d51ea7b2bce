"""The handshake of a split driver: both ends' states in XenStore, side by side, and what hangs between them."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.devices.handshake import Handshake, Xenbus
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import (
    BLUE,
    CURRENT,
    DONE,
    GREEN,
    INK,
    PLAIN,
    SMALL,
    TITLE,
    WAITING,
    Shape,
    arrow,
    box,
    drawing,
    line,
    text,
)

COLUMN, STATE, GAP, TOP = 230, 28, 6, 34
MEANS = {
    Xenbus.UNKNOWN: "not there",
    Xenbus.INITIALISING: "starting",
    Xenbus.INIT_WAIT: "waits for the frontend",
    Xenbus.INITIALISED: "ring and channel offered",
    Xenbus.CONNECTED: "requests can flow",
    Xenbus.CLOSING: "giving up",
    Xenbus.CLOSED: "done",
}


def draw_handshake(state: Handshake, event: Event | None) -> tuple[Block, ...]:
    """Both ends as a figure, and XenStore's entries as a table."""
    height = TOP + len(Xenbus) * (STATE + GAP)
    right = WIDTH - 2 - COLUMN
    shapes = [
        *_end("Frontend, guest", state.frontend, 2, bool(event and "frontend" in event.touches)),
        *_end("Backend, driver domain", state.backend, right, bool(event and "backend" in event.touches)),
        *_between(state, 2 + COLUMN, right),
        *strip(event, "Before the first move", height + 4, (), ("crash",)),
    ]
    svg = drawing(WIDTH, height + 4 + STRIP + 4, shapes)
    return Figure(svg, _words(state) + sentence(event)), Table(("Path", "Value"), state.store, "XenStore")


def _end(name: str, now: Xenbus, x: float, moved: bool) -> Iterator[Shape]:
    yield text(x, 18, name, size=TITLE, bold=True)
    for state in Xenbus:
        y = TOP + int(state) * (STATE + GAP)
        here = state is now
        look = (CURRENT if moved else DONE if state is Xenbus.CONNECTED else PLAIN) if here else WAITING
        yield box(x, y, COLUMN, STATE, look)
        yield text(x + 10, y + 18, f"{int(state)} {state.label}", bold=here, fill=INK)
        if here:
            yield text(x + COLUMN - 8, y + 18, MEANS[state], size=10, anchor="end", fill=INK)


def _between(state: Handshake, left: float, right: float) -> Iterator[Shape]:
    """What is shared: nothing, a ring that is offered, or one that is mapped."""
    middle, y = (left + right) / 2, TOP + 3 * (STATE + GAP)
    if not state.granted:
        yield text(middle, y + 18, "nothing is shared", size=SMALL, anchor="middle")
        return
    yield box(middle - 68, y - 6, 136, 46, DONE if state.mapped else PLAIN)
    yield text(middle, y + 12, "page of the ring", anchor="middle", bold=True, fill=INK)
    words = "granted and mapped" if state.mapped else "granted, not mapped"
    yield text(middle, y + 29, words, size=SMALL, anchor="middle", fill=INK)
    yield line((left, y + 17), (middle - 68, y + 17), colour=BLUE, thickness=2)
    if state.mapped:
        yield line((middle + 68, y + 17), (right, y + 17), colour=BLUE, thickness=2)
        yield arrow((left, y + 62), (right, y + 62), colour=GREEN)
        yield arrow((right, y + 76), (left, y + 76), colour=GREEN)
        yield text(middle, y + 95, "event channel", size=SMALL, anchor="middle")


def _words(state: Handshake) -> str:
    shared = "granted and mapped" if state.mapped else "granted and not mapped" if state.granted else "not shared"
    return (
        f"The frontend is in state {state.frontend.label} ({int(state.frontend)}), "
        f"the backend in {state.backend.label} ({int(state.backend)}); the page of the ring is {shared}."
    )

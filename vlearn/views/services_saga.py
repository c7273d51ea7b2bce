"""A saga as a ladder: down the left the steps, up the right what undoes them."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure
from vlearn.sim.services.messages.saga import Local, Saga
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import (
    DONE,
    FAULT,
    INK,
    PLAIN,
    SMALL,
    WAITING,
    Look,
    Shape,
    arrow,
    box,
    cross,
    drawing,
    fitted,
    text,
    tick,
)

RUNG, HIGH, WIDE = 58, 40, 320
LEFT, RIGHT = 4, WIDTH - 4 - WIDE
GOOD, BAD = ("done", "completed", "undone", "compensated"), ("failed", "try-again")
_LOOKS = {"done": DONE, "undone": WAITING, "failed": FAULT, "to come": PLAIN, "not asked": WAITING}


def draw_saga(state: Saga, event: Event | None = None) -> tuple[Block, ...]:
    """A rung for each step: what it does, how it went, and what undoes it."""
    shapes = [text(LEFT, 16, f"The saga is {state.status}.", bold=True)]
    told = []
    for n, local in enumerate(state.steps):
        word = condition(state, n)
        shapes += _rung(local, word, 26 + n * RUNG, leads_on=_leads_on(state, n), turned=_turned(state, n))
        undo = f"; undone by: {local.compensation}" if local.compensation else "; cannot be undone"
        told.append(f"{local.service}: {local.action} ({word}){undo}.")
    height = 26 + len(state.steps) * RUNG
    shapes += strip(event, "Before the first step", height, GOOD, BAD)
    alt = f"The saga is {state.status}. {' '.join(told)}{sentence(event)}"
    return (Figure(drawing(WIDTH, height + STRIP + 6, shapes), alt),)


def condition(saga: Saga, n: int) -> str:
    """How the n-th step stands, in words."""
    if n < saga.done:
        return "undone" if n >= saga.done - saga.undone else "done"
    if saga.status in ("running", "completed"):
        return "to come"
    return "failed" if n == saga.done else "not asked"


def _turned(saga: Saga, n: int) -> bool:
    """Whether the way back leads past the n-th step."""
    return saga.status in ("compensating", "compensated") and n < saga.done


def _leads_on(saga: Saga, n: int) -> bool:
    """Whether there is a next step, and it was or may be asked."""
    return n + 1 < len(saga.steps) and condition(saga, n + 1) != "not asked"


def _rung(local: Local, word: str, y: float, leads_on: bool, turned: bool) -> Iterator[Shape]:
    yield from _box(local.service, local.action, word, LEFT, y, _LOOKS[word])
    if leads_on:
        yield arrow((LEFT + 30, y + HIGH), (LEFT + 30, y + RUNG))
    words = local.compensation or "cannot be undone"
    undone = _back(word, turned) if local.compensation else ""
    yield from _box(local.service, words, undone, RIGHT, y, DONE if word == "undone" else PLAIN if turned else WAITING)
    if turned:
        yield arrow((RIGHT + 30, y + RUNG - 2), (RIGHT + 30, y + HIGH))


def _back(word: str, turned: bool) -> str:
    """How a compensation stands."""
    if word == "undone":
        return "it is undone"
    if word in ("failed", "not asked"):
        return "not needed"
    return "to be undone" if turned else "if a later step fails"


def _box(service: str, words: str, state: str, x: float, y: float, look: Look) -> Iterator[Shape]:
    yield box(x, y, WIDE, HIGH, look, radius=5)
    yield text(x + 10, y + 16, service, size=SMALL, bold=True, fill=INK)
    yield text(x + WIDE - 30, y + 16, state, size=10, anchor="end", fill=INK)
    yield text(x + 10, y + 32, words, size=fitted(words, WIDE - 46, SMALL), fill=INK)
    if look is DONE:
        yield tick(x + WIDE - 15, y + HIGH / 2)
    if look is FAULT:
        yield cross(x + WIDE - 15, y + HIGH / 2)

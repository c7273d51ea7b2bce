"""A cache that two virtual machines share, set by set, while one of them spies on the other by prime and probe.

A row is a set, a cell a line in it, the one that gives way next on the left: A for the attacker's, V for the victim's.
Beside it stands what the last probe found. Below are the bits that the victim has used, and what the attacker guessed.
"""

from collections.abc import Iterator, Sequence
from random import Random

from vlearn.blocks import Block, Chart, Figure, Series
from vlearn.sim.datacenter.isolation import Attack, Cache, known, spy
from vlearn.sim.datacenter.isolation.side_channel import TABLE
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import (
    CURRENT,
    DONE,
    FAULT,
    GUEST,
    INK,
    READ,
    SMALL,
    WAITING,
    Look,
    Shape,
    box,
    drawing,
    text,
)

LABEL, CELL, ROW, TALL = 190, 74, 28, 23
BIT = 42


def draw_cache(state: Attack, event: Event | None = None) -> tuple[Block, ...]:
    """The cache and both parties' knowledge after the event."""
    shapes = [*strip(event, "The cache is empty", 0, (), ())]
    top = STRIP + 26.0
    shapes.append(text(2, top - 8, f"{len(state.cache.sets)} sets of {state.cache.ways} lines", bold=True))
    probed = event is not None and event.kind == "probe"
    for number in range(len(state.cache.sets)):
        shapes += _set(state, number, top + number * ROW, probed)
    bottom = top + len(state.cache.sets) * ROW + 26
    shapes += _bits(state, bottom)
    return (Figure(drawing(WIDTH, bottom + 2 * ROW + 4, shapes), _alt(state, probed) + sentence(event)),)


def _set(state: Attack, number: int, y: float, probed: bool) -> Iterator[Shape]:
    bits = [str(bit) for bit, line in enumerate(TABLE) if line % len(state.cache.sets) == number]
    for_bit = f": looked up for a {' or '.join(bits)}" if bits else ""
    yield text(2, y + 16, f"set {number}{for_bit}")
    held = state.cache.sets[number]
    for way in range(state.cache.ways):
        x = LABEL + way * CELL
        if way >= len(held):
            yield box(x, y, CELL - 4, TALL, WAITING)
            continue
        owner, line = held[way]
        look: Look = GUEST if owner == "victim" else READ
        yield box(x, y, CELL - 4, TALL, look)
        yield text(x + CELL / 2 - 2, y + 16, f"{owner[0].upper()} {line}", anchor="middle", mono=True, fill=INK)
    if probed:
        slow, x = number in state.slow, LABEL + state.cache.ways * CELL + 8
        yield box(x, y, CELL, TALL, FAULT if slow else DONE)
        yield text(x + CELL / 2, y + 16, "slow" if slow else "fast", size=SMALL, anchor="middle", fill=INK)


def _bits(state: Attack, y: float) -> Iterator[Shape]:
    shown = max(1, min(len(state.secret), int((WIDTH - LABEL) / BIT)))
    rows = (
        ("bits that the victim has used", [str(bit) for bit in state.secret[: state.done]]),
        ("what the attacker guessed", ["?" if guess is None else str(guess) for guess in state.guesses]),
    )
    for row, (head, values) in enumerate(rows):
        top = y + row * ROW - 10
        yield text(2, top + 16, head)
        for n in range(shown):
            x = LABEL + n * BIT
            if n >= len(values):
                yield box(x, top, BIT - 6, TALL, WAITING)
                continue
            right = row == 1 and values[n] == str(state.secret[n])
            yield box(x, top, BIT - 6, TALL, DONE if right else CURRENT if row == 1 else READ)
            yield text(x + BIT / 2 - 3, top + 16, values[n], anchor="middle", mono=True, bold=True, fill=INK)


def _alt(state: Attack, probed: bool) -> str:
    sets = "; ".join(
        f"set {n}: {' '.join(f'{line.owner[0].upper()}{line.number}' for line in held) or 'empty'}"
        f"{(', slow' if n in state.slow else ', fast') if probed else ''}"
        for n, held in enumerate(state.cache.sets)
    )
    guesses = " ".join("?" if guess is None else str(guess) for guess in state.guesses) or "none"
    used = " ".join(map(str, state.secret[: state.done])) or "none"
    return (
        f"A shared cache, A for the attacker's lines and V for the victim's. {sets}. Used: {used}. Guessed: {guesses}."
    )


SECRET = tuple(Random(7).randrange(2) for _ in range(32))
"""The bits that charts try to learn."""


def leaked_chart(
    cache: Cache, rounds: Sequence[int], noise: int, careful: bool = False, secret: Sequence[int] = SECRET
) -> Chart:
    """The share of the secret that the attacker knows after so many rounds, in per cent."""
    shares = tuple(100 * known(secret, spy(cache, secret, Random(1), n, noise, careful)) for n in rounds)
    title = f"What the attacker knows of {len(secret)} bits, with {noise} other loads a bit"
    names = tuple(map(str, rounds))
    known_or_not = Series("known, and right", names, shares), Series("not", names, tuple(100 - s for s in shares))
    return Chart(title, "rounds", "share of the bits (%)", known_or_not, "bar")

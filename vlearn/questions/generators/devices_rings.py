"""A question whose key is a run of a shared ring: its indices and free slots after each move."""

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.devices.ring import WORD
from vlearn.sim.devices.ring_run import Answer, Collect, FinalCheck, Publish, RingMove, RingState, Take, use_ring
from vlearn.trace import run
from vlearn.views.devices_ring import draw_ring

INDICES = ("req_prod", "req_cons", "rsp_prod", "rsp_cons")
HEADER = ("What happens", *INDICES, "Free")
ASKED = ("What happens", "Index that moves", "Its value then", "Free")
_MEANINGS = (
    "Requests and responses share the slots. Of the indices `req_prod`, `req_cons`, `rsp_prod` and `rsp_cons`, those in"
    " `prod` say how many messages were published, and those in `cons` how many were taken; `req` are requests and"
    " `rsp` responses. All wrap around after 2³² − 1."
)


def some(count: int, noun: str) -> str:
    """Such as `1 request` or `3 requests`."""
    return f"{count} {noun}{'s' * (count != 1)}"


def words_of(move: RingMove) -> str:
    """A move that says how many messages it moves, as a row of a table."""
    match move:
        case Publish(count):
            return f"The frontend publishes {some(count or 0, 'request')}"
        case Take(count):
            return f"The backend takes {some(count or 0, 'request')}"
        case Answer(count):
            return f"The backend publishes {some(count or 0, 'response')}"
        case Collect(count):
            return f"The frontend takes {some(count or 0, 'response')}"
        case FinalCheck(end):
            return f"The {end} sets its event index, looks a last time, and sleeps"


def _possible(state: RingState) -> Iterator[RingMove]:
    """One move of each kind that there is something for, with every count that goes through whole."""
    ring = state.ring
    for kind, most in (
        (Publish, ring.free),
        (Take, ring.waiting_requests),
        (Answer, len(state.held)),
        (Collect, ring.waiting_responses),
    ):
        yield from (kind(count) for count in range(1, most + 1))


def drawn_moves(rng: Random, start: RingState, length: int) -> tuple[RingMove, ...]:
    """Moves that differ in kind from one to the next, so that each changes another index."""
    moves: list[RingMove] = []
    state = start
    while len(moves) < length:
        last = type(moves[-1]) if moves else None
        kinds = [move for move in _possible(state) if type(move) is not last]
        chosen = rng.choice(sorted({type(move) for move in kinds}, key=lambda kind: kind.__name__))
        moves.append(rng.choice([move for move in kinds if type(move) is chosen]))
        state = run(use_ring, state, [moves[-1]]).final
    return tuple(moves)


def begin(rng: Random) -> int:
    """Where the indices of a ring stand: at 0, somewhere, or just before the wrap."""
    return rng.choice((0, rng.randrange(10, 500), WORD - rng.randrange(1, 4)))


def ring_run(rng: Random) -> Posed:
    """Which index moves, and to what, and how many slots are free, after each of six moves?"""
    start = RingState.empty(rng.choice((4, 8)), begin(rng))
    while True:
        moves = drawn_moves(rng, start, 6)
        if {type(move) for move in moves} == {Publish, Take, Answer, Collect}:
            break
    states = [start]
    for move in moves:
        states.append(run(use_ring, states[-1], [move]).final)
    rows = tuple(
        (words, *(str(getattr(state.ring, name)) for name in INDICES), str(state.ring.free))
        for words, state in zip(("The ring is empty", *map(words_of, moves)), states, strict=True)
    )
    # A table of all indices would tell in the next row what is asked in this one: most of them stay as they are.
    asked = [("The ring is empty", "all four", str(start.ring.req_prod), str(start.ring.free))]
    for before, after in pairwise(rows):
        column = next(n for n in range(1, 5) if before[n] != after[n])
        asked.append((after[0], HEADER[column], after[column], after[-1]))
    blanks = tuple((r, c) for r in range(1, len(asked)) for c in (1, 2, 3))
    prompt = Text(
        f"Follow this run of a Xen ring of {start.ring.size} slots. {_MEANINGS} Write down which index moves in each"
        " step, its value then, and how many more requests the frontend could place."
    )
    solution = (
        Table(HEADER, rows, "The indices after each step."),
        Text(
            f"Free slots are {start.ring.size} − (`req_prod` − `rsp_cons`), modulo 2³²: a slot is free again when its"
            " *response* was taken. After 4,294,967,295 comes 0."
        ),
    )
    return Posed((prompt,), TraceTable(ASKED, tuple(asked), blanks), solution,
                 Replay(use_ring, start, moves, draw_ring))  # fmt: skip

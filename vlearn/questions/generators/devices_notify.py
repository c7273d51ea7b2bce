"""A question whose key is a run of a shared ring with its event index: which publications notify the other end?"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.devices_rings import begin, some, words_of
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import MultipleChoice, Option
from vlearn.questions.replay import Replay
from vlearn.sim.devices.ring_run import FinalCheck, Publish, RingMove, RingState, Take, use_ring
from vlearn.trace import run
from vlearn.views.devices_ring import draw_ring


def which_notify(rng: Random) -> Posed:
    """Which publications of the frontend notify the backend? Some of five do, and some do not."""
    index, asked = begin(rng), rng.random() < 0.5
    start = RingState.empty(32, index)
    if not asked:
        start = replace(start, ring=replace(start.ring, req_event=index))
    while True:
        moves, told, checks = list(_publications(rng)), [], []
        state = start
        for move in moves:
            before, trace = state, run(use_ring, state, [move])
            state = trace.final
            if isinstance(move, Publish):
                notified = "notify" in trace.kinds
                checks.append((before.ring.req_prod, state.ring.req_prod, before.ring.req_event, notified))
                told.append(f"{words_of(move)} (publication {len(checks)})")
            else:
                told.append(_told(move, before))
        if 2 <= sum(check[3] for check in checks) <= 3:
            break
    prompt = Text(
        f"A Xen ring has 32 slots; all indices stand at {start.ring.req_prod}, and `req_event` at"
        f" {start.ring.req_event}: the backend {_BACKEND[asked]}. This happens, in"
        " this order:\n\n" + "\n".join(f"{n}. {each}." for n, each in enumerate(told, 1))
        + "\n\nWhich publications notify the backend? Choose all that apply."
    )  # fmt: skip
    options = tuple(
        Option(f"Publication {n}", f"`req_prod` goes from {old} to {new}, and `req_event` is {event}: "
               f"{'reached' if notified else 'not reached, for the backend has not set it again since it was passed'}.")
        for n, (old, new, event, notified) in enumerate(checks, 1)
    )  # fmt: skip
    correct = frozenset(n for n, check in enumerate(checks) if check[3])
    rows = tuple(
        (str(n), str(old), str(new), str(event), "yes" if notified else "no")
        for n, (old, new, event, notified) in enumerate(checks, 1)
    )
    solution = (
        Table(("Publication", "req_prod before", "after", "req_event", "Notifies"), rows, "Each publication."),
        Text(
            "A publication notifies if `req_event` lies after the old `req_prod` and not after the new one. Taking"
            " requests does not move `req_event`; only a backend that is about to sleep sets it anew."
        ),
    )
    return Posed((prompt,), MultipleChoice(options, correct), solution,
                 Replay(use_ring, start, tuple(moves), draw_ring))  # fmt: skip


_BACKEND = {True: "sleeps, and asks to be notified of the next request", False: "is awake, and asks for nothing"}


def _told(move: RingMove, state: RingState) -> str:
    if isinstance(move, FinalCheck):
        return "The backend sets `req_event` to the next request, finds nothing, and sleeps"
    waiting = state.ring.waiting_requests
    return f"The backend takes {some(min(getattr(move, 'count', None) or waiting, waiting), 'request')}"


def _publications(rng: Random) -> Iterator[RingMove]:
    """Five publications; between them the backend does nothing, takes requests, or takes all and goes to sleep."""
    waiting = 0
    for n in range(5):
        count = rng.randrange(1, 5)
        waiting += count
        yield Publish(count)
        does = rng.choice(("nothing", "takes", "sleeps"))
        if n == 4 or does == "nothing":
            continue
        if does == "takes" and waiting > 1:
            taken = rng.randrange(1, waiting)
            waiting -= taken
            yield Take(taken)
        else:
            waiting = 0
            yield Take()
            if does == "sleeps":
                yield FinalCheck("backend")

"""Questions whose key is a run of the handshake in XenStore: its order, and both ends' states after each step."""

from collections import Counter
from dataclasses import replace
from functools import cache
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Ordering, TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.devices.handshake import ACTORS, Actor, Handshake, Xenbus, shake
from vlearn.trace import reachable, run
from vlearn.views.devices_handshake import draw_handshake

HEADER = ("What happens", "Frontend", "Backend")


def _text(event: str) -> str:
    """What happened, without the state that it leads to; the first letter is large."""
    words = event.rsplit(": ", 1)[0]
    return f"{words[0].upper()}{words[1:]}"


def _next(state: Handshake, actor: Actor) -> tuple[str, Handshake] | None:
    step = next(shake(state, actor), None)
    return None if step is None else (_text(step.event.text), step.state)


@cache
def _moments() -> tuple[Handshake, ...]:
    """Every state of a handshake, each with one crash to come."""
    states = {replace(state, crashes=1) for state in reachable(shake, Handshake(), ACTORS)}
    return tuple(sorted(states, key=lambda state: (state.frontend, state.backend, state.granted, state.mapped)))


def _begin(rng: Random) -> Handshake:
    """Some moment of a disk's life."""
    return rng.choice(_moments())


def _drawn(rng: Random, start: Handshake, length: int) -> tuple[Actor, ...] | None:
    actors: list[Actor] = []
    state = start
    while len(actors) < length:
        moves = [(actor, found[1]) for actor in ACTORS if (found := _next(state, actor))]
        if not moves:
            return None
        actor, state = rng.choice(moves)
        actors.append(actor)
    return tuple(actors)


def orders(start: Handshake, texts: Counter[str], most: int = 2) -> int:
    """In how many orders these steps can happen; it stops counting at `most`."""
    if not texts.total():
        return 1
    count = 0
    for actor in ACTORS:
        found = _next(start, actor)
        if found and texts[found[0]]:
            count += orders(found[1], texts - Counter((found[0],)), most)
            if count >= most:
                break
    return count


def _named(state: Xenbus) -> str:
    return "not there" if state is Xenbus.UNKNOWN else state.label


def _setting(start: Handshake) -> str:
    back = "the backend is not there" if not start.backend else f"the backend's is {start.backend.label}"
    ring = "mapped by the backend" if start.mapped else "granted, not mapped" if start.granted else "not granted"
    return f"At first the frontend's state is {start.frontend.label}, {back}, and the page of the ring is {ring}."


def order_handshake(rng: Random) -> Posed:
    """Put the steps of a virtual disk's handshake in order; only one order is possible from where it begins."""
    while True:
        start = _begin(rng)
        length = rng.randrange(4, 9)
        actors = _drawn(rng, start, length)
        if actors is None:
            continue
        trace = run(shake, start, actors)
        items = [_text(step.event.text) for step in trace.steps]
        if len(set(items)) == length and orders(start, Counter(items)) == 1:
            break
    order = rng.sample(range(length), length)
    shown = tuple(items[n] for n in order)
    prompt = Text(
        "A guest's virtual disk is served by a driver domain under Xen; each end watches the other's state in XenStore,"
        " and changes only its own. A backend that starts writes what it can do before it looks at the other end; where"
        f" a frontend acts because its backend is gone, the step says so. {_setting(start)} Then all this happens. Put"
        " it in order."
    )
    listing = "\n".join(
        f"{n}. {step.event.text[0].upper()}{step.event.text[1:]}" for n, step in enumerate(trace.steps, 1)
    )
    why = "After the colon stands the state that a step leads to. An end moves on only when it sees the other's state."
    key = tuple(order.index(n) for n in range(length))
    return Posed(
        (prompt,), Ordering(shown, key), (Text(f"{listing}\n\n{why}"),), Replay(shake, start, actors, draw_handshake)
    )


def handshake_states(rng: Random) -> Posed:
    """Fill in both ends' states in XenStore after each step of a handshake, with a crash now and then."""
    while True:
        start = _begin(rng)
        actors = _drawn(rng, start, 6)
        if actors:
            break
    trace = run(shake, start, actors)
    rows = [("At first", _named(start.frontend), _named(start.backend))]
    rows += [(_text(step.event.text), _named(step.state.frontend), _named(step.state.backend)) for step in trace.steps]
    # A state that is shown in a later row would tell what it was before, so none is.
    blanks = tuple((r, c) for r in range(1, len(rows)) for c in (1, 2))
    names = ", ".join(f"`{state.label}`" for state in Xenbus if state)
    prompt = Text(
        "A guest's virtual disk is served by a driver domain under Xen. Fill in both ends' states in XenStore"
        f" after each step: {names}, or `not there`."
    )
    solution = (
        Table(HEADER, tuple(rows), "The states after each step."),
        Text("Each step changes the state of one end."),
    )
    return Posed(
        (prompt,), TraceTable(HEADER, tuple(rows), blanks), solution, Replay(shake, start, actors, draw_handshake)
    )

"""A question whose key is a run that goes wrong: which mistake of one end of a ring lets it happen?

The run is the shortest from a drawn moment to a fault, found by trying all orders. Another mistake is offered only if
it could not have led through the same run.
"""

import re
from dataclasses import dataclass, replace
from random import Random

from vlearn.blocks import Text
from vlearn.errors import ModelError
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.devices.disciplines import (
    COMPARES_WITHOUT_WRAP,
    FULL_OFF_BY_ONE,
    NO_FINAL_CHECK,
    PUBLISHES_FIRST,
    REUSES_TAKEN_SLOTS,
    RIGHT,
    TWO_AHEAD,
    Discipline,
)
from vlearn.sim.devices.exchange import ACTORS, Actor, Exchange, exchange
from vlearn.sim.devices.exchange_faults import faults
from vlearn.sim.devices.hunt import shortest_run
from vlearn.sim.devices.ring import WORD
from vlearn.trace import Trace
from vlearn.views.devices_ring import draw_ring

WORDS = {
    NO_FINAL_CHECK: (
        "The backend does not look at the ring again after it has set `req_event`",
        "Then a request is published after its last look, and before it asks to be notified.",
    ),
    TWO_AHEAD: (
        "The backend sets `req_event` to the request after the next one",
        "Then the next request is published after `req_event` was set, and still not announced.",
    ),
    FULL_OFF_BY_ONE: (
        "The frontend allows one request more than the ring has slots",
        "Then a request lands on one that was not even taken.",
    ),
    REUSES_TAKEN_SLOTS: (
        "The frontend counts a slot as free as soon as its request was taken",
        "Then a request and the response to an older one meet in a slot.",
    ),
    PUBLISHES_FIRST: (
        "The frontend publishes a request before it has written it",
        "Then the backend takes what was in the slot before.",
    ),
    COMPARES_WITHOUT_WRAP: (
        "The frontend compares the indices as if they never wrapped",
        "Then a publication across the wrap reaches `req_event`, and nobody is told.",
    ),
}
"""Each mistake as an option, and what a run would look like in which it does harm."""
LONGEST, MOST_STATES = 13, 600


@dataclass(frozen=True, slots=True)
class _Scene:
    start: Exchange
    actors: tuple[Actor, ...]
    texts: tuple[str, ...]
    fault: str


def _begin(rng: Random, mistake: Discipline) -> Exchange:
    """A ring that has been in use; the backend is asleep and will be told, or awake and has not asked."""
    size = rng.choice((1, 2) if mistake is TWO_AHEAD else (1, 2, 4))
    distance = rng.randrange(1, 3)
    index = rng.choice((WORD - distance, WORD - distance, rng.randrange(5, 900)))
    if mistake is COMPARES_WITHOUT_WRAP:
        index = WORD - distance
    start = Exchange.begin(size, size + rng.randrange(1, 3), mistake, rng.choice((1, 2)), index)
    if rng.random() < 0.5 or mistake in (NO_FINAL_CHECK, TWO_AHEAD):
        return replace(start, backend="awake", ring=replace(start.ring, req_event=index))
    return start


def _followed(start: Exchange, trace: Trace[Exchange]) -> tuple[Actor, ...]:
    """Who took each step."""
    actors, state = [], start
    for step in trace.steps:
        actors.append(next(actor for actor in ACTORS if step in exchange(state, actor)))
        state = step.state
    return tuple(actors)


def _could(scene: _Scene, discipline: Discipline) -> bool:
    """Whether the same run can happen under another discipline."""
    state = replace(scene.start, discipline=discipline)
    for actor, text in zip(scene.actors, scene.texts, strict=True):
        step = next(exchange(state, actor), None)
        if step is None or step.event.text != text:
            return False
        state = step.state
    return True


def _scene(rng: Random, mistake: Discipline) -> _Scene | None:
    start = _begin(rng, mistake)
    ahead = _wandered(rng, start, rng.randrange(0, 5))
    try:
        rest = shortest_run(exchange, ahead.final, rng.sample(ACTORS, len(ACTORS)), faults, limit=MOST_STATES)
    except ModelError:  # the fault, if there is one, is too far away for a question
        return None
    if rest is None:
        return None
    trace = Trace(start, (*ahead.steps, *rest.steps))
    if not 4 <= len(trace) <= LONGEST:
        return None
    texts = tuple(step.event.text for step in trace.steps)
    return _Scene(start, _followed(start, trace), texts, faults(trace.final)[0])


def _wandered(rng: Random, start: Exchange, length: int) -> Trace[Exchange]:
    steps, state = [], start
    for _ in range(length):
        choices = [step for actor in ACTORS for step in exchange(state, actor)]
        if not choices:
            break
        steps.append(rng.choice(choices))
        state = steps[-1].state
    return Trace(start, tuple(steps))


def which_mistake(rng: Random) -> Posed:
    """Which of four mistakes explains a run that ends in a lost message or in a hang?"""
    mistake = rng.choice(list(WORDS))
    while True:
        scene = _scene(rng, mistake)
        if scene is None or _could(scene, RIGHT):
            continue
        others = [other for other in WORDS if other is not mistake and not _could(scene, other)]
        if len(others) >= 3:
            break
    rng.shuffle(others)
    right, why = WORDS[mistake]
    options, correct = distractors(rng, right, [WORDS[other] for other in others], 3, feedback=why)
    ring = scene.start.ring
    awake = "is awake, and has not asked to be notified" if scene.start.backend == "awake" else "sleeps"
    listing = "\n".join(f"{n}. {_sentence(text)}" for n, text in enumerate(scene.texts, 1))
    prompt = Text(
        f"The frontend of a Xen ring sends {scene.start.total} requests, numbered from 1; its sender puts up to"
        f" {scene.start.batch} in slots before it publishes them, and its receiver, beside it, takes the responses. The"
        f" ring has {ring.size} slot{'s' * (ring.size != 1)} and is empty; `req_prod` and the other counters stand at"
        f" {ring.req_prod}, `req_event` at {ring.req_event}, and the backend {awake}. Then this happens, one access to"
        f" the shared page after another:\n\n{listing}\n\nWith that, {scene.fault}. Which mistake makes this possible?"
    )
    replay = Replay(exchange, scene.start, scene.actors, draw_ring)
    return Posed((prompt,), SingleChoice(options, correct), (Text(f"{right}. {why} {_RULE}"),), replay)


def _sentence(text: str) -> str:
    """An event with its indices set as code."""
    return re.sub(r"\b((?:req|rsp)_(?:event|prod))\b", r"`\1`", f"{text[0].upper()}{text[1:]}.")


_RULE = (
    "The way of Xen's header: write, then publish; a slot is free when its response was taken; set the event index,"
    " look once more, and only then sleep; subtract indices modulo 2³²."
)

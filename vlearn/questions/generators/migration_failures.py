"""A question whose key is what becomes of a machine when a host or the link fails at a moment of its migration."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.migration import (
    PAGE,
    Failure,
    Hybrid,
    Link,
    Migrate,
    Migration,
    PostCopy,
    PreCopy,
    Sequential,
    Strategy,
    VirtualMachine,
    before,
    migrate,
    plain,
)
from vlearn.sim.migration.failure import PARTS
from vlearn.sim.migration.report import counted
from vlearn.trace import run
from vlearn.views.migration import draw_migration

SOURCE, DESTINATION, LOST, WAITS = "fall-back", "goes-on", "lost", "await-link"
OUTCOMES = {
    SOURCE: "It goes on at the source, as if nothing had been tried",
    DESTINATION: "It goes on at the destination, and nothing is missing",
    LOST: "Its running state is lost: at best it boots from its disk",
    WAITS: "It waits at its next missing page until the link is back",
}
"""What may become of the machine, by the last event of the run."""
STRATEGIES: tuple[tuple[str, Strategy], ...] = (
    ("pre-copy in two rounds", PreCopy(plain(rounds=2))),
    ("pre-copy in three rounds", PreCopy(plain(rounds=3))),
    ("post-copy with active push", PostCopy()),
    ("a hybrid, one round of pre-copy and then post-copy", Hybrid()),
)
_WHAT = {"source": "the source host loses power", "destination": "the destination host loses power",
         "link": "the link between the hosts is cut"}  # fmt: skip


def what_becomes_of_it(rng: Random) -> Posed:
    """Where does the machine go on after the failure, or is it lost?"""
    pages = rng.choice((8, 10, 12, 14, 16))
    words, strategy = rng.choice(STRATEGIES)
    machine = VirtualMachine(pages * PAGE, (Sequential(pages // 2 * PAGE, 10 * PAGE),), state=PAGE)
    start = before(machine, Link(20 * PAGE))
    moments = dict(_moments(start, strategy))
    wanted = rng.choice(tuple(OUTCOMES))
    tries = [(told, moment, part) for told, moment in moments.items() for part in PARTS]
    for told, moment, part in rng.sample(tries, len(tries)):  # noqa: B007 - the last one is asked about
        replay = Replay(migrate, start, (Migrate(strategy, Failure(part, moment)),), draw_migration)
        trace = replay.trace()
        if trace.kinds[-1] == wanted:
            break
    right = trace.kinds[-1]
    wrong = [(OUTCOMES[kind], _why_not(kind, right)) for kind in OUTCOMES if kind != right]
    options, correct = distractors(rng, OUTCOMES[right], wrong, len(wrong))
    prompt = Text(
        f"A machine of {pages} pages is moved by {words}. {told}, {_WHAT[part]}. What becomes of the machine? A host"
        " that fails does not come back, and there is no snapshot."
    )
    state = trace.steps[-2].state
    solution = Text(
        f"Ask where a whole and current machine is. The source {_has(state, 'source')}, the destination"
        f" {_has(state, 'destination')}. So: {trace.steps[-1].event.text}."
    )
    return Posed((prompt,), SingleChoice(options, correct), (solution,), replay)


def _moments(start: Migration, strategy: Strategy) -> Iterator[tuple[str, int]]:
    """Moments in words. Left out: those between the last data and the commitment, about which protocols differ."""
    for moment, step in enumerate(run(migrate, start, [Migrate(strategy)]).steps, 1):
        state, kind = step.state, step.event.kind
        left = len(state.to_send)
        if state.stage == "pre-copy" and kind == "send":
            yield f"In round {len(state.rounds) + 1}, with {counted(left)} of this round still to send", moment
        elif state.stage == "stop-and-copy" and kind == "send":
            yield f"Paused for the last copy, with {counted(left)} still to send", moment
        elif kind == "announce" and not left:
            yield "Just after the machine has resumed at the destination, which has all of it", moment
        elif state.stage == "post-copy" and kind in ("push", "deliver") and left:
            yield f"While the machine runs at the destination, with {counted(left)} still to be sent", moment


def _has(state: Migration, name: str) -> str:
    host = state.source if name == "source" else state.destination
    if not host.alive:
        return "is gone"
    if state.holds_all(host) and host.owns:
        return "has all of it, and the right to run it"
    missing = sum(held != new for held, new in zip(host.memory, state.newest, strict=True))
    return f"lacks the newest version of {counted(missing)}" if missing else "has no processor state that is current"


def _why_not(kind: str, right: str) -> str:
    if kind == SOURCE:
        return "The source has a whole and current machine until it commits, and not after. Is it up, and is that so?"
    if kind == DESTINATION:
        return "It can if it has every page in its newest version, and the right to run the machine. Has it?"
    if kind == LOST:
        return (
            "Some host is up and has all of it." if right != WAITS else "Both hosts are up: no page is gone for good."
        )
    return "It waits for the link only where neither host has all, and both are up."

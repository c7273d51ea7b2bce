"""A question whose key is the order in which the stages of a migration come, read off a run."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Ordering
from vlearn.questions.replay import Replay
from vlearn.sim.migration import (
    PAGE,
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
from vlearn.trace import Trace
from vlearn.views.migration import draw_migration

WORDS = {
    "select": "A destination host is chosen",
    "reserve": "The destination sets memory aside for the machine",
    "pause": "The machine is paused at the source",
    "send-state": "The state of processors and devices is sent",
    "acknowledge": "The destination acknowledges that it holds what it needs",
    "commit": "The source gives up its right to run the machine",
    "activate": "The machine resumes at the destination",
    "announce": "An unsolicited ARP tells switches the new port",
    "release": "The source frees the machine's memory",
}
"""What happens, by the kind of its event; copying is put in words by `_happens`."""
_TURNING = {"pause", "commit", "activate"}
COUNT = 7


def order_stages(rng: Random) -> Posed:
    """Put seven things that happen in a migration in order."""
    pages, rounds = rng.choice((8, 12, 16, 20)), rng.choice((1, 2))
    words, strategy = rng.choice(_strategies(rounds))
    machine = VirtualMachine(pages * PAGE, (Sequential(pages // 4 * PAGE, 10 * PAGE),), state=PAGE)
    replay = Replay(migrate, before(machine, Link(20 * PAGE)), (Migrate(strategy),), draw_migration)
    happened = list(_happens(replay.trace()))
    must = [text for text, needed in happened if needed]
    others = [text for text, needed in happened if not needed]
    chosen = {*must, *rng.sample(others, min(len(others), max(2, COUNT - len(must))))}
    items = [text for text, _ in happened if text in chosen]
    order = rng.sample(range(len(items)), len(items))
    key = tuple(order.index(n) for n in range(len(items)))
    prompt = Text(f"A machine of {pages} pages is moved by {words}. Put what happens in order.")
    solution = Text("\n".join(f"{n}. {text}" for n, text in enumerate(items, 1)) + f"\n\n{_moral(strategy)}")
    return Posed((prompt,), Ordering(tuple(items[n] for n in order), key), (solution,), replay)


def _strategies(rounds: int) -> tuple[tuple[str, Strategy], ...]:
    count = f"{rounds} round{'s' * (rounds != 1)}"
    return (
        (f"pre-copy in {count}", PreCopy(plain(rounds=rounds))),
        (f"pre-copy in {count}", PreCopy(plain(rounds=rounds))),
        ("post-copy with active push", PostCopy()),
        (f"a hybrid: {count} of pre-copy, then post-copy", Hybrid(plain(rounds=rounds))),
    )


def _happens(trace: Trace[Migration]) -> Iterator[tuple[str, bool]]:
    """What happens, in order, each once, and whether the question cannot do without it."""
    follows = False
    # What has no fixed place: beside the last pages, the state of the processors, and from the commitment on, the
    # freeing of the source's memory; beside the first pages that follow, the ARP.
    left_out = {"send-state", "release"} if any(one.paused for one in trace.final.rounds) else {"announce"}
    for step in trace.steps:
        kind, state = step.event.kind, step.state
        if kind == "round":
            number = len(state.rounds) + 1
            what = "all pages are" if number == 1 else f"what was written during round {number - 1} is"
            yield f"Round {number}: {what} sent while the machine runs", True
        elif kind == "round-end" and state.rounds[-1].paused:
            yield "What is left of the memory is sent, and the state of processors and devices", True
        elif kind in ("push", "deliver") and not follows:
            follows = True
            yield "Missing pages follow, pushed or asked for", True
        elif kind in WORDS and kind not in left_out:
            yield WORDS[kind], kind in _TURNING


def _moral(strategy: Strategy) -> str:
    if isinstance(strategy, PreCopy):
        return (
            "Memory comes before the machine. Until the source commits, it can call everything off; committing before"
            " resuming means that never do two copies run."
        )
    return "The machine comes before its memory. From the commitment on, neither host alone has all of it."

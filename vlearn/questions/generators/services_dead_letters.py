"""A question whose key is which messages of a work queue become dead letters, and for which reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.forms import chosen
from vlearn.questions.generators.posed import Posed
from vlearn.questions.replay import Replay
from vlearn.sim.services.messages.queue_state import Ack, Action, Close, Nack, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.work_queue import work
from vlearn.trace import run
from vlearn.views.services_queue import draw_queue

OFTEN = {1: "once", 2: "twice", 3: "three times", 4: "four times"}


@dataclass(frozen=True, slots=True)
class Fate:
    """What the consumer does with a message: sends it back so often, and then acknowledges or rejects it."""

    words: str
    back: int
    rejects: bool = False


def dead_letters(rng: Random) -> Posed:
    """Which messages are dead letters in the end?"""
    while True:
        room, count, limit = rng.choice((3, 4, 5)), rng.choice((5, 6)), rng.choice((1, 2, 3))
        policy = rng.choice(("drop-head", "reject-publish"))
        start = WorkQueue(room, policy, limit)  # type: ignore[arg-type]
        fates = {f"m{n}": rng.choice(_fates(limit)) for n in range(1, count + 1)}
        actions = tuple(_actions(start, fates))
        final = run(work, start, actions).final
        reasons = dict(final.dead)
        if room < count and 2 <= len(reasons) < count and len(set(reasons.values())) >= 2:
            break
    refused = {name for name in fates if name not in reasons and name not in final.acked}
    full = {
        "drop-head": "the message at the head of the queue is dropped as a dead letter",
        "reject-publish": "that one is refused, its producer is told, and it is not kept anywhere",
    }[policy]
    prompt = Text(
        f"A queue has room for {room} ready messages; when one comes too many, {full}. A message may come back to the"
        f" queue {OFTEN[limit]}; when it would come back once more, it becomes a dead letter instead, and so does one"
        f" that is rejected without requeueing. {', '.join(fates)} are published in this order while nobody is"
        " connected. Then a consumer connects, which gets one message at a time, and does with each what the table"
        " says. What it sends back, or holds when it crashes, comes back to the head. Which are dead letters in the"
        " end? Choose all that apply."
    )
    table = Table(("Message", "If the consumer gets it, the consumer"), tuple((n, f.words) for n, f in fates.items()))
    why = {name: _why(name, fates[name], reasons.get(name), name in refused, limit) for name in fates}
    answer = chosen((f"`{name}`", name in reasons, words) for name, words in why.items())
    told = "\n".join(f"- `{name}`: {words}" for name, words in why.items())
    replay = Replay(work, start, actions, draw_queue)
    moral = (
        "RabbitMQ's quorum queues count so; since version 4.3 they no longer count what a consumer returns by"
        " `basic.nack`, only what it rejects with requeueing or holds when it crashes."
    )
    return Posed((prompt, table), answer, (Text(f"{told}\n\n{moral}"),), replay)


def _fates(limit: int) -> tuple[Fate, ...]:
    return (
        Fate("acknowledges it", 0),
        Fate("rejects it without requeueing", 0, rejects=True),
        Fate("crashes each time, and connects again", limit + 1),
        Fate(f"sends it back {OFTEN[limit]}, and acknowledges it when it comes again", limit),
        Fate(f"sends it back {OFTEN[limit + 1]}, and acknowledges it when it comes again", limit + 1),
    )


def _actions(queue: WorkQueue, fates: dict[str, Fate]) -> Iterator[Action]:
    """The publications, and then one answer after another to whatever the consumer holds."""
    actions: list[Action] = [*map(Publish, fates), Subscribe("consumer")]
    yield from actions
    queue = run(work, queue, actions).final
    while queue.consumers[0].unacked:
        ((tag, message),) = queue.consumers[0].unacked
        fate = fates[message.name]
        if message.returned < fate.back:
            crash = "crashes" in fate.words
            some: tuple[Action, ...] = (Close("consumer"), Subscribe("consumer")) if crash else (Nack("consumer", tag),)
        else:
            some = (Nack("consumer", tag, requeue=False),) if fate.rejects else (Ack("consumer", tag),)
        yield from some
        queue = run(work, queue, some).final


def _why(name: str, fate: Fate, dead: str | None, refused: bool, limit: int) -> str:
    if refused:
        return "It found the queue full and was refused: it never was in the queue, so it is no dead letter."
    if dead == "maxlen":
        return "It was the oldest when a message came for which there was no room."
    if dead == "rejected":
        return "It is rejected and must not come back."
    if dead:
        return f"It may come back {OFTEN[limit]}, and would once more."
    if fate.back:
        return f"It comes back {OFTEN[fate.back]}, as often as it may, and is acknowledged then."
    return "It is acknowledged, and that ends it well."

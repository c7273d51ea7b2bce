"""Questions whose key is what a work queue does: who holds which message, and which become dead letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.forms import chosen
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.services.messages.queue_state import Ack, Action, Close, Nack, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.work_queue import work
from vlearn.trace import run
from vlearn.views.services_queue import draw_queue

NONE = "-"
WORKERS = ("anna", "ben")
HEADER = ("Event", "anna holds", "ben holds", "Ready")
EVENTS = 6
OFTEN = {1: "once", 2: "twice", 3: "three times", 4: "four times"}


def queue_run(rng: Random) -> Posed:
    """Who holds which message after each event, and how many are ready?"""
    while True:
        count = rng.choice((3, 4, 5))
        groups: list[tuple[str, tuple[Action, ...]]] = [
            (f"m1 to m{count} are published; nobody is connected", tuple(Publish(f"m{n}") for n in range(1, count + 1)))
        ]
        groups += ((f"{name} connects", (Subscribe(name),)) for name in rng.sample(WORKERS, 2))
        queue = run(work, WorkQueue(), [one for _, actions in groups for one in actions]).final
        while len(groups) < 3 + EVENTS and (possible := list(_possible(queue))):
            words, action = rng.choice(possible)
            groups.append((words, (action,)))
            queue = run(work, queue, (action,)).final
        crashes = [n for n, (words, _) in enumerate(groups) if "crashes" in words]
        if len(groups) == 3 + EVENTS and 1 <= len(crashes) <= 2 and crashes[0] <= EVENTS and len(queue.acked) >= 2:
            break
    actions = tuple(one for _, actions in groups for one in actions)
    rows, queue = [], WorkQueue()
    for words, some in groups:
        queue = run(work, queue, some).final
        rows.append((words, *(_held(queue, name) for name in WORKERS), str(len(queue.ready))))
    prompt = Text(
        "A work queue gives each message to one consumer. A consumer gets one message at a time and the next only after"
        " it has acknowledged that one. If a consumer crashes, the broker notices at once, and what it held is ready"
        " again, in its old place. Which message does each hold after each event, and after what the broker then"
        f" delivers (`{NONE}` for none, or if it is not connected)? And how many messages are ready: waiting in the"
        " queue, and held by nobody?"
    )
    done = ", ".join(queue.acked)
    twice = sorted(
        {m.name for step in run(work, WorkQueue(), actions).steps for m in step.state.ready if m.redelivered}
    )
    solution = (
        Table(HEADER, tuple(rows)),
        Text(
            f"Done in the end are {done}, in this order; delivered twice or ready for it: {', '.join(twice)}. The queue"
            " forgets a message only when it is acknowledged, so a crash loses none; but it may change their order, and"
            " have one worked on twice."
        ),
    )
    blanks = tuple((row, column) for row in range(3, len(rows)) for column in (1, 2, 3))
    return Posed(
        (prompt,), TraceTable(HEADER, tuple(rows), blanks), solution, Replay(work, WorkQueue(), actions, draw_queue)
    )


def _possible(queue: WorkQueue) -> Iterator[tuple[str, Action]]:
    for consumer in queue.consumers:
        for tag, message in consumer.unacked:
            yield from [(f"{consumer.name} acknowledges {message.name}", Ack(consumer.name, tag))] * 2
            yield f"{consumer.name} crashes", Close(consumer.name)
    gone = {*WORKERS} - {consumer.name for consumer in queue.consumers}
    for name in sorted(gone):
        yield from [(f"{name} connects again", Subscribe(name))] * 2
    # Where both are free, it depends on the broker which of them gets the message.
    if sum(not consumer.unacked for consumer in queue.consumers) < 2:
        name = f"m{queue.published + 1}"
        yield f"{name} is published", Publish(name)


def _held(queue: WorkQueue, name: str) -> str:
    held = next((one.unacked for one in queue.consumers if one.name == name), ())
    return ", ".join(message.name for _, message in held) or NONE


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
        "reject-publish": "a new message is refused, its producer is told, and it is not kept anywhere",
    }[policy]
    prompt = Text(
        f"A queue has room for {room} ready messages; when one comes too many, {full}. A message may come back to the"
        f" queue {OFTEN[limit]}; when it would come back once more, it becomes a dead letter instead, and so does one"
        f" that is rejected without requeueing. {', '.join(fates)} are published in this order while nobody is"
        " connected. Then a consumer connects, which gets one message at a time, and does with each what the table"
        " says; what comes back stands at the head again. Which are dead letters in the end? Choose all that apply."
    )
    table = Table(("Message", "If the consumer gets it, the consumer"), tuple((n, f.words) for n, f in fates.items()))
    why = {name: _why(name, fates[name], reasons.get(name), name in refused, limit) for name in fates}
    answer = chosen((f"`{name}`", name in reasons, words) for name, words in why.items())
    told = "\n".join(f"- `{name}`: {words}" for name, words in why.items())
    replay = Replay(work, start, actions, draw_queue)
    return Posed((prompt, table), answer, (Text(told),), replay)


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

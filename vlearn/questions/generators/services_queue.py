"""A question whose key is what a work queue does: who holds which message after each event, and how many are ready."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.services.messages.queue_state import Ack, Action, Close, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.work_queue import work
from vlearn.trace import run
from vlearn.views.services_queue import draw_queue

NONE = "-"
WORKERS = ("anna", "ben")
HEADER = ("Event", "anna holds", "ben holds", "Ready")
EVENTS = 6


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

"""What clients of a broker can see of a work queue after each action: the words in which model and broker compare."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from vlearn.sim.services.messages.queue_state import Action, WorkQueue
from vlearn.sim.services.messages.work_queue import work

Delivery: TypeAlias = tuple[str, int, str, bool]
"""To which consumer, under which tag, which message, and whether it is flagged as redelivered."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Of one action: what was delivered, by consumer and tag; new dead letters with the reason in their x-death header,
    in their order; how many messages are ready; whether a message was refused, or a channel closed for an error."""

    deliveries: tuple[Delivery, ...] = ()
    dead: tuple[tuple[str, str], ...] = ()
    ready: int = 0
    refused: bool = False
    closed: bool = False


def by_model(queue: WorkQueue, actions: Iterable[Action]) -> tuple[Seen, ...]:
    """What the model shows after each action."""
    seen = []
    for action in actions:
        before = queue
        steps = tuple(work(queue, action))
        queue = steps[-1].state if steps else queue
        delivered = []
        for step in steps:
            if step.event.kind == "deliver":
                message, name = step.event.touches
                tag, held = step.state.consumer(name).unacked[-1]
                delivered.append((name, tag, message, held.redelivered))
        kinds = {step.event.kind for step in steps}
        dead = queue.dead[len(before.dead) :]
        refused, closed = "reject-publish" in kinds, "channel-error" in kinds
        seen.append(Seen(tuple(sorted(delivered)), dead, len(queue.ready), refused, closed))
    return tuple(seen)

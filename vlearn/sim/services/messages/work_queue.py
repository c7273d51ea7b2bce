"""A work queue as RabbitMQ's classic queue is one: each message to one consumer, gone when it is acknowledged.

Consumers take turns while their prefetch allows. What is not acknowledged comes back, to where it stood, with the
redelivered flag. The length limit counts ready messages only. Left out: exchanges (dead letters are kept
here as if there were one for them), expiry, priorities, confirms, disk.
A RabbitMQ 3.10 does the same (`broker_clients`, by its tests). The delivery limit is that of its quorum queues, as far
as one consumer with a prefetch of 1 can see: with more, those put back what comes back in another order. From RabbitMQ
4.3 on, basic.nack with requeue no longer counts towards that limit; basic.reject and the loss of a consumer do.
"""

from collections.abc import Iterator
from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.services.messages.queue_state import (
    Ack,
    Action,
    Close,
    Consumer,
    Message,
    Nack,
    Publish,
    Subscribe,
    WorkQueue,
)
from vlearn.trace import Event, Step


def work(queue: WorkQueue, action: Action) -> Iterator[Step[WorkQueue]]:
    """One action, and the deliveries that it makes possible."""
    match action:
        case Publish(name):
            yield from _publish(queue, name)
        case Subscribe(name, prefetch):
            if any(one.name == name for one in queue.consumers):
                raise ModelError(f"a consumer {name!r} is connected already")
            consumers = (*queue.consumers, Consumer(name, prefetch))
            queue = replace(queue, consumers=consumers, turn=(*queue.turn, name))
            yield Step(Event("subscribe", f"{name} subscribes, prefetch {prefetch}", (name,)), queue)
            yield from _deliver(queue)
        case Ack(name, tag) | Nack(name, tag):
            yield from _settle(queue, queue.consumer(name), tag, action)
        case Close(name):
            yield from _close(queue, queue.consumer(name))


def _publish(queue: WorkQueue, name: str) -> Iterator[Step[WorkQueue]]:
    full = queue.max_length is not None and len(queue.ready) >= queue.max_length
    if full and queue.overflow == "reject-publish":
        yield Step(Event("reject-publish", f"the queue is full: {name} is refused, and its producer told"), queue)
        return
    message = Message(name, queue.published)
    queue = _asked(replace(queue, ready=(*queue.ready, message), published=queue.published + 1))
    yield Step(Event("publish", f"{name} is published", (name,)), queue)
    # A message that a consumer can take at once never counts towards the length.
    for step in _deliver(queue):
        queue = step.state
        yield step
    yield from _shorten(queue)


def _settle(queue: WorkQueue, consumer: Consumer, tag: int, action: Ack | Nack) -> Iterator[Step[WorkQueue]]:
    held = dict(consumer.unacked)
    if tag not in held:
        words = f"PRECONDITION_FAILED: {consumer.name} has no unacknowledged delivery {tag}; its channel is closed"
        yield Step(Event("channel-error", words, (consumer.name,)), queue)
        yield from _close(queue, consumer)
        return
    message = held.pop(tag)
    after = replace(consumer, unacked=tuple(held.items()))
    turn = queue.turn if consumer.name in queue.turn else (*queue.turn, consumer.name)
    queue = replace(queue, turn=turn, consumers=tuple(after if one is consumer else one for one in queue.consumers))
    if isinstance(action, Ack):
        queue = replace(queue, acked=(*queue.acked, message.name))
        yield Step(Event("ack", f"{consumer.name} acknowledges {message.name}", (message.name,)), queue)
        yield from _deliver(queue)
    elif not action.requeue:
        queue = replace(queue, dead=(*queue.dead, (message.name, "rejected")))
        yield Step(Event("dead-letter", f"{message.name} is rejected: a dead letter", (message.name,)), queue)
        yield from _deliver(queue)
    else:
        queue = _returned(queue, (message,))
        yield Step(Event("requeue", f"{message.name} is back in the queue", (message.name,)), queue)
        yield from _settled(queue)


def _close(queue: WorkQueue, consumer: Consumer) -> Iterator[Step[WorkQueue]]:
    held = tuple(message for _, message in consumer.unacked)
    others = tuple(one for one in queue.consumers if one is not consumer)
    queue = replace(queue, consumers=others, turn=tuple(name for name in queue.turn if name != consumer.name))
    queue = _returned(queue, held)
    names = " and ".join(message.name for message in held) or "nothing"
    yield Step(Event("close", f"{consumer.name} is gone; {names} comes back", (consumer.name,)), queue)
    yield from _settled(queue)


def _returned(queue: WorkQueue, messages: tuple[Message, ...]) -> WorkQueue:
    """With the messages where they stood."""
    back = (replace(one, returned=one.returned + 1) for one in messages)
    return _asked(replace(queue, ready=tuple(sorted((*queue.ready, *back), key=lambda one: one.place))))


def _settled(queue: WorkQueue) -> Iterator[Step[WorkQueue]]:
    for part in (_give_up, _shorten):
        for step in part(queue):
            queue = step.state
            yield step
    yield from _deliver(queue)


def _give_up(queue: WorkQueue) -> Iterator[Step[WorkQueue]]:
    """On messages that have come back more often than the delivery limit allows."""
    for message in queue.ready:
        if queue.delivery_limit is not None and message.returned > queue.delivery_limit:
            ready = tuple(one for one in queue.ready if one is not message)
            queue = replace(queue, ready=ready, dead=(*queue.dead, (message.name, "delivery_limit")))
            words = f"{message.name} came back too often: a dead letter"
            yield Step(Event("dead-letter", words, (message.name,)), queue)


def _shorten(queue: WorkQueue) -> Iterator[Step[WorkQueue]]:
    # A queue that refuses what is published never throws away what comes back to it.
    if queue.overflow == "reject-publish":
        return
    while queue.max_length is not None and len(queue.ready) > queue.max_length:
        head = queue.ready[0]
        queue = replace(queue, ready=queue.ready[1:], dead=(*queue.dead, (head.name, "maxlen")))
        yield Step(Event("dead-letter", f"the queue is too long: {head.name}, its head, is a dead letter"), queue)


def _asked(queue: WorkQueue) -> WorkQueue:
    """With nobody in turn, if messages are ready and nobody has room: all have been asked, and were found full."""
    idle = any(queue.consumer(name).has_room for name in queue.turn)
    return queue if idle or not queue.ready else replace(queue, turn=())


def _deliver(queue: WorkQueue) -> Iterator[Step[WorkQueue]]:
    while queue.ready and queue.turn:
        # Those before it are full and lose their turn. Who has room again stands behind the others.
        first = next(n for n, name in enumerate(queue.turn) if queue.consumer(name).has_room)
        message, name = queue.ready[0], queue.turn[first]
        before = queue.consumer(name)
        tag = before.tags + 1
        after = replace(before, unacked=(*before.unacked, (tag, message)), tags=tag)
        consumers = tuple(after if one is before else one for one in queue.consumers)
        turn = (*queue.turn[first + 1 :], name)
        queue = _asked(replace(queue, ready=queue.ready[1:], consumers=consumers, turn=turn))
        again = ", redelivered" if message.redelivered else ""
        words = f"{message.name} goes to {name} under tag {tag}{again}"
        yield Step(Event("deliver", words, (message.name, name)), queue)

"""A work queue as RabbitMQ's classic queue is one: each message to one consumer, gone when it is acknowledged.

Consumers take turns while their prefetch allows. What is not acknowledged comes back, to where it stood, with the
redelivered flag. The length limit counts ready messages only. Left out: exchanges (dead letters are kept
here as if there were one for them), expiry, priorities, confirms, disk.
Source: rabbitmq.com/docs/maxlength. Turns, places and the delivery limit (a quorum queue's) are recalled from
rabbitmq.com/docs/{confirms,consumer-prefetch,quorum-queues}, and were not compared with a broker.
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
    queue = replace(queue, ready=(*queue.ready, message), published=queue.published + 1)
    yield Step(Event("publish", f"{name} is published", (name,)), queue)
    # A message that a consumer can take at once never counts towards the length.
    if queue.turn:
        yield from _deliver(queue)
    else:
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
    turn = queue.turn if consumer.has_room else (*queue.turn, consumer.name)
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
        ends = ("dead-letter", "came back too often: a dead letter")
        kind, words = ends if _tired(queue, message) else ("requeue", "is back in the queue")
        queue = _returned(queue, (message,))
        yield Step(Event(kind, f"{message.name} {words}", (message.name,)), queue)
        yield from _settled(queue)


def _close(queue: WorkQueue, consumer: Consumer) -> Iterator[Step[WorkQueue]]:
    held = tuple(message for _, message in consumer.unacked)
    others = tuple(one for one in queue.consumers if one is not consumer)
    queue = replace(queue, consumers=others, turn=tuple(name for name in queue.turn if name != consumer.name))
    queue = _returned(queue, held)
    names = " and ".join(message.name for message in held) or "nothing"
    event = Event("close", f"{consumer.name} is gone; {names} comes back", (consumer.name,))
    yield Step(event, queue)
    yield from _settled(queue)


def _tired(queue: WorkQueue, message: Message) -> bool:
    return queue.delivery_limit is not None and message.returned >= queue.delivery_limit


def _returned(queue: WorkQueue, messages: tuple[Message, ...]) -> WorkQueue:
    """With the messages where they stood, but for those that have come back too often: they are dead letters."""
    back = (replace(one, returned=one.returned + 1) for one in messages if not _tired(queue, one))
    dead = ((one.name, "delivery_limit") for one in messages if _tired(queue, one))
    ready = tuple(sorted((*queue.ready, *back), key=lambda one: one.place))
    return replace(queue, ready=ready, dead=(*queue.dead, *dead))


def _settled(queue: WorkQueue) -> Iterator[Step[WorkQueue]]:
    for step in _shorten(queue):
        queue = step.state
        yield step
    yield from _deliver(queue)


def _shorten(queue: WorkQueue) -> Iterator[Step[WorkQueue]]:
    while queue.max_length is not None and len(queue.ready) > queue.max_length:
        head = queue.ready[0]
        queue = replace(queue, ready=queue.ready[1:], dead=(*queue.dead, (head.name, "maxlen")))
        yield Step(Event("dead-letter", f"the queue is too long: {head.name}, its head, is a dead letter"), queue)


def _deliver(queue: WorkQueue) -> Iterator[Step[WorkQueue]]:
    while queue.ready and queue.turn:
        message, name = queue.ready[0], queue.turn[0]
        before = queue.consumer(name)
        tag = before.tags + 1
        after = replace(before, unacked=(*before.unacked, (tag, message)), tags=tag)
        queue = replace(
            queue,
            ready=queue.ready[1:],
            consumers=tuple(after if one is before else one for one in queue.consumers),
            turn=(*queue.turn[1:], name) if after.has_room else queue.turn[1:],
        )
        again = ", redelivered" if message.redelivered else ""
        words = f"{message.name} goes to {name} under tag {tag}{again}"
        yield Step(Event("deliver", words, (message.name, name)), queue)

"""The work queue's actions replayed on a real RabbitMQ, and what its clients see: the other side of `seen.by_model`.

Needs the extra `vlearn[broker]`, a client. Neither the client nor the broker says when a queue is done with an action:
it is looked at until it has told the same a few times.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from vlearn.sim.services.messages.queue_state import Ack, Action, Close, Nack, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.seen import Delivery, Seen

SETTLE, LOOKS = 10, 3
"""Seconds after which a queue that does not come to rest is an error; equal answers after which it is at rest."""


def replay(
    port: int, queue: WorkQueue, actions: Iterable[Action], kind: str = "classic", rest: float = 0
) -> list[Seen]:
    """What the broker's clients see after each action on a queue of this kind ("classic" or "quorum").

    `rest` is how many seconds to wait after each action before the queue is looked at.
    """
    clients = _Clients(port, queue, kind)
    try:
        return [clients.see(action, rest) for action in actions]
    finally:
        clients.close()


@dataclass(slots=True)
class _Consumer:
    connection: Any
    channel: Any
    unacked: set[int] = field(default_factory=set)


class _Clients:
    """A producer and any number of consumers, each with a connection of its own, as the model's have."""

    def __init__(self, port: int, queue: WorkQueue, kind: str):
        self._port, self._alive = port, 0
        """How many messages are neither acknowledged, refused nor dead."""
        self._consumers: dict[str, _Consumer] = {}
        self._delivered: list[Delivery] = []
        self._connection, self._channel = self._connect()
        self._channel.confirm_delivery()
        limits = {"x-max-length": queue.max_length, "x-delivery-limit": queue.delivery_limit}
        arguments: dict[str, int | str] = {name: value for name, value in limits.items() if value is not None}
        if queue.max_length is not None:
            arguments["x-overflow"] = queue.overflow
        dead = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "dead", "x-queue-type": kind}
        for name, of_queue in (("dead", {}), ("work", arguments | dead)):
            self._channel.queue_delete(name)
            self._channel.queue_declare(name, durable=True, arguments=of_queue)

    def see(self, action: Action, rest: float) -> Seen:
        refused, before = self._do(action), len(self._delivered)
        time.sleep(rest)
        closed = False
        dead: list[tuple[str, str]] = []
        looks: list[tuple[int, int]] = []
        end = time.monotonic() + SETTLE
        while len(looks) < LOOKS or looks[-LOOKS:] != [looks[-1]] * LOOKS:
            if time.monotonic() > end:
                raise OSError(f"the broker's queue does not come to rest after {action}")
            closed |= self._listen()
            dead += self._dead_letters()
            ready, held = self._ready(), sum(len(one.unacked) for one in self._consumers.values())
            if self._alive == ready + held:  # else a message is on its way: none is ever lost
                looks.append((ready, held))
        return Seen(tuple(sorted(self._delivered[before:])), tuple(dead), ready, refused, closed)

    def close(self) -> None:
        for connection in (*(one.connection for one in self._consumers.values()), self._connection):
            with suppress(Exception):
                connection.close()

    def _connect(self) -> tuple[Any, Any]:
        import pika

        connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", self._port))
        return connection, connection.channel()

    def _do(self, action: Action) -> bool:
        """Returns whether the message was refused."""
        import pika

        match action:
            case Publish(name):
                try:
                    self._channel.basic_publish("", "work", name.encode(), pika.BasicProperties(delivery_mode=2))
                except pika.exceptions.NackError:
                    return True
                self._alive += 1
            case Subscribe(name, prefetch):
                self._subscribe(name, prefetch)
            case Ack(name, tag):
                self._alive -= tag in self._consumers[name].unacked
                self._consumers[name].unacked.discard(tag)
                self._consumers[name].channel.basic_ack(tag)
            case Nack(name, tag, requeue):
                self._consumers[name].unacked.discard(tag)
                self._consumers[name].channel.basic_nack(tag, requeue=requeue)
            case Close(name):
                self._consumers.pop(name).connection.close()
        return False

    def _subscribe(self, name: str, prefetch: int) -> None:
        connection, channel = self._connect()
        consumer = self._consumers[name] = _Consumer(connection, channel)

        def got(_channel: Any, method: Any, _properties: Any, body: bytes) -> None:
            consumer.unacked.add(method.delivery_tag)
            self._delivered.append((name, method.delivery_tag, body.decode(), method.redelivered))

        channel.basic_qos(prefetch_count=prefetch)
        channel.basic_consume("work", got)

    def _listen(self) -> bool:
        """Take what was sent to the consumers; returns whether a channel was closed for an error."""
        import pika

        closed = False
        for name, one in list(self._consumers.items()):
            try:
                # Asking over the consumer's own channel: the answer comes after what the queue sent it before.
                one.channel.queue_declare("work", passive=True)
                one.connection.process_data_events(0)
            except pika.exceptions.ChannelClosedByBroker:
                closed = True
                self._consumers.pop(name).connection.close()
        return closed

    def _ready(self) -> int:
        end = time.monotonic() + SETTLE
        while (told := self._channel.queue_declare("work", passive=True).method).consumer_count != len(self._consumers):
            if time.monotonic() > end:
                raise OSError(f"the broker counts {told.consumer_count} consumers, not {len(self._consumers)}")
        return int(told.message_count)

    def _dead_letters(self) -> Iterator[tuple[str, str]]:
        """Those that have come by now."""
        while (found := self._channel.basic_get("dead", auto_ack=True))[0] is not None:
            self._alive -= 1
            yield found[2].decode(), found[1].headers["x-death"][0]["reason"]

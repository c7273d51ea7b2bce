"""What a work queue holds, and what may be done to it: the state and the actions of `work_queue`."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from vlearn.errors import ModelError


@dataclass(frozen=True, slots=True)
class Message:
    """`place` is its position since it was first queued; `returned` how often it came back without being done."""

    name: str
    place: int
    returned: int = 0

    @property
    def redelivered(self) -> bool:
        """The flag of a delivery: it may have been worked on before."""
        return self.returned > 0


@dataclass(frozen=True, slots=True)
class Consumer:
    """`unacked` holds what it was given and has not acknowledged, by delivery tag; prefetch 0 is without limit."""

    name: str
    prefetch: int = 1
    unacked: tuple[tuple[int, Message], ...] = ()
    tags: int = 0

    @property
    def has_room(self) -> bool:
        """Whether it may be given one more."""
        return not self.prefetch or len(self.unacked) < self.prefetch


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """`turn` is the order of the consumers that were not yet found to be full.

    `dead` are messages with the reason, as the header x-death has it.
    """

    max_length: int | None = None
    overflow: Literal["drop-head", "reject-publish"] = "drop-head"
    delivery_limit: int | None = None
    ready: tuple[Message, ...] = ()
    consumers: tuple[Consumer, ...] = ()
    turn: tuple[str, ...] = ()
    acked: tuple[str, ...] = ()
    dead: tuple[tuple[str, str], ...] = ()
    published: int = 0

    def __post_init__(self) -> None:
        if self.max_length is not None and self.max_length < 0:
            raise ModelError(f"a queue's max length is 0 or more messages, not {self.max_length}")
        if self.delivery_limit is not None and self.delivery_limit < 0:
            raise ModelError(f"a delivery limit is 0 or more, not {self.delivery_limit}")
        if self.overflow not in ("drop-head", "reject-publish"):
            raise ModelError(f"overflow is drop-head or reject-publish, not {self.overflow!r}")

    def consumer(self, name: str) -> Consumer:
        """The consumer of that name. Raises ModelError if none is connected."""
        for consumer in self.consumers:
            if consumer.name == name:
                return consumer
        raise ModelError(f"no consumer {name!r} is connected to the queue")


@dataclass(frozen=True, slots=True)
class Publish:
    """A producer sends a message."""

    name: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """A consumer connects."""

    consumer: str
    prefetch: int = 1

    def __post_init__(self) -> None:
        if self.prefetch < 0:
            raise ModelError(f"prefetch is 0 (no limit) or more, not {self.prefetch}")


@dataclass(frozen=True, slots=True)
class Ack:
    """A consumer has done what it was given under that delivery tag."""

    consumer: str
    tag: int


@dataclass(frozen=True, slots=True)
class Nack:
    """It has not: the message goes back, or to the dead letters."""

    consumer: str
    tag: int
    requeue: bool = True


@dataclass(frozen=True, slots=True)
class Close:
    """A consumer's connection ends, by its wish or by its death: the broker cannot tell."""

    consumer: str


Action: TypeAlias = Publish | Subscribe | Ack | Nack | Close

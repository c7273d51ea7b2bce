"""The model's work queue beside a real RabbitMQ: the same actions, and what the clients of each see.

A broker needs eight seconds to start, so its recorded answers (`recorded_broker.json`) are shown unless it is asked
for. A test holds the recording against a live broker where one is installed.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from vlearn.blocks import Block, Table, Text
from vlearn.errors import LabError
from vlearn.lab.assets import FOLDER
from vlearn.lab.shown import Shown, show
from vlearn.sim.services.messages.broker import broker
from vlearn.sim.services.messages.broker_clients import replay
from vlearn.sim.services.messages.queue_state import Ack, Action, Close, Nack, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.seen import Seen, by_model

RECORDED = FOLDER / "recorded_broker.json"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Actions on a queue of one of RabbitMQ's two kinds."""

    title: str
    queue: WorkQueue
    actions: tuple[Action, ...]
    kind: str = "classic"


SCENARIOS = (
    Scenario(
        "A consumer dies, and its work goes to the other.", WorkQueue(),
        (*map(Publish, ("a", "b", "c", "d")), Subscribe("x", 2), Subscribe("y", 1), Ack("x", 1), Close("x"),
         Ack("y", 1), Ack("y", 2), Ack("y", 3)),
    ),
    Scenario(
        "A queue of at most two messages loses its head, and a rejected message is a dead letter.", WorkQueue(2),
        (*map(Publish, ("a", "b", "c")), Subscribe("x", 1), Publish("d"), Publish("e"), Nack("x", 1, requeue=False),
         Nack("x", 2), Ack("x", 3)),
    ),
    Scenario(
        "A queue of at most two messages that refuses what is published keeps what comes back.",
        WorkQueue(2, "reject-publish"),
        (Publish("a"), Subscribe("x", 1), *map(Publish, ("b", "c", "d")), Close("x"), Subscribe("y", 0)),
    ),
    Scenario(
        "A message that nobody can process, in a quorum queue with a delivery limit of 2.", WorkQueue(delivery_limit=2),
        (Publish("poison"), Publish("b"), Subscribe("x", 1), *(Nack("x", tag) for tag in (1, 2, 3)), Ack("x", 4)),
        "quorum",
    ),
)  # fmt: skip


def measured(port: int) -> list[list[Seen]]:
    """Ask the RabbitMQ that listens there. ImportError without its client."""
    return [replay(port, one.queue, one.actions, one.kind, rest=0.05) for one in SCENARIOS]


def recorded() -> tuple[list[list[Seen]], str]:
    """What a RabbitMQ said earlier, and its version."""
    kept: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return [[_seen(one) for one in scenario] for scenario in kept["seen"]], kept["broker"]


def to_record(found: list[list[Seen]], version: str) -> str:
    """The text of a recording."""
    seen = [
        [{"deliveries": s.deliveries, "dead": s.dead, "ready": s.ready, "refused": s.refused, "closed": s.closed}
         for s in scenario]
        for scenario in found
    ]  # fmt: skip
    return json.dumps({"broker": version, "seen": seen}) + "\n"


def beside_rabbitmq(live: bool = False) -> Shown:
    """Four scenarios on the model and on RabbitMQ, action by action. `live` starts a broker and asks it now.

    Raises LabError if `live` and no broker or no client is installed.
    """
    if live:
        if find_spec("pika") is None:
            raise LabError("RabbitMQ cannot be asked now: its client is missing; pip install 'vlearn[broker]'")
        try:
            with broker() as port:
                theirs, how = measured(port), "A RabbitMQ was started and asked just now."
        except OSError as error:
            words = f"RabbitMQ cannot be asked now: {error}; without live=True you see what it said earlier"
            raise LabError(words) from error
    else:
        theirs, version = recorded()
        how = f"RabbitMQ's answers were recorded earlier, with {version}; `live=True` starts one where it is installed."
    tables = (_table(one, seen) for one, seen in zip(SCENARIOS, theirs, strict=True))
    return show((Text(how), *tables))


def _table(scenario: Scenario, theirs: list[Seen]) -> Block:
    ours = by_model(scenario.queue, scenario.actions)
    rows = tuple(
        (_words(action), _told(one), _told(other), "yes" if one == other else "NO")
        for action, one, other in zip(scenario.actions, ours, theirs, strict=True)
    )
    return Table(("Action", "Seen in the model", "Seen of RabbitMQ", "Same?"), rows, scenario.title)


def _words(action: Action) -> str:
    match action:
        case Publish(name):
            return f"publish {name}"
        case Subscribe(name, prefetch):
            return f"{name} subscribes, prefetch {prefetch}"
        case Ack(name, tag):
            return f"{name} acknowledges tag {tag}"
        case Nack(name, tag, requeue):
            return f"{name} refuses tag {tag}" + (", requeue" if requeue else "")
        case Close(name):
            return f"{name} dies"


def _told(seen: Seen) -> str:
    parts = [
        f"{message} to {name} (tag {tag}{', redelivered' * again})" for name, tag, message, again in seen.deliveries
    ]
    parts += [f"{name} dead: {reason}" for name, reason in seen.dead]
    parts += ["refused"] * seen.refused + ["channel closed"] * seen.closed
    return "; ".join((*parts, f"{seen.ready} ready"))


def _seen(one: dict[str, Any]) -> Seen:
    return Seen(_tuples(one["deliveries"]), _tuples(one["dead"]), one["ready"], one["refused"], one["closed"])


def _tuples(lists: Iterable[list[Any]]) -> tuple[Any, ...]:
    return tuple(map(tuple, lists))

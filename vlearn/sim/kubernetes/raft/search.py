"""All that can happen to a small cluster, for `reachable`: within bounds, every order of timeouts, messages, crashes.

A message that is never delivered is lost, one that is delivered late has been overtaken. Left out of the search: that
one message arrives twice (a leader may repeat its own, though), and the answers to messages of older terms.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from vlearn.sim.kubernetes.raft.actions import Action, Beat, Crash, Deliver, Propose, Restart, TimeOut
from vlearn.sim.kubernetes.raft.messages import AppendReply, Message, VoteReply
from vlearn.sim.kubernetes.raft.safety import NOTHING_SEEN, Record, noted
from vlearn.sim.kubernetes.raft.state import Cluster
from vlearn.sim.kubernetes.raft.stepping import act
from vlearn.trace import Step

SAMPLE = "x"
"""What the client writes: entries differ by their terms."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a search goes: the highest term, the longest log, how many messages are on the way from one to another.

    Where more are sent the oldest is lost. Only `candidates` stand for election; `crashes` crash and restart.
    """

    term: int
    entries: int
    candidates: tuple[str, ...]
    crashes: tuple[str, ...] = ()
    on_the_way: int = 1


@dataclass(frozen=True, slots=True)
class Watched:
    """A cluster, how far it may go, what has been seen of it, and from that what may come next."""

    cluster: Cluster
    bounds: Bounds
    record: Record = NOTHING_SEEN
    choices: tuple[tuple[Action, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        choices = () if self.record.violations else tuple(possible(self.cluster, self.bounds))
        object.__setattr__(self, "choices", choices)


def possible(cluster: Cluster, bounds: Bounds) -> Iterator[tuple[Action, ...]]:
    """What may come next. A crash comes with its restart: in between, a member is like one that hears nothing."""
    for member in cluster.members:
        if member.role == "leader":
            yield (Beat(member.name),)
            if len(member.log) < bounds.entries:
                yield (Propose(member.name, SAMPLE),)
        elif member.term < bounds.term and member.name in bounds.candidates:
            yield (TimeOut(member.name),)
        if member.name in bounds.crashes:
            yield Crash(member.name), Restart(member.name)
    ways: dict[tuple[str, str], int] = {}
    for message in cluster.network:
        way = (message.sender, message.to)
        ways[way] = nth = ways.get(way, -1) + 1
        yield (Deliver(*way, nth),)


CHOICES = range(32)
"""For `reachable(watched, start, CHOICES)`: as many as may come next, and more."""


def watched(state: Watched, choice: int) -> Iterator[Step[Watched]]:
    """The choice-th of what may come next, if there are so many. After a violation nothing does."""
    if choice >= len(state.choices):
        return
    cluster, record, happened = state.cluster, state.record, None
    for action in state.choices[choice]:
        for step in act(cluster, action):
            record, cluster, happened = noted(record, cluster, step.state), step.state, step.event
    if happened:
        yield Step(happened, replace(state, cluster=tidy(cluster, state.bounds), record=record))


def tidy(cluster: Cluster, bounds: Bounds) -> Cluster:
    """Without messages that have no more effect, and in one order: alike for the future, one state for the search."""
    kept: dict[tuple[str, str], list[Message]] = {}
    for message in cluster.network:
        on_the_way = kept.setdefault((message.sender, message.to), [])
        if message not in on_the_way and not _spent(cluster, message):
            on_the_way.append(message)
    network = (message for way in sorted(kept) for message in sorted(kept[way][-bounds.on_the_way :], key=_order))
    return replace(cluster, network=tuple(network))


def _spent(cluster: Cluster, message: Message) -> bool:
    """Whether it would change nothing, now and later, but for the answer to a message of an older term."""
    to = cluster.member(message.to)
    if message.term != to.term:
        return message.term < to.term
    match message:
        case VoteReply(granted=granted):
            return not granted or to.role != "candidate"
        case AppendReply(success=success, index=index):
            n = to.peers.index(message.sender)
            return to.role != "leader" or (success and index <= to.match_index[n])
    return False


def _order(message: Message) -> tuple[str, int, int]:
    return type(message).__name__, message.term, hash(message)

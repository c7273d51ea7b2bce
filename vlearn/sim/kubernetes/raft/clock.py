"""The same cluster with a clock, in milliseconds of the model: timeouts, delays and losses are drawn from a seed.

Error texts are etcd's own. Source: etcd api/v3rpc/rpctypes.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from heapq import heappop
from random import Random

from vlearn.sim.kubernetes.raft.actions import (
    Action,
    Beat,
    Crash,
    Cut,
    Deliver,
    Duplicate,
    Heal,
    Lose,
    LoseAll,
    Propose,
    Read,
    Restart,
    TimeOut,
)
from vlearn.sim.kubernetes.raft.agenda import REQUEST, Agenda, Arrival, Deadline, Due, Network, Timer
from vlearn.sim.kubernetes.raft.messages import Message
from vlearn.sim.kubernetes.raft.rules import ETCD, Rules
from vlearn.sim.kubernetes.raft.state import Cluster
from vlearn.sim.kubernetes.raft.stepping import act
from vlearn.trace import Event, Step, Trace

LEADER = "leader"
"""In a script: whichever member leads when the moment comes."""
TIMED_OUT = "etcdserver: request timed out"
NO_LEADER = "etcdserver: no leader"
_HEARD = ("election-timeout", "beat", "restarted", "voted", "appended", "truncated", "heartbeat", "append-refused")
"""Events after which a member's timer starts anew; it also does with a new term or role."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The cluster at a time in milliseconds."""

    now: int
    cluster: Cluster


def simulate(
    seed: int,
    members: int = 3,
    until: int = 10_000,
    script: Iterable[tuple[int, Action]] = (),
    network: Network | None = None,
    rules: Rules = ETCD,
) -> Trace[Moment]:
    """A run of `until` milliseconds in which the script's actions happen at their times; LEADER names who leads then.

    The same seed gives the same run, up to the first thing that the script does otherwise. Raises ModelError.
    """
    cluster = Cluster.begin(members, rules)
    start, agenda = Moment(0, cluster), Agenda(Random(seed), network or Network())
    for member in cluster.members:
        agenda.set_timer(0, member)
    for time, action in script:
        agenda.enter(time, action)
    steps: list[Step[Moment]] = []
    while agenda.due and agenda.due[0][0] <= until:
        now, _, due = heappop(agenda.due)
        for step in _happens(agenda, cluster, due):
            _follow_up(agenda, now, cluster, step)
            cluster = step.state
            steps.append(Step(step.event, Moment(now, cluster)))
    return Trace(start, tuple(steps))


def _happens(agenda: Agenda, cluster: Cluster, due: Due) -> Iterator[Step[Cluster]]:
    match due:
        case Timer(name, number):
            if agenda.timers[name] == number:
                leads = cluster.member(name).role == "leader"
                yield from act(cluster, Beat(name) if leads else TimeOut(name))
        case Arrival(message):
            yield from _arrives(cluster, due, message)
        case Deadline(name):
            if _unanswered(agenda, cluster, due):
                yield Step(Event("request-timed-out", f"the client of {name} gets: {TIMED_OUT}", (name,)), cluster)
        case Cut() | Heal() | Deliver() | Lose() | LoseAll() | Duplicate():
            yield from act(cluster, due)
        case _:
            yield from _asked(cluster, due)


def _asked(cluster: Cluster, action: TimeOut | Beat | Propose | Read | Crash | Restart) -> Iterator[Step[Cluster]]:
    """What is done to one member, or to the leader if there is one."""
    leader = cluster.leader
    if action.member != LEADER:
        yield from act(cluster, action)
    elif leader:
        yield from act(cluster, replace(action, member=leader.name))
    else:
        yield Step(Event("refused", f"the client gets: {NO_LEADER}"), cluster)


def _arrives(cluster: Cluster, arrival: Arrival, message: Message) -> Iterator[Step[Cluster]]:
    way = (message.sender, message.to)
    messages = cluster.under_way(*way)
    if message not in messages:
        return
    nth = messages.index(message)
    if arrival.twice and not arrival.lost:
        for step in act(cluster, Duplicate(*way, nth)):
            yield step
            cluster = step.state
    yield from act(cluster, Lose(*way, nth) if arrival.lost else Deliver(*way, nth))


def _follow_up(agenda: Agenda, now: int, before: Cluster, step: Step[Cluster]) -> None:
    """Enter what a step leads to: arrivals of what was sent, timers set anew, deadlines of requests."""
    after, kind = step.state, step.event.kind
    for message in (Counter(after.network) - Counter(before.network)).elements():
        agenda.send(now, message)
    for was, member in zip(before.members, after.members, strict=True):
        if (was.term, was.role) != (member.term, member.role) or (kind in _HEARD and member.name in step.event.touches):
            agenda.set_timer(now, member)
    if kind in ("proposed", "read-asked", "read"):
        member = after.member(step.event.touches[0])
        if kind == "proposed":
            agenda.enter(now + REQUEST, Deadline(member.name, len(member.log), member.log[-1]))
        elif kind == "read-asked":
            agenda.reading.add((member.name, member.read_round))
            agenda.enter(now + REQUEST, Deadline(member.name, member.read_round, None))
        else:
            waiting = {(member.name, number) for number, _ in member.reads}
            agenda.reading = {each for each in agenda.reading if each[0] != member.name or each in waiting}


def _unanswered(agenda: Agenda, cluster: Cluster, due: Deadline) -> bool:
    if due.entry is None:
        return (due.member, due.index) in agenda.reading
    return all(member.committed[due.index - 1 : due.index] != (due.entry,) for member in cluster.members)

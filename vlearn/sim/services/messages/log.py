"""A partitioned log as Kafka's topic is one: records stay, groups of consumers read on from their committed offsets.

Records of one key lie in one partition in the order in which they were sent; there is no order between partitions. A
member that joins, leaves or dies makes the group rebalance: partitions are assigned anew in ranges, and read on from
what was committed, so what was polled and not committed is seen again. Left out: brokers, replicas, retention,
transactions, cooperative rebalancing, and the time until a dead member is noticed.
Sources: Kafka's documentation (4 Design), RangeAssignor and the eager protocol. Hashes and shares are those of
kafka-python; no broker was asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.services.messages.log_state import Group, Join, Leave, Log, LogAction, Poll, Record, Send
from vlearn.sim.services.messages.partitioner import partition_of
from vlearn.trace import Event, Step


def append(log: Log, action: LogAction) -> Iterator[Step[Log]]:
    """One action. A member that the group does not know gets an event, as a consumer that was thought dead does."""
    if isinstance(action, Send):
        yield _send(log, action)
        return
    group, member = log.group(action.group), action.member
    if isinstance(action, Join):
        if member in group.members:
            raise ModelError(f"{member} is in group {action.group} already")
        yield _rebalanced(log, action.group, (*group.members, member), f"{member} joins {action.group}")
    elif member not in group.members:
        words = f"{member} is not a member of {action.group} (any more): UNKNOWN_MEMBER_ID"
        yield Step(Event("unknown-member", words, (member,)), log)
    elif isinstance(action, Leave):
        others = tuple(one for one in group.members if one != member)
        yield _rebalanced(log, action.group, others, f"{member} leaves {action.group}")
    elif isinstance(action, Poll):
        yield from _poll(log, group, action)
    else:
        own = group.assigned[member]
        committed = tuple(group.positions[n] if n in own else at for n, at in enumerate(group.committed))
        log = replace(log, groups=log.groups.set(action.group, replace(group, committed=committed)))
        words = f"{member} commits " + (", ".join(f"{n} up to {committed[n]}" for n in own) or "nothing")
        yield Step(Event("commit", words, (member,)), log)


def _send(log: Log, sent: Send) -> Step[Log]:
    count = len(log.partitions)
    shortest = min(range(count), key=lambda n: len(log.partitions[n]))
    at = shortest if sent.key is None else partition_of(sent.key, count)
    record = Record(at, len(log.partitions[at]), sent.key, sent.value)
    partitions = tuple((*one, record) if n == at else one for n, one in enumerate(log.partitions))
    words = f"{sent.value} is appended to partition {at} at offset {record.offset}"
    return Step(Event("append", words, (f"partition {at}",)), replace(log, partitions=partitions))


def ranges(members: tuple[str, ...], partitions: int) -> Mapping[str, tuple[int, ...]]:
    """The range assignor: members in the order of their names get neighbours, the first ones one more if need be."""
    assigned: dict[str, tuple[int, ...]] = {}
    first = 0
    for n, member in enumerate(sorted(members)):
        share = partitions // len(members) + (n < partitions % len(members))
        assigned[member] = tuple(range(first, first + share))
        first += share
    return assigned


def _rebalanced(log: Log, name: str, members: tuple[str, ...], why: str) -> Step[Log]:
    group = log.group(name)
    assigned = Map(ranges(members, len(log.partitions)))
    after = Group(members, assigned, group.committed, group.committed, group.generation + 1)
    shares = "; ".join(f"{one}: {', '.join(map(str, assigned[one])) or 'none'}" for one in sorted(members))
    event = Event("rebalance", f"{why}: {shares or 'nobody reads'}", members)
    return Step(event, replace(log, groups=log.groups.set(name, after)))


def _poll(log: Log, group: Group, action: Poll) -> Iterator[Step[Log]]:
    own = group.assigned[action.member]
    found = [record for n in own for record in log.partitions[n][group.positions[n] :]][: action.most]
    if not found:
        yield Step(Event("nothing", f"{action.member} finds nothing new", (action.member,)), log)
    for record in found:
        at = record.partition
        group = replace(group, positions=(*group.positions[:at], record.offset + 1, *group.positions[at + 1 :]))
        seen = (*log.seen, (action.group, action.member, record))
        log = replace(log, groups=log.groups.set(action.group, group), seen=seen)
        words = f"{action.member} reads {record.value} (partition {at}, offset {record.offset})"
        yield Step(Event("read", words, (action.member, f"partition {at}")), log)

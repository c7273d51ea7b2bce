"""Raft's five properties, as somebody checks them who sees all members at once and forgets nothing.

Source: Ongaro and Ousterhout (2014), figure 3.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, pairwise
from typing import Literal

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.raft.log import Entry, agreement, term_at
from vlearn.sim.kubernetes.raft.state import Cluster
from vlearn.trace import Trace

Property = Literal[
    "Election Safety", "Leader Append-Only", "Log Matching", "Leader Completeness", "State Machine Safety"
]
PROPERTIES: dict[Property, str] = {
    "Election Safety": "At most one leader can be elected in a given term.",
    "Leader Append-Only": "A leader never overwrites or deletes entries in its log; it only appends new entries.",
    "Log Matching": "If two logs have an entry of the same index and term, they are the same up to that index.",
    "Leader Completeness": "An entry committed in a term is in the logs of the leaders of all higher terms.",
    "State Machine Safety": "Once a member has applied an entry at an index, no other applies another one there.",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A property that does not hold, and where that shows."""

    property: Property
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """What has been seen: who led which term, and every committed entry with the lowest term in which it was so."""

    leaders: frozenset[tuple[int, str]] = frozenset()
    committed: tuple[tuple[Entry, int], ...] = ()
    violations: tuple[Violation, ...] = ()


NOTHING_SEEN = Record()


def states(trace: Trace[Cluster]) -> tuple[Cluster, ...]:
    """The history of a run: every state, the start included."""
    return (trace.start, *(step.state for step in trace.steps))


def violations(history: Iterable[Cluster]) -> tuple[Violation, ...]:
    """What is violated in a history, in order and each once; every step must be in it. Raises ModelError if empty."""
    moments = tuple(history)
    if not moments:
        raise ModelError("a history has one state at least, its start: see states(trace)")
    return reduce(lambda record, pair: noted(record, *pair), pairwise((moments[0], *moments)), NOTHING_SEEN).violations


def noted(record: Record, before: Cluster, after: Cluster) -> Record:
    """The record after one more step."""
    leads = {(member.term, member.name) for member in after.members if member.role == "leader"}
    leaders = record.leaders | leads
    committed = record.committed
    for member in after.members:
        fresh = ((entry, member.term) for entry in member.committed[len(committed) :])
        committed = (*committed, *fresh)
    found = [*_elections(leaders, leads), *_overwritten(before, after), *_unmatched(after)]
    found += [*_incomplete(committed, after), *_applied(committed, after)]
    new = (each for each in found if each not in record.violations)
    return Record(leaders, committed, (*record.violations, *new))


def _elections(leaders: frozenset[tuple[int, str]], now: set[tuple[int, str]]) -> Iterator[Violation]:
    for term in sorted({term for term, _ in now}):
        names = sorted(name for led, name in leaders if led == term)
        if len(names) > 1:
            yield Violation("Election Safety", f"term {term} has the leaders {' and '.join(names)}")


def _overwritten(before: Cluster, after: Cluster) -> Iterator[Violation]:
    for old, new in zip(before.members, after.members, strict=True):
        if old.role == new.role == "leader" and old.term == new.term and new.log[: len(old.log)] != old.log:
            yield Violation("Leader Append-Only", f"{new.name} has changed its log while it leads term {new.term}")


def _unmatched(cluster: Cluster) -> Iterator[Violation]:
    for one, other in combinations(cluster.members, 2):
        same = agreement(one.log, other.log)
        for index in range(same + 1, min(len(one.log), len(other.log)) + 1):
            if term_at(one.log, index) == term_at(other.log, index):
                where = f"at index {index}, and differ at {same + 1}"
                yield Violation("Log Matching", f"{one.name} and {other.name} have the same term {where}")


def _incomplete(committed: tuple[tuple[Entry, int], ...], cluster: Cluster) -> Iterator[Violation]:
    for member in cluster.members:
        if member.role != "leader":
            continue
        for index, (entry, term) in enumerate(committed, 1):
            if member.term > term and member.log[index - 1 : index] != (entry,):
                text = f"{member.name} leads term {member.term} without {entry}, committed at index {index}"
                yield Violation("Leader Completeness", text)


def _applied(committed: tuple[tuple[Entry, int], ...], cluster: Cluster) -> Iterator[Violation]:
    for member in cluster.members:
        for index, (mine, (entry, _)) in enumerate(zip(member.committed, committed, strict=False), 1):
            if mine != entry:
                text = f"{member.name} applies {mine} at index {index}, where another applied {entry}"
                yield Violation("State Machine Safety", text)

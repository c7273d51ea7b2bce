"""What the questions on Raft share: logs that the rules allow, and their table."""

from dataclasses import replace
from random import Random

from vlearn.blocks import Table
from vlearn.sim.kubernetes.raft import Cluster, Entry, Log, electable
from vlearn.sim.kubernetes.raft.log import merged


def drawn_logs(rng: Random, members: int, terms: int) -> list[Log]:
    """Logs after so many terms, in most of which somebody was elected and brought entries to some of the others."""
    logs: list[Log] = [()] * members
    for term in range(1, terms + 1):
        if term > 1 and rng.random() < 0.2:
            continue
        leader = int(rng.choice(electable(Cluster.with_logs(logs)))[1:]) - 1
        logs[leader] += (Entry(term, "x"),) * rng.randint(1, 2)
        for other in range(members):
            if other != leader and rng.random() < 0.5:
                logs[other] = merged(logs[other], 0, logs[leader][: rng.randint(1, len(logs[leader]))])
    return logs


def in_term(cluster: Cluster, term: int) -> Cluster:
    """The members have all heard of this term."""
    return replace(cluster, members=tuple(replace(member, term=term) for member in cluster.members))


def log_table(logs: list[Log], notes: dict[str, str] | None = None) -> Table:
    """The term of each entry by member and index, and a note behind a member's name."""
    longest = max(map(len, logs))
    rows = []
    for n, log in enumerate(logs, 1):
        note = (notes or {}).get(f"S{n}", "")
        terms = [str(entry.term) for entry in log] + [""] * (longest - len(log))
        rows.append((f"S{n}{note}", *terms))
    header = ("Member", *(f"Index {index}" for index in range(1, longest + 1)))
    return Table(header, tuple(rows), "The term of each entry")

"""Who can still do what: which members reach a majority, and whose log can win an election."""

from vlearn.sim.kubernetes.raft.log import last
from vlearn.sim.kubernetes.raft.state import Cluster, Member


def reached(cluster: Cluster, name: str) -> tuple[Member, ...]:
    """The running members that a running member can talk to, itself included; none where it is down."""
    if not cluster.member(name).up:
        return ()
    return tuple(each for each in cluster.members if each.up and cluster.linked(name, each.name))


def with_quorum(cluster: Cluster) -> tuple[str, ...]:
    """The members that talk to a majority: only they can lead, commit and answer reads."""
    return tuple(each.name for each in cluster.members if len(reached(cluster, each.name)) >= each.quorum)


def electable(cluster: Cluster) -> tuple[str, ...]:
    """The members whom a majority may vote for: those that it can talk to, and whose logs are not more up to date."""
    return tuple(each.name for each in cluster.members if len(voters(cluster, each.name)) >= each.quorum)


def voters(cluster: Cluster, name: str) -> tuple[str, ...]:
    """Who would vote for a member in a new term, itself included."""
    log = last(cluster.member(name).log)
    return tuple(each.name for each in reached(cluster, name) if last(each.log) <= log)

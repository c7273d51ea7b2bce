"""What a component has to do, taken from it when it stops and given to it when it starts."""

from collections.abc import Iterable
from dataclasses import replace

from vlearn.sim.kubernetes.cluster.cluster import Cluster, Item


def queued(cluster: Cluster, items: Iterable[Item]) -> Cluster:
    """With these to be looked at, behind those that wait already."""
    known = set(cluster.queue)
    return replace(cluster, queue=(*cluster.queue, *(item for item in items if item not in known)))


def forgetting(cluster: Cluster, component: str) -> Cluster:
    """Without what a component had still to do."""
    agenda = cluster.agenda
    for item in [item for item in agenda if item.component == component]:
        agenda = agenda.delete(item)
    return replace(cluster, agenda=agenda, queue=tuple(item for item in cluster.queue if item.component != component))

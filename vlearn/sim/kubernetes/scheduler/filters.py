"""The table of filters, in the order in which a node meets them: the first that says no gives the verdict."""

from collections.abc import Sequence

from vlearn.sim.kubernetes.scheduler.fit import fits
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.node_filters import node_affinity, node_name, ports_free, schedulable, tolerated
from vlearn.sim.kubernetes.scheduler.plugin import Check, Filter
from vlearn.sim.kubernetes.scheduler.pod_affinity import pods_together
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.topology_spread import spread
from vlearn.sim.kubernetes.scheduler.verdict import UNRESOLVABLE, Verdict
from vlearn.sim.kubernetes.scheduler.volumes import volumes_bound, volumes_in_zone, volumes_within_limits

FILTERS: tuple[Filter, ...] = (
    Filter("NodeUnschedulable", schedulable),
    Filter("NodeName", node_name),
    Filter("TaintToleration", tolerated),
    Filter("NodeAffinity", node_affinity()),
    Filter("NodePorts", ports_free),
    Filter("NodeResourcesFit", fits),
    Filter("NodeVolumeLimits", volumes_within_limits),
    Filter("VolumeBinding", volumes_bound),
    Filter("VolumeZone", volumes_in_zone),
    Filter("PodTopologySpread", spread),
    Filter("InterPodAffinity", pods_together),
)


def checks(pod: PodInfo, snapshot: Snapshot, filters: Sequence[Filter] = FILTERS) -> tuple[Check, ...]:
    """What a node must pass. A pod whose terms are malformed passes nowhere."""
    if pod.refused:
        refused = Verdict("InterPodAffinity", UNRESOLVABLE, (pod.refused,))
        return (lambda node: refused,)
    found = (each.prepare(pod, snapshot) for each in filters)
    return tuple(check for check in found if check is not None)


def verdict(node: NodeInfo, passing: Sequence[Check]) -> Verdict | None:
    """The verdict of the first check that says no; None for a node that fits."""
    for check in passing:
        found = check(node)
        if found is not None:
            return found
    return None

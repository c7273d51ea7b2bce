"""The table of scores with Kubernetes' default weights, and a column of a cycle's table for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from vlearn.sim.kubernetes.scheduler.allocation_scores import least_allocated
from vlearn.sim.kubernetes.scheduler.balance_score import balanced_allocation
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.plugin import Score, as_they_are, down_from_highest, up_to_highest
from vlearn.sim.kubernetes.scheduler.pod_affinity import between_extremes, pod_affinity_score
from vlearn.sim.kubernetes.scheduler.preference_scores import images_there, preferred_nodes, soft_taints
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.topology_spread import fewest_first, spread_score

SCORES: tuple[Score, ...] = (
    Score("TaintToleration", 3, soft_taints, down_from_highest),
    Score("NodeAffinity", 2, preferred_nodes(), up_to_highest),
    Score("NodeResourcesFit", 1, least_allocated(), as_they_are),
    Score("PodTopologySpread", 2, spread_score(), fewest_first),
    Score("InterPodAffinity", 2, pod_affinity_score(), between_extremes),
    Score("NodeResourcesBalancedAllocation", 1, balanced_allocation(), as_they_are),
    Score("ImageLocality", 1, images_there, as_they_are),
)


@dataclass(frozen=True, slots=True)
class Column:
    """What one plug-in says of the nodes that fit, in their order: as it counts, and on the scale from 0 to 100."""

    plugin: str
    weight: int
    raw: tuple[int, ...]
    scores: tuple[int, ...]


def column(score: Score, pod: PodInfo, snapshot: Snapshot, nodes: Sequence[NodeInfo]) -> Column | None:
    """The column of a plug-in; None where the pod has nothing that concerns it."""
    rate = score.prepare(pod, snapshot, nodes)
    if rate is None:
        return None
    raw = tuple(rate(node) for node in nodes)
    return Column(score.name, score.weight, raw, tuple(score.normalise(raw)))

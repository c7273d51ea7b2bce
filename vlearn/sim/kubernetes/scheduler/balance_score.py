"""How evenly a node's resources would be used: a node whose memory is full and whose processors idle is wasted.

Today's rule takes the standard deviation of the used fractions of any resources, by what pods really ask for, and says
nothing of a pod that asks for nothing. 1.20's takes the difference of processor and memory, by what scores assume, with
the volumes as a third fraction where they are counted. Left out: the comparison with the node before the pod came,
which releases of 2026 add (pull request 135573). Source: the plug-in NodeResourcesBalancedAllocation.
"""

from collections.abc import Sequence
from math import sqrt

from vlearn.sim.kubernetes.api.resources import CPU, MEMORY
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.plugin import HIGHEST, PrepareScores, Rate
from vlearn.sim.kubernetes.scheduler.resources import is_scalar
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot

Volumes = tuple[int, int]
"""How many volumes the pod brings, and how many more the node takes."""


def balanced_allocation(names: Sequence[str] = (CPU, MEMORY)) -> PrepareScores:
    """100 less a hundred times the standard deviation of the used fractions."""

    def prepare(pod: PodInfo, snapshot: Snapshot, nodes: Sequence[NodeInfo]) -> Rate | None:
        if not any(pod.request.of(name) for name in names):
            return None
        return lambda node: standard_deviation_score(fractions(pod, node, names))

    return prepare


def fractions(pod: PodInfo, node: NodeInfo, names: Sequence[str] = (CPU, MEMORY)) -> list[float]:
    """What part of each resource would be asked for, at most all of it; of those that the node has."""
    found = []
    for name in names:
        capacity, own = node.allocatable.of(name), pod.request.of(name)
        if capacity and (own or not is_scalar(name)):
            found.append(min(1.0, (node.requested.of(name) + own) / capacity))
    return found


def standard_deviation_score(used: Sequence[float]) -> int:
    """The score of these fractions; one alone, or none, is balanced."""
    if len(used) < 2:
        return HIGHEST
    if len(used) == 2:
        return int((1 - abs((used[0] - used[1]) / 2)) * HIGHEST)
    mean = sum(used) / len(used)
    return int((1 - sqrt(sum((each - mean) ** 2 for each in used) / len(used))) * HIGHEST)


def balanced_allocation_1_20(volumes: Volumes | None = None) -> PrepareScores:
    """100 less a hundred times the difference, or with volumes the variance; 0 for a node that would be full."""

    def prepare(pod: PodInfo, snapshot: Snapshot, nodes: Sequence[NodeInfo]) -> Rate:
        def rate(node: NodeInfo) -> int:
            used = [
                _fraction(node.scored.cpu + pod.scored.cpu, node.allocatable.cpu),
                _fraction(node.scored.memory + pod.scored.memory, node.allocatable.memory),
            ]
            if volumes and volumes[1] > 0:
                used.append(_fraction(*volumes))
            if any(each >= 1 for each in used):
                return 0
            if len(used) == 2:
                return int((1 - abs(used[0] - used[1])) * HIGHEST)
            mean = sum(used) / 3
            return int((1 - sum((each - mean) ** 2 for each in used) / 3) * HIGHEST)

        return rate

    return prepare


def _fraction(used: int, capacity: int) -> float:
    return used / capacity if capacity else 1.0

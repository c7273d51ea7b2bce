"""How full a node would be: least allocated first, most allocated first, or any curve over the utilisation.

Each resource has a score from 0 to 100 and a weight. A container that states no request counts as 100m and 200Mi.
Sources: the scoring strategies of the plug-in NodeResourcesFit, and NodeResourcesMostAllocated of 1.20.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import floor

from vlearn.sim.kubernetes.api import Refused
from vlearn.sim.kubernetes.api.resources import CPU, MEMORY
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.plugin import HIGHEST, PrepareScores, Rate
from vlearn.sim.kubernetes.scheduler.resources import is_scalar
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot

Weights = Mapping[str, int]
Points = Sequence[tuple[int, int]]
"""Utilisation in percent, and the score from 0 to 10 there; straight lines between them."""

EQUAL: Weights = {CPU: 1, MEMORY: 1}
POINT_SCALE = 10


def least_allocated(weights: Weights = EQUAL) -> PrepareScores:
    """The emptier, the better: it spreads pods. The default."""
    return _weighted(weights, lambda used, capacity: max(0, capacity - used) * HIGHEST // capacity)


def most_allocated(weights: Weights = EQUAL) -> PrepareScores:
    """The fuller, the better: it packs pods."""
    return _weighted(weights, lambda used, capacity: min(used, capacity) * HIGHEST // capacity)


def most_allocated_1_20(weights: Weights = EQUAL) -> PrepareScores:
    """The rule of 1.20: a resource that would be overbooked scores 0, not 100."""
    return _weighted(weights, lambda used, capacity: 0 if used > capacity else used * HIGHEST // capacity)


def requested_to_capacity_ratio(points: Points, weights: Weights = EQUAL) -> PrepareScores:
    """A curve over the utilisation. A resource that scores 0 does not count; the mean is rounded to nearest."""
    _checked(weights)
    curve = broken_line([(utilisation, score * HIGHEST // POINT_SCALE) for utilisation, score in points])

    def prepare(pod: PodInfo, snapshot: Snapshot, nodes: Sequence[NodeInfo]) -> Rate:
        def rate(node: NodeInfo) -> int:
            scores = [
                (curve(min(100, used * 100 // capacity)), weights[name])
                for name, used, capacity in amounts(pod, node, weights)
            ]
            counted = [(score, weight) for score, weight in scores if score > 0]
            total = sum(weight for _, weight in counted)
            return floor(sum(score * weight for score, weight in counted) / total + 0.5) if total else 0

        return rate

    return prepare


def broken_line(points: Points) -> Callable[[int], int]:
    """The function through these points, level before the first and behind the last, rounded towards zero."""

    def value(x: int) -> int:
        if x <= points[0][0]:
            return points[0][1]
        for (left, low), (right, high) in pairwise(points):
            if x <= right:
                return low + int((high - low) * (x - left) / (right - left))
        return points[-1][1]

    return value


def amounts(pod: PodInfo, node: NodeInfo, names: Weights) -> list[tuple[str, int, int]]:
    """Name, amount asked for with this pod, and capacity of each resource that the node has and the pod may use."""
    found = []
    for name in names:
        capacity = node.allocatable.of(name)
        own = pod.scored.of(name)
        if capacity and (own or not is_scalar(name)):
            found.append((name, node.scored.of(name) + own, capacity))
    return found


def _weighted(weights: Weights, score: Callable[[int, int], int]) -> PrepareScores:
    _checked(weights)

    def prepare(pod: PodInfo, snapshot: Snapshot, nodes: Sequence[NodeInfo]) -> Rate:
        def rate(node: NodeInfo) -> int:
            scores = [(score(used, capacity), weights[name]) for name, used, capacity in amounts(pod, node, weights)]
            total = sum(weight for _, weight in scores)
            return sum(each * weight for each, weight in scores) // total if total else 0

        return rate

    return prepare


def _checked(weights: Weights) -> None:
    for name, weight in weights.items():
        if weight <= 0:
            raise Refused(f"resource Weight of {name} should be a positive value, got {weight}")
        if weight > HIGHEST:
            raise Refused(f"resource Weight of {name} should be less than {HIGHEST}, got {weight}")

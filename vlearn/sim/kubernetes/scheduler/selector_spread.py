"""1.20's SelectorSpread: pods of one service or controller apart, over nodes and, two thirds of the weight, over zones.

Today the default constraints of PodTopologySpread do this (see `topology_spread.DEFAULTS`); this is the older rule.
"""

from collections import Counter
from collections.abc import Sequence

from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.plugin import HIGHEST, Rate
from vlearn.sim.kubernetes.scheduler.selecting import default_selector
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.terms import ZONE
from vlearn.sim.kubernetes.scheduler.topology_spread import matching

ZONES_WEIGH = 2 / 3


def selector_spread_1_20(pod: PodInfo, snapshot: Snapshot, nodes: Sequence[NodeInfo]) -> Rate | None:
    """The score from 0 to 100 of a pod without constraints of its own."""
    selector = default_selector(pod, snapshot)
    if selector is None or pod.constraints:
        return None
    siblings = {node.name: matching(node, selector, pod.namespace) for node in nodes}
    zones: Counter[str] = Counter()
    for node in nodes:
        if ZONE in node.labels:
            zones[node.labels[ZONE]] += siblings[node.name]
    most, most_in_zone = max(siblings.values(), default=0), max(zones.values(), default=0)

    def rate(node: NodeInfo) -> int:
        score = HIGHEST * (most - siblings[node.name]) / most if most else float(HIGHEST)
        if ZONE in node.labels:
            in_zone = zones[node.labels[ZONE]]
            zone_score = HIGHEST * (most_in_zone - in_zone) / most_in_zone if most_in_zone else float(HIGHEST)
            score = score * (1 - ZONES_WEIGH) + ZONES_WEIGH * zone_score
        return int(score)

    return rate

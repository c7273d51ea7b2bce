"""Evictions slow down where many nodes of a zone are lost, and stop where all of a cluster are: then the controller
itself may be the one that is cut off.

Source: pkg/controller/nodelifecycle. Upstream hands tokens to the nodes of a zone; here the moments at which its nodes
were tainted say whether the next one may be. A taint that has been taken off again is no longer counted.
"""

from collections.abc import Sequence
from typing import Literal

from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.controllers.node_lifecycle import NOT_READY, UNREACHABLE, Node, readiness

Disruption = Literal["Normal", "PartialDisruption", "FullDisruption"]

RATE = 0.1
"""Nodes of a zone per second whose pods may begin to be evicted: --node-eviction-rate."""
SECOND_RATE = 0.01
"""The same in a zone that is partially disrupted, if it is large: --secondary-node-eviction-rate."""
LARGE = 50
"""In a partially disrupted zone of no more nodes nothing is evicted: --large-cluster-size-threshold."""
UNHEALTHY = 0.55
"""The fraction of nodes not ready, of at least three, that makes a disruption: --unhealthy-zone-threshold."""


def zone_of(node: Node) -> tuple[str, str]:
    """A node's region and zone, by its labels."""
    labels = node["metadata"].get("labels") or {}
    region, zone = (labels.get(f"topology.kubernetes.io/{part}", "") for part in ("region", "zone"))
    return region, zone


def disruption(ready: int, unready: int) -> Disruption:
    """The state of a zone with so many nodes that are ready and not ready."""
    if ready == 0 and unready > 0:
        return "FullDisruption"
    return "PartialDisruption" if unready > 2 and unready / (ready + unready) >= UNHEALTHY else "Normal"


def eviction_rate(state: Disruption, size: int) -> float:
    """Nodes per second whose pods may begin to be evicted in a zone of this size."""
    if state == "PartialDisruption":
        return SECOND_RATE if size > LARGE else 0.0
    return RATE


def may_evict(node: Node, nodes: Sequence[Node], now: float) -> bool | None:
    """Whether the pods of a node that is not ready may begin to go: now, or None for not yet.

    False while no node of the cluster is ready: then those that are on their way are called back.
    """
    if not any(readiness(each) == "True" for each in nodes):
        return False
    zone = [each for each in nodes if zone_of(each) == zone_of(node)]
    ready = sum(readiness(each) == "True" for each in zone)
    rate = eviction_rate(disruption(ready, len(zone) - ready), len(zone))
    last = max((_tainted(each) for each in zone), default=float("-inf"))
    return True if rate and now - last >= 1 / rate else None


def _tainted(node: Node) -> float:
    added = [
        moment(each.get("timeAdded")) or 0.0
        for each in node["spec"].get("taints") or ()
        if each["key"] in (NOT_READY, UNREACHABLE) and each.get("effect") == "NoExecute"
    ]
    return max(added, default=float("-inf"))

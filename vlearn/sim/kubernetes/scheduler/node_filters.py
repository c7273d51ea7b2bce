"""What a node says of itself and a pod asks of it: its name, its labels, its taints, its ports, whether it is cordoned.

Source of the words: the plug-ins NodeName, NodeUnschedulable, NodeAffinity, TaintToleration and NodePorts.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from vlearn.sim.kubernetes.api import tolerates, untolerated
from vlearn.sim.kubernetes.api.affinity import REQUIRED
from vlearn.sim.kubernetes.api.node_selection import node_selector, required_nodes
from vlearn.sim.kubernetes.scheduler.infos import ANYWHERE, NodeInfo, PodInfo, Port
from vlearn.sim.kubernetes.scheduler.plugin import Check
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.verdict import UNRESOLVABLE, UNSCHEDULABLE, Verdict

CORDONED = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}

_NAME = Verdict("NodeName", UNRESOLVABLE, ("node(s) didn't match the requested node name",))
_CORDON = Verdict("NodeUnschedulable", UNRESOLVABLE, ("node(s) were unschedulable",))
_AFFINITY = Verdict("NodeAffinity", UNRESOLVABLE, ("node(s) didn't match Pod's node affinity/selector",))
_ENFORCED = Verdict("NodeAffinity", UNRESOLVABLE, ("node(s) didn't match scheduler-enforced node affinity",))
_PORTS = Verdict("NodePorts", UNSCHEDULABLE, ("node(s) didn't have free ports for the requested pod ports",))


def node_name(pod: PodInfo, snapshot: Snapshot) -> Check | None:
    """A pod that names its node fits that node alone."""
    wanted = pod.spec.get("nodeName")
    return (lambda node: None if node.name == wanted else _NAME) if wanted else None


def schedulable(pod: PodInfo, snapshot: Snapshot) -> Check | None:
    """A cordoned node takes the pods alone that tolerate the taint of cordoned nodes."""
    if any(tolerates(each, CORDONED) for each in pod.spec.get("tolerations") or ()):
        return None
    return lambda node: _CORDON if node.unschedulable else None


def tolerated(pod: PodInfo, snapshot: Snapshot) -> Check:
    """Every taint that refuses pods must be tolerated; one that only prefers that none comes is a matter of scores."""
    tolerations = pod.spec.get("tolerations") or ()

    def check(node: NodeInfo) -> Verdict | None:
        if not node.taints:
            return None
        refusing = untolerated(node.taints, tolerations)
        return _taint(refusing[0]["key"], refusing[0].get("value") or "") if refusing else None

    return check


@lru_cache(maxsize=1024)
def _taint(key: str, value: str) -> Verdict:
    return Verdict("TaintToleration", UNRESOLVABLE, (f"node(s) had untolerated taint {{{key}: {value}}}",))


def node_affinity(added: Mapping[str, Any] | None = None) -> Callable[[PodInfo, Snapshot], Check | None]:
    """The filter, with the node affinity that the scheduler's own configuration adds for every pod."""
    enforced = node_selector((added or {}).get(REQUIRED))

    def prepare(pod: PodInfo, snapshot: Snapshot) -> Check | None:
        wanted = required_nodes(pod.spec)
        if wanted is None and enforced is None:
            return None

        def check(node: NodeInfo) -> Verdict | None:
            if enforced is not None and not enforced(node.name, node.labels):
                return _ENFORCED
            return None if wanted is None or wanted(node.name, node.labels) else _AFFINITY

        return check

    return prepare


def ports_free(pod: PodInfo, snapshot: Snapshot) -> Check | None:
    """No port of the host twice: an address stands for itself, 0.0.0.0 for all of them."""
    if not pod.ports:
        return None
    return lambda node: _PORTS if node.ports and any(_taken(port, node.ports) for port in pod.ports) else None


def _taken(wanted: Port, taken: Iterable[Port]) -> bool:
    address, protocol, number = wanted
    return any(
        (protocol, number) == (other, port) and (address == at or ANYWHERE in (address, at))
        for at, other, port in taken
    )

"""What a node says of itself and a pod asks of it: its name, its labels, its taints, its ports, whether it is cordoned.

Source of the words: the plug-ins NodeName, NodeUnschedulable, NodeAffinity, TaintToleration and NodePorts.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from vlearn.sim.kubernetes.api import Refused, selector_of, tolerates
from vlearn.sim.kubernetes.scheduler.infos import ANYWHERE, NodeInfo, PodInfo, Port
from vlearn.sim.kubernetes.scheduler.plugin import Check
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.verdict import UNRESOLVABLE, UNSCHEDULABLE, Verdict

CORDONED = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
REFUSING = ("NoSchedule", "NoExecute")
NodeMatch = Callable[[NodeInfo], bool]

_NAME = Verdict("NodeName", UNRESOLVABLE, ("node(s) didn't match the requested node name",))
_CORDON = Verdict("NodeUnschedulable", UNRESOLVABLE, ("node(s) were unschedulable",))
_AFFINITY = Verdict("NodeAffinity", UNRESOLVABLE, ("node(s) didn't match Pod's node affinity/selector",))
_ENFORCED = Verdict("NodeAffinity", UNRESOLVABLE, ("node(s) didn't match scheduler-enforced node affinity",))
_PORTS = Verdict("NodePorts", UNSCHEDULABLE, ("node(s) didn't have free ports for the requested pod ports",))
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


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
        return untolerated(node.taints, tolerations) if node.taints else None

    return check


def untolerated(taints: Iterable[Mapping[str, str]], tolerations: Iterable[Mapping[str, str]]) -> Verdict | None:
    """The verdict for the first taint that refuses the pod."""
    for taint in taints:
        if taint.get("effect") in REFUSING and not any(tolerates(each, taint) for each in tolerations):
            return _taint(taint["key"], taint.get("value") or "")
    return None


@lru_cache(maxsize=1024)
def _taint(key: str, value: str) -> Verdict:
    return Verdict("TaintToleration", UNRESOLVABLE, (f"node(s) had untolerated taint {{{key}: {value}}}",))


def node_affinity(added: Mapping[str, Any] | None = None) -> Callable[[PodInfo, Snapshot], Check | None]:
    """The filter, with the node affinity that the scheduler's own configuration adds for every pod."""
    enforced = node_selector((added or {}).get(_REQUIRED))

    def prepare(pod: PodInfo, snapshot: Snapshot) -> Check | None:
        wanted = required_nodes(pod)
        if wanted is None and enforced is None:
            return None

        def check(node: NodeInfo) -> Verdict | None:
            if enforced is not None and not enforced(node):
                return _ENFORCED
            return None if wanted is None or wanted(node) else _AFFINITY

        return check

    return prepare


def required_nodes(pod: PodInfo) -> NodeMatch | None:
    """The nodes that a pod may run on by nodeSelector and required node affinity, which must both be met."""
    labels = (pod.spec.get("nodeSelector") or {}).items()
    terms = node_selector(((pod.spec.get("affinity") or {}).get("nodeAffinity") or {}).get(_REQUIRED))
    if not labels:
        return terms
    return lambda node: all(node.labels.get(key) == value for key, value in labels) and (not terms or terms(node))


def node_selector(selector: Mapping[str, Any] | None) -> NodeMatch | None:
    """A NodeSelector: one of its terms must be met. Without any term it matches no node."""
    if selector is None:
        return None
    terms = [node_term(term) for term in selector.get("nodeSelectorTerms") or ()]
    return lambda node: any(term(node) for term in terms)


def node_term(term: Mapping[str, Any]) -> NodeMatch:
    """All expressions on labels and all on fields must be met; a term without any, or a malformed one, matches none."""
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    try:
        selector = selector_of({"matchExpressions": expressions})
        names = [_field(each) for each in fields]
    except Refused:
        return lambda node: False
    if selector is None or not (expressions or fields):
        return lambda node: False
    return lambda node: selector.matches(node.labels) and all((node.name == name) is same for name, same in names)


def _field(given: Mapping[str, Any]) -> tuple[str, bool]:
    """The name that metadata.name, the only field, must have (In) or not have (NotIn)."""
    operator, values = given.get("operator"), list(given.get("values") or ())
    if given.get("key") != "metadata.name" or operator not in ("In", "NotIn") or len(values) != 1:
        raise Refused("a node field selector takes metadata.name, In or NotIn, and one value")
    return values[0], operator == "In"


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

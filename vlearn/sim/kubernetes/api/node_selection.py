"""Which nodes a pod's spec allows: nodeSelector, and the required part of node affinity.

Terms are alternatives; the requirements of one term hold together; a term without any, or a malformed one, matches
nothing. All are compiled once for many nodes. Source: k8s.io/component-helpers/scheduling/corev1/nodeaffinity.
"""

from collections.abc import Callable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.affinity import REQUIRED, affinity
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.requirement import Labels
from vlearn.sim.kubernetes.api.selector import selector_of

NodeMatch = Callable[[str, Labels], bool]
"""Whether the node of this name with these labels is one of those meant."""


def required_nodes(spec: Mapping[str, Any]) -> NodeMatch | None:
    """The nodes that a pod may run on by nodeSelector and required node affinity, which must both be met; None: all."""
    wanted = (spec.get("nodeSelector") or {}).items()
    terms = node_selector(affinity(spec, "nodeAffinity", REQUIRED))
    if not wanted:
        return terms
    return lambda name, labels: wanted <= labels.items() and (terms is None or terms(name, labels))


def node_selector(selector: Mapping[str, Any] | None) -> NodeMatch | None:
    """A NodeSelector: one of its terms must be met. Without any term it matches no node."""
    if selector is None:
        return None
    terms = [node_term(term) for term in selector.get("nodeSelectorTerms") or ()]
    return lambda name, labels: any(term(name, labels) for term in terms)


def node_term(term: Mapping[str, Any]) -> NodeMatch:
    """One term of a NodeSelector: all its expressions on labels and all on fields must be met."""
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    try:
        selector = selector_of({"matchExpressions": expressions})
        names = [_field(each) for each in fields]
    except Refused:
        return _nothing
    if selector is None or not (expressions or fields):
        return _nothing
    return lambda name, labels: selector.matches(labels) and all((name == other) is same for other, same in names)


def _nothing(name: str, labels: Labels) -> bool:
    return False


def _field(given: Mapping[str, Any]) -> tuple[str, bool]:
    """The name that metadata.name, the only field, must have (In) or not have (NotIn)."""
    operator, values = given.get("operator"), list(given.get("values") or ())
    if given.get("key") != "metadata.name" or operator not in ("In", "NotIn") or len(values) != 1:
        raise Refused("a node field selector takes metadata.name, In or NotIn, and one value")
    return values[0], operator == "In"

"""Which nodes a pod's spec allows: nodeSelector, and the required part of node affinity.

Source: k8s.io/component-helpers/scheduling/corev1/nodeaffinity. Terms are alternatives; the requirements of one term
hold together; a term without any matches nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.requirement import Requirement

_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!", "Gt": "gt", "Lt": "lt"}


def allows_node(spec: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    """Whether a pod of this spec may be on this node as far as labels and name go."""
    labels = node["metadata"].get("labels") or {}
    if any(labels.get(key) != value for key, value in (spec.get("nodeSelector") or {}).items()):
        return False
    affinity = ((spec.get("affinity") or {}).get("nodeAffinity")) or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or any(matches_term(term, node) for term in required.get("nodeSelectorTerms") or ())


def matches_term(term: Mapping[str, Any], node: Mapping[str, Any]) -> bool:
    """Whether a node meets every requirement of one node selector term."""
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    labels = node["metadata"].get("labels") or {}
    return _all(expressions, labels) and _all(fields, {"metadata.name": node["metadata"]["name"]})


def _all(expressions: Iterable[Mapping[str, Any]], labels: Mapping[str, str]) -> bool:
    return all(
        Requirement(each["key"], _OPERATORS.get(each["operator"], ""), tuple(each.get("values") or ())).matches(labels)
        for each in expressions
    )

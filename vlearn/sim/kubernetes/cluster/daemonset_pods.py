"""A daemon set's pods: made for one node each, found by that node again.

The scheduler binds them like all others; until it has, the node stands in their affinity.
Source: pkg/controller/daemon.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.affinity import REQUIRED
from vlearn.sim.kubernetes.controllers.daemonset import tolerations
from vlearn.sim.kubernetes.store import Object


def placed(template: Mapping[str, Any], node: str) -> Mapping[str, Any]:
    """The template of a pod that runs on this node and on no other, sick or cordoned as it may be."""
    spec = {**template["spec"], "tolerations": list(tolerations(template["spec"]))}
    term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
    affinity = dict(spec.get("affinity") or {})
    affinity["nodeAffinity"] = {**(affinity.get("nodeAffinity") or {}), REQUIRED: {"nodeSelectorTerms": [term]}}
    return {**template, "spec": {**spec, "affinity": affinity}}


def by_node(pods: Iterable[Object]) -> dict[str, list[Object]]:
    """The pods by the name of their node."""
    found: dict[str, list[Object]] = {}
    for pod in pods:
        found.setdefault(node_of(pod), []).append(pod)
    return found


def node_of(pod: Object) -> str:
    """Where a pod is, or is to be; empty where nothing says so."""
    bound = pod["spec"].get("nodeName")
    if bound:
        return str(bound)
    required = ((pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED) or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name":
                return str(field["values"][0])
    return ""

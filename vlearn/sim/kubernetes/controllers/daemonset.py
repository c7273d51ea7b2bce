"""A daemon set: on which nodes its pod runs, and what to create and delete on a node.

The scheduler binds daemon pods like all others; the controller creates them for one node each, and does not ask whether
the node has room. Source: pkg/controller/daemon. Leaves out maxSurge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.moments import created
from vlearn.sim.kubernetes.api.node_selection import required_nodes
from vlearn.sim.kubernetes.api.pods import Pod, is_terminal, is_terminating
from vlearn.sim.kubernetes.api.taints import Toleration, untolerated

DaemonSet = Mapping[str, Any]
Node = Mapping[str, Any]

HASH_LABEL = "controller-revision-hash"
GENERATION_LABEL = "pod-template-generation"

_TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)


def tolerations(spec: Mapping[str, Any]) -> tuple[Toleration, ...]:
    """A daemon pod's tolerations: its template's, and those that the controller adds to keep daemons on sick nodes."""
    host = (("network-unavailable", "NoSchedule"),) if spec.get("hostNetwork") else ()
    added = (
        {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": effect}
        for key, effect in (*_TOLERATED, *host)
    )
    return (*(spec.get("tolerations") or ()), *added)


def should_run(daemon_set: DaemonSet, node: Node) -> tuple[bool, bool]:
    """Whether a pod is to be created on this node, and whether one that is there may stay."""
    spec = daemon_set["spec"]["template"]["spec"]
    name, labels = node["metadata"]["name"], node["metadata"].get("labels") or {}
    allowed = required_nodes(spec)
    if spec.get("nodeName") not in (None, "", name) or (allowed is not None and not allowed(name, labels)):
        return False, False
    taints = (node.get("spec") or {}).get("taints") or ()
    refusing = {taint["effect"] for taint in untolerated(taints, tolerations(spec))}
    return not refusing, "NoExecute" not in refusing


@dataclass(frozen=True, slots=True)
class NodeStep:
    """What a daemon set does on one node; `finished` are the pods among `delete` that have ended by themselves."""

    create: bool = False
    delete: tuple[Pod, ...] = ()
    finished: tuple[Pod, ...] = ()


def node_step(daemon_set: DaemonSet, node: Node, pods: Sequence[Pod]) -> NodeStep:
    """The step on a node with these daemon pods. What ends is deleted first and replaced in the next step."""
    runs, stays = should_run(daemon_set, node)
    present = [pod for pod in pods if not is_terminating(pod)]
    if not stays:
        return NodeStep(delete=tuple(present))
    if not pods:
        return NodeStep(create=runs)
    finished = [pod for pod in present if is_terminal(pod)]
    running = [pod for pod in present if not is_terminal(pod)]
    # One stays: of those on the node already the oldest.
    running.sort(key=lambda pod: (not (pod.get("spec") or {}).get("nodeName"), created(pod), pod["metadata"]["name"]))
    return NodeStep(delete=(*finished, *running[1:]), finished=tuple(finished))


def is_updated(pod: Pod, hash: str, generation: int | None) -> bool:
    """Whether a pod has the current template, by the hash of its revision or, on old pods, by the generation."""
    labels = pod["metadata"].get("labels") or {}
    by_generation = generation is not None and labels.get(GENERATION_LABEL) == str(generation)
    return by_generation or bool(hash and labels.get(HASH_LABEL) == hash)

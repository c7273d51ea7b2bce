"""Pods on a node with NoExecute taints: who goes at once, who later, who stays.

Source: pkg/controller/tainteviction. That a pod stays 300 s on a lost node is not this controller's doing: admission
adds those tolerations to every pod that does not bring its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.conditions import with_condition
from vlearn.sim.kubernetes.api.pods import Pod
from vlearn.sim.kubernetes.api.taints import Taint, Toleration, tolerates

DISRUPTION = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "DeletionByTaintManager",
    "message": "Taint manager: deleting due to NoExecute taint",
}


@dataclass(frozen=True, slots=True)
class Eviction:
    """A pod's eviction: due at a moment in seconds since 1970, or never where `due` is None."""

    due: float | None


def execute_taints(node: Mapping[str, Any]) -> list[Taint]:
    """The taints of a node that evict."""
    return [each for each in node["spec"].get("taints") or () if each.get("effect") == "NoExecute"]


def eviction(pod: Pod, taints: Sequence[Taint], scheduled: float | None, now: float) -> Eviction:
    """When a pod has to leave a node with these NoExecute taints, given when it already was to.

    The shortest toleration counts. An eviction that has been scheduled keeps its moment, whatever taints join or take
    the place of the first; only when all taints are gone, or tolerated forever, it is cancelled.
    """
    if not taints:
        return Eviction(None)
    tolerations = pod["spec"].get("tolerations") or ()
    used = [next((each for each in tolerations if tolerates(each, taint)), None) for taint in taints]
    if any(each is None for each in used):
        return Eviction(now)
    seconds = shortest([each for each in used if each is not None])
    if seconds is None:
        return Eviction(None)
    return Eviction(now + seconds if scheduled is None else scheduled)


def shortest(tolerations: Sequence[Toleration]) -> float | None:
    """The least tolerationSeconds, not below 0; None where all tolerate forever."""
    limits = [each.get("tolerationSeconds") for each in tolerations]
    return min((max(0.0, float(each)) for each in limits if each is not None), default=None)


def disrupted_status(pod: Pod, now: float) -> dict[str, Any]:
    """The status of a pod that is about to be evicted: it says why."""
    status = pod.get("status") or {}
    return {**status, "conditions": list(with_condition(status.get("conditions") or (), DISRUPTION, now))}

"""A replica set: how many pods to create, which to delete, and what its status counts.

Source: pkg/controller/replicaset.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.conditions import Condition, condition, with_condition, without_condition
from vlearn.sim.kubernetes.api.pods import Pod, is_active, is_available, is_ready
from vlearn.sim.kubernetes.controllers.counts import nonzero, wanted
from vlearn.sim.kubernetes.controllers.deletion_order import TODAY, DeletionRule, pods_to_delete
from vlearn.sim.kubernetes.controllers.rolling import ReplicaSet

MOST_AT_ONCE = 500
"""Pods created or deleted in one step."""


@dataclass(frozen=True, slots=True)
class ReplicaSetStep:
    """What one step does: either creates or deletes."""

    create: int = 0
    delete: tuple[Pod, ...] = ()


def replica_set_step(
    replica_set: ReplicaSet, pods: Sequence[Pod], related: Sequence[Pod], now: float, rule: DeletionRule = TODAY
) -> ReplicaSetStep:
    """The step towards spec.replicas. `pods` are its own; `related` those of all replica sets of its owner."""
    active = [pod for pod in pods if is_active(pod)]
    surplus = len(active) - wanted(replica_set)
    if replica_set["metadata"].get("deletionTimestamp") is not None or surplus == 0:
        return ReplicaSetStep()
    if surplus < 0:
        return ReplicaSetStep(create=min(-surplus, MOST_AT_ONCE))
    return ReplicaSetStep(delete=pods_to_delete(active, related, min(surplus, MOST_AT_ONCE), now, rule))


def replica_set_status(
    replica_set: ReplicaSet, pods: Sequence[Pod], now: float, failure: tuple[str, str] | None = None
) -> dict[str, Any]:
    """The status that the controller writes. `pods` are its active ones; `failure` is what kept the step from its end:
    FailedCreate or FailedDelete, and the error.
    """
    template = ((replica_set["spec"].get("template") or {}).get("metadata") or {}).get("labels") or {}
    least = replica_set["spec"].get("minReadySeconds") or 0
    conditions: Sequence[Condition] = tuple((replica_set.get("status") or {}).get("conditions") or ())
    if failure is None:
        conditions = without_condition(conditions, "ReplicaFailure")
    elif condition(replica_set, "ReplicaFailure") is None:
        reason, message = failure
        new = {"type": "ReplicaFailure", "status": "True", "reason": reason, "message": message}
        conditions = with_condition(conditions, new, now)
    counters = {
        "fullyLabeledReplicas": sum(_carries(pod, template) for pod in pods),
        "readyReplicas": sum(is_ready(pod) for pod in pods),
        "availableReplicas": sum(is_available(pod, least, now) for pod in pods),
        "observedGeneration": replica_set["metadata"].get("generation") or 0,
        "conditions": conditions,
    }
    return {"replicas": len(pods), **nonzero(counters)}


def _carries(pod: Pod, labels: Mapping[str, str]) -> bool:
    own: Mapping[str, str] = pod["metadata"].get("labels") or {}
    return labels.items() <= own.items()

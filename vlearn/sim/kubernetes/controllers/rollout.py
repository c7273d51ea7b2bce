"""How a rollout is going: a deployment's status, and its conditions Available, Progressing and ReplicaFailure.

A rollout that makes no progress for progressDeadlineSeconds is reported, no more: nothing rolls back by itself.
Source: pkg/controller/deployment, progress.go and sync.go.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.conditions import Condition, condition, is_true, with_condition, without_condition
from vlearn.sim.kubernetes.api.moments import moment, timestamp
from vlearn.sim.kubernetes.controllers.counts import all_counted, all_wanted, counted, nonzero, wanted
from vlearn.sim.kubernetes.controllers.rolling import Deployment, ReplicaSet, max_unavailable

Status = Mapping[str, Any]

NO_DEADLINE = 2**31 - 1

_AVAILABLE = {
    True: ("True", "MinimumReplicasAvailable", "Deployment has minimum availability."),
    False: ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."),
}
_PROGRESS = {
    "NewReplicaSetAvailable": ("True", "has successfully progressed."),
    "ReplicaSetUpdated": ("True", "is progressing."),
    "ProgressDeadlineExceeded": ("False", "has timed out progressing."),
}


def is_complete(deployment: Deployment, status: Status) -> bool:
    """Whether all replicas are new and available, no old pod runs, and the controller has seen the latest spec."""
    counters = ("updatedReplicas", "replicas", "availableReplicas")
    return all((status.get(counter) or 0) == wanted(deployment) for counter in counters) and (
        status.get("observedGeneration") or 0
    ) >= (deployment.get("metadata", {}).get("generation") or 0)


def is_progressing(deployment: Deployment, status: Status) -> bool:
    """Whether more is new, ready or available, or less is old, than the deployment's last status says."""
    old_before = counted(deployment, "replicas") - counted(deployment, "updatedReplicas")
    old_now = (status.get("replicas") or 0) - (status.get("updatedReplicas") or 0)
    rising = ("updatedReplicas", "readyReplicas", "availableReplicas")
    return old_now < old_before or any((status.get(name) or 0) > counted(deployment, name) for name in rising)


def has_deadline(deployment: Deployment) -> bool:
    """Whether lack of progress is reported at all."""
    deadline = deployment["spec"].get("progressDeadlineSeconds")
    return deadline is not None and deadline != NO_DEADLINE


def is_timed_out(deployment: Deployment, status: Status, now: float) -> bool:
    """Whether the last progress is longer ago than the deadline. A complete rollout never times out."""
    if not has_deadline(deployment):
        return False
    found = condition({"status": status}, "Progressing")
    if found is None or found.get("reason") == "NewReplicaSetAvailable":
        return False
    if found.get("reason") == "ProgressDeadlineExceeded":
        return True
    since = moment(found.get("lastUpdateTime")) or 0.0
    return bool(since + deployment["spec"]["progressDeadlineSeconds"] < now)


def deployment_status(
    deployment: Deployment, replica_sets: Sequence[ReplicaSet], new: ReplicaSet | None, now: float
) -> dict[str, Any]:
    """The status that the controller writes. `replica_sets` are all of them, the new one too."""
    counters = _counters(deployment, replica_sets, new)
    conditions = _with_availability(deployment, replica_sets, now)
    conditions = _with_progress(deployment, {**counters, "conditions": conditions}, conditions, new, now)
    conditions = _with_failure(conditions, replica_sets, new, now)
    return nonzero({**counters, "conditions": conditions})


def counted_status(
    deployment: Deployment, replica_sets: Sequence[ReplicaSet], new: ReplicaSet | None, now: float
) -> dict[str, Any]:
    """What it writes while it only scales, is paused or leaves: nothing of the progress, which does not count then."""
    conditions = _with_availability(deployment, replica_sets, now)
    return nonzero({**_counters(deployment, replica_sets, new), "conditions": list(conditions)})


def _with_availability(deployment: Deployment, replica_sets: Sequence[ReplicaSet], now: float) -> tuple[Condition, ...]:
    conditions = tuple((deployment.get("status") or {}).get("conditions") or ())
    enough = all_counted(replica_sets, "availableReplicas") >= wanted(deployment) - max_unavailable(deployment)
    return tuple(with_condition(conditions, _condition("Available", *_AVAILABLE[enough], now), now))


def _counters(deployment: Deployment, replica_sets: Sequence[ReplicaSet], new: ReplicaSet | None) -> dict[str, Any]:
    available = all_counted(replica_sets, "availableReplicas")
    return {
        "observedGeneration": deployment.get("metadata", {}).get("generation") or 0,
        "replicas": all_counted(replica_sets, "replicas"),
        "updatedReplicas": 0 if new is None else counted(new, "replicas"),
        "readyReplicas": all_counted(replica_sets, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, all_wanted(replica_sets) - available),
        "collisionCount": (deployment.get("status") or {}).get("collisionCount"),
    }


def _with_progress(
    deployment: Deployment, status: Status, conditions: tuple[Condition, ...], new: ReplicaSet | None, now: float
) -> tuple[Condition, ...]:
    if not has_deadline(deployment):
        return without_condition(conditions, "Progressing")
    before = condition(deployment, "Progressing")
    settled = before is not None and before.get("reason") == "NewReplicaSetAvailable"
    if settled and status["replicas"] == status["updatedReplicas"]:
        return conditions  # the rollout is over, and scaling is no rollout
    reason = _progress(deployment, status, now)
    if reason is None:
        return conditions
    verdict, words = _PROGRESS[reason]
    who = f'Deployment "{deployment["metadata"]["name"]}"' if new is None else f'ReplicaSet "{new["metadata"]["name"]}"'
    said = _condition("Progressing", verdict, reason, f"{who} {words}", now)
    if reason != "ReplicaSetUpdated":
        return with_condition(conditions, said, now)
    # Unlike elsewhere, the same reason again is news: its update time is what the deadline runs from.
    went_on = before is not None and before["status"] == "True"
    transition = before.get("lastTransitionTime") if before is not None and went_on else timestamp(now)
    return (*without_condition(conditions, "Progressing"), {**said, "lastTransitionTime": transition})


def _progress(deployment: Deployment, status: Status, now: float) -> str | None:
    """The reason of the condition Progressing; None where the rollout stands still within its deadline."""
    if is_complete(deployment, status):
        return "NewReplicaSetAvailable"
    if is_progressing(deployment, status):
        return "ReplicaSetUpdated"
    return "ProgressDeadlineExceeded" if is_timed_out(deployment, status, now) else None


def _with_failure(
    conditions: tuple[Condition, ...], replica_sets: Sequence[ReplicaSet], new: ReplicaSet | None, now: float
) -> tuple[Condition, ...]:
    every = (new, *replica_sets)
    failing = next((each for each in every if each is not None and is_true(each, "ReplicaFailure")), None)
    found = condition(failing, "ReplicaFailure") if failing is not None else None
    if found is None:
        return without_condition(conditions, "ReplicaFailure")
    said = _condition("ReplicaFailure", "True", found.get("reason", ""), found.get("message", ""), now)
    return with_condition(conditions, said, now)


def _condition(type: str, status: str, reason: str, message: str, now: float) -> Condition:
    return {"type": type, "status": status, "reason": reason, "message": message, "lastUpdateTime": timestamp(now)}

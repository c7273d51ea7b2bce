"""What an autoscaler's status says: its conditions, its replicas, and its metrics as they are now."""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.conditions import Condition
from vlearn.sim.kubernetes.api.moments import timestamp

Autoscaler = Mapping[str, Any]
Conditions = tuple[Condition, ...]
Metrics = Sequence[Mapping[str, Any]]


def conditions_of(autoscaler: Autoscaler) -> Conditions:
    """The conditions of its status so far."""
    return tuple((autoscaler.get("status") or {}).get("conditions") or ())


def with_condition(conditions: Conditions, now: float, type: str, holds: bool, reason: str, message: str) -> Conditions:
    """The conditions with this one in its place; it keeps its time as long as it keeps its status."""
    new = {"type": type, "status": str(holds), "reason": reason, "message": message}
    old = next((each for each in conditions if each["type"] == type), None)
    if old is None:
        return (*conditions, {**new, "lastTransitionTime": timestamp(now)})
    since = old.get("lastTransitionTime") if old["status"] == new["status"] else timestamp(now)
    return tuple({**new, "lastTransitionTime": since} if each is old else each for each in conditions)


def status_of(
    autoscaler: Autoscaler, current: int, desired: int, conditions: Conditions, metrics: Metrics
) -> dict[str, Any]:
    """The status with these numbers; when it last scaled stays as it was."""
    last = (autoscaler.get("status") or {}).get("lastScaleTime")
    status = {"currentReplicas": current, "desiredReplicas": desired, "currentMetrics": list(metrics)}
    found = {**status, "conditions": list(conditions), "lastScaleTime": last}
    return {name: value for name, value in found.items() if value or name == "desiredReplicas"}


def unreachable_status(autoscaler: Autoscaler, reason: str, message: str, now: float) -> dict[str, Any]:
    """The status where the target cannot be read (FailedGetScale) or written to (FailedUpdateScale)."""
    doing = "get the target's current scale" if reason == "FailedGetScale" else "update the target scale"
    words = f"the HPA controller was unable to {doing}: {message}"
    conditions = with_condition(conditions_of(autoscaler), now, "AbleToScale", False, reason, words)
    return {**(autoscaler.get("status") or {}), "conditions": list(conditions)}

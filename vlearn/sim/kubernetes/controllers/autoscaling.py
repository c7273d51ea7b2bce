"""A horizontal pod autoscaler: how many replicas its target should have, and what its status says of that.

Source: pkg/controller/podautoscaler/horizontal.go. Leaves out two autoscalers that select the same pods.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.pods import Pod
from vlearn.sim.kubernetes.api.quantity import parse_quantity
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.controllers.autoscaling_behavior import Behavior, Recollection, limited, scaled, stabilized
from vlearn.sim.kubernetes.controllers.autoscaling_metrics import Proposal, Tolerances, Usage, proposed
from vlearn.sim.kubernetes.controllers.autoscaling_status import (
    Autoscaler,
    Conditions,
    Metrics,
    conditions_of,
    status_of,
    with_condition,
)

Event = tuple[str, str, str]
"""Normal or Warning, the reason, the message."""

PERIOD = 15
"""Seconds between two looks at an autoscaler (--horizontal-pod-autoscaler-sync-period)."""


@dataclass(frozen=True, slots=True)
class Autoscaling:
    """What one look comes to: the target's new replicas, or None to leave it; the new status, events, and memory."""

    replicas: int | None
    status: Mapping[str, Any]
    events: tuple[Event, ...]
    memory: Recollection


@dataclass(frozen=True, slots=True)
class _Decision:
    replicas: int
    why: str
    conditions: Conditions
    memory: Recollection
    metrics: Metrics = ()


class _Failed(Refused):
    """No metric says anything that may be acted on; `condition` is what becomes of ScalingActive."""

    def __init__(self, message: str, reason: str, first: str, metrics: Metrics) -> None:
        super().__init__(message)
        self.reason, self.first, self.metrics = reason, first, metrics


def autoscaled(
    autoscaler: Autoscaler, current: int, pods: Sequence[Pod], usage: Usage, now: float, memory: Recollection
) -> Autoscaling:
    """One look at a target of `current` replicas. `pods` are those of the namespace that the target selects."""
    if not memory.recommendations:
        memory = Recollection(((now, current),))
    got = ("AbleToScale", True, "SucceededGetScale", "the HPA controller was able to get the target's current scale")
    conditions = with_condition(conditions_of(autoscaler), now, *got)
    try:
        decision = _decided(autoscaler, current, pods, usage, now, memory, conditions)
    except _Failed as error:
        words = f"the HPA was unable to compute the replica count: {error.first}"
        conditions = with_condition(conditions, now, "ScalingActive", False, error.reason, words)
        status = status_of(autoscaler, current, _desired_before(autoscaler), conditions, error.metrics)
        events = (("Warning", error.reason, error.first), ("Warning", "FailedComputeMetricsReplicas", str(error)))
        return Autoscaling(None, status, events, memory)
    if decision.replicas == current:
        status = status_of(autoscaler, current, current, decision.conditions, decision.metrics)
        return Autoscaling(None, status, (), decision.memory)
    words = f"the HPA controller was able to update the target scale to {decision.replicas}"
    conditions = with_condition(decision.conditions, now, "AbleToScale", True, "SucceededRescale", words)
    status = status_of(autoscaler, current, decision.replicas, conditions, decision.metrics)
    event = ("Normal", "SuccessfulRescale", f"New size: {decision.replicas}; reason: {decision.why}")
    after = scaled(_behavior(autoscaler), decision.memory, current, decision.replicas, now)
    return Autoscaling(decision.replicas, {**status, "lastScaleTime": timestamp(now)}, (event,), after)


def _decided(
    autoscaler: Autoscaler,
    current: int,
    pods: Sequence[Pod],
    usage: Usage,
    now: float,
    memory: Recollection,
    conditions: Conditions,
) -> _Decision:
    spec = autoscaler["spec"]
    low, high = spec.get("minReplicas", 1), spec["maxReplicas"]
    if current == 0 and low != 0:
        words = "scaling is disabled since the replica count of the target is zero"
        conditions = with_condition(conditions, now, "ScalingActive", False, "ScalingDisabled", words)
        return _Decision(0, "", conditions, memory)
    if current > high:
        return _Decision(high, "Current number of replicas above Spec.MaxReplicas", conditions, memory)
    if current < low:
        return _Decision(low, "Current number of replicas below Spec.MinReplicas", conditions, memory)
    measured = {pod["metadata"]["uid"]: usage(pod["metadata"]["uid"]) for pod in pods}
    best, metrics = _best(spec, current, pods, measured.get, now)
    words = f"the HPA was able to successfully calculate a replica count from {best.name}"
    conditions = with_condition(conditions, now, "ScalingActive", True, "ValidMetricFound", words)
    why = f"{best.name} above target" if best.replicas > current else "All metrics below target"
    behavior = _behavior(autoscaler)
    stable, memory = stabilized(behavior, current, best.replicas, memory, now)
    conditions = with_condition(
        conditions, now, "AbleToScale", True, *_stability(behavior, current, best.replicas, stable)
    )
    bounded = limited(behavior, low, high, current, stable, memory, now)
    held = bounded.replicas != stable
    conditions = with_condition(conditions, now, "ScalingLimited", held, bounded.reason, bounded.message)
    return _Decision(bounded.replicas, why, conditions, memory, metrics)


def _best(
    spec: Mapping[str, Any], current: int, pods: Sequence[Pod], usage: Usage, now: float
) -> tuple[Proposal, Metrics]:
    """The proposal of most replicas. A metric that fails counts for nothing, unless the others would scale down."""
    proposals, metrics, failures = [], [], []
    for metric in spec.get("metrics") or ():
        try:
            found = proposed(metric, current, pods, usage, now, _tolerances(spec.get("behavior") or {}))
        except Refused as error:
            failures.append((metric, str(error)))
            continue
        proposals.append(found)
        metrics.append({"type": "Resource", "resource": {"name": metric["resource"]["name"], "current": found.current}})
    best = max(proposals, key=lambda each: each.replicas, default=None)
    if best is None or (failures and best.replicas < current):
        raise _failed(failures, len(proposals) + len(failures), tuple(metrics))
    return best, tuple(metrics)


def _failed(failures: list[tuple[Any, str]], of: int, metrics: Metrics) -> _Failed:
    if not failures:
        return _Failed("invalid metrics (0 invalid out of 0)", "FailedGetResourceMetric", "no metrics", metrics)
    metric, first = failures[0]
    name = (metric.get("resource") or {}).get("name", "")
    words = f"first error is: failed to get {name} resource metric value: {first}"
    return _Failed(f"invalid metrics ({len(failures)} invalid out of {of}), {words}", _reason(metric), first, metrics)


def _reason(metric: Mapping[str, Any]) -> str:
    return f"FailedGet{metric.get('type', '')}Metric"


def _stability(behavior: Behavior, current: int, desired: int, stable: int) -> tuple[str, str]:
    if stable == desired:
        return "ReadyForNewScale", "recommended size matches current size"
    up = behavior is not None and desired >= current
    words = "recent recommendations were {} than current one, applying the {} recent recommendation"
    return (
        ("ScaleUpStabilized", words.format("lower", "lowest"))
        if up
        else ("ScaleDownStabilized", words.format("higher", "highest"))
    )


def _tolerances(behavior: Mapping[str, Any]) -> Tolerances:
    given = [(behavior.get(direction) or {}).get("tolerance") for direction in ("scaleUp", "scaleDown")]
    up, down = (0.1 if each is None else parse_quantity(str(each)).nanos / 1e9 for each in given)
    return Tolerances(up, down)


def _behavior(autoscaler: Autoscaler) -> Behavior:
    behavior: Behavior = autoscaler["spec"].get("behavior")
    return behavior


def _desired_before(autoscaler: Autoscaler) -> int:
    return int((autoscaler.get("status") or {}).get("desiredReplicas") or 0)

"""A horizontal pod autoscaler: how many replicas its target should have, and what its status says of that.

Source: pkg/controller/podautoscaler/horizontal.go. Leaves out two autoscalers that select the same pods.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.pods import Pod
from vlearn.sim.kubernetes.controllers.autoscaling_behavior import Behavior, Recollection, limited, scaled, stabilized
from vlearn.sim.kubernetes.controllers.autoscaling_metrics import Proposal
from vlearn.sim.kubernetes.controllers.autoscaling_proposals import Failure, NoProposal, best_proposal
from vlearn.sim.kubernetes.controllers.autoscaling_samples import Usage
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
    failures: tuple[Failure, ...] = ()


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
    except NoProposal as error:
        first = error.failures[0]
        words = f"the HPA was unable to compute the replica count: {first.message}"
        conditions = with_condition(conditions, now, "ScalingActive", False, first.reason, words)
        status = status_of(autoscaler, current, _desired_before(autoscaler), conditions, error.metrics)
        events = (*_warnings(error.failures), ("Warning", "FailedComputeMetricsReplicas", str(error)))
        return Autoscaling(None, status, events, memory)
    warnings = _warnings(decision.failures)
    if decision.replicas == current:
        status = status_of(autoscaler, current, current, decision.conditions, decision.metrics)
        return Autoscaling(None, status, warnings, decision.memory)
    words = f"the HPA controller was able to update the target scale to {decision.replicas}"
    conditions = with_condition(decision.conditions, now, "AbleToScale", True, "SucceededRescale", words)
    status = status_of(autoscaler, current, decision.replicas, conditions, decision.metrics)
    event = ("Normal", "SuccessfulRescale", f"New size: {decision.replicas}; reason: {decision.why}")
    after = scaled(_behavior(autoscaler), decision.memory, current, decision.replicas, now)
    return Autoscaling(decision.replicas, {**status, "lastScaleTime": timestamp(now)}, (*warnings, event), after)


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
    found = best_proposal(spec, current, pods, measured.get, now)
    best = found.proposal
    words = f"the HPA was able to successfully calculate a replica count from {best.name}"
    conditions = with_condition(conditions, now, "ScalingActive", True, "ValidMetricFound", words)
    behavior = _behavior(autoscaler)
    stable, memory = stabilized(behavior, current, best.replicas, memory, now)
    conditions = with_condition(
        conditions, now, "AbleToScale", True, *_stability(behavior, current, best.replicas, stable)
    )
    bounded = limited(behavior, low, high, current, stable, memory, now)
    held = bounded.replicas != stable
    conditions = with_condition(conditions, now, "ScalingLimited", held, bounded.reason, bounded.message)
    return _Decision(bounded.replicas, _why(best, current), conditions, memory, found.metrics, found.failures)


def _why(best: Proposal, current: int) -> str:
    """What upstream gives as the reason: the metric's wish alone, though it may be a window that decides in the end."""
    if best.replicas == current:
        return ""
    return f"{best.name} above target" if best.replicas > current else "All metrics below target"


def _warnings(failures: Sequence[Failure]) -> tuple[Event, ...]:
    return tuple(("Warning", each.reason, each.message) for each in failures)


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


def _behavior(autoscaler: Autoscaler) -> Behavior:
    behavior: Behavior = autoscaler["spec"].get("behavior")
    return behavior


def _desired_before(autoscaler: Autoscaler) -> int:
    return int((autoscaler.get("status") or {}).get("desiredReplicas") or 0)

"""A disruption budget's status: how many of its pods are healthy, how many must be, and how many may be evicted now.

What percentages and maxUnavailable are of is the sum of the scales of the pods' controllers, not the number of pods.
Source: pkg/controller/disruption. Leaves out clearing a stale DisruptionTarget condition of pods.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from vlearn.sim.kubernetes.api.conditions import Condition, with_condition
from vlearn.sim.kubernetes.api.intstr import scaled
from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.api.pods import Pod, is_ready, is_terminating
from vlearn.sim.kubernetes.api.refusal import Refused

Budget = Mapping[str, Any]
Reference = Mapping[str, Any]

DELETION_TIMEOUT = 120.0
"""Seconds after an eviction's approval in which the pod must be seen to go; else it counts as healthy again."""
ALLOWED = "DisruptionAllowed"


class Scale(NamedTuple):
    """What ultimately controls a pod, a deployment rather than its replica set, and its spec.replicas."""

    uid: str
    replicas: int


class Expectation(NamedTuple):
    """How many pods there should be, how many of them healthy, and the pods that nobody controls."""

    pods: int
    healthy: int
    unmanaged: tuple[str, ...] = ()


ScaleOf = Callable[[Reference], Scale | None]


def expectation(budget: Budget, pods: Sequence[Pod], scale_of: ScaleOf) -> Expectation:
    """What a budget asks of its pods. Raises Refused where a pod's controller is not to be found, or has no scale."""
    spec = budget.get("spec") or {}
    if spec.get("maxUnavailable") is not None:
        total, unmanaged = _scale(pods, scale_of)
        return Expectation(total, max(0, total - scaled(spec["maxUnavailable"], total, up=True)), unmanaged)
    least = spec.get("minAvailable")
    if least is None:
        return Expectation(0, 0)
    if isinstance(least, int):
        return Expectation(len(pods), least)
    total, unmanaged = _scale(pods, scale_of)
    return Expectation(total, scaled(least, total, up=True), unmanaged)


def disruption_status(budget: Budget, pods: Sequence[Pod], expected: Expectation, now: float) -> dict[str, Any]:
    """The status of a budget with these pods."""
    disrupted = disrupted_pods(budget, pods, now)
    healthy = sum(is_ready(pod) and not is_terminating(pod) and _name(pod) not in disrupted for pod in pods)
    allowed = max(0, healthy - expected.healthy) if expected.pods > 0 else 0
    reason = "SufficientPods" if allowed else "InsufficientPods"
    generation = budget["metadata"].get("generation") or 0
    status = {
        "disruptionsAllowed": allowed,
        "currentHealthy": healthy,
        "desiredHealthy": expected.healthy,
        "expectedPods": expected.pods,
        "observedGeneration": generation,
        "conditions": _conditions(budget, bool(allowed), reason, "", generation, now),
    }
    return {**status, "disruptedPods": disrupted} if disrupted else status


def failed_status(budget: Budget, error: str, now: float) -> dict[str, Any]:
    """The status where nothing could be computed: then nothing may be disrupted."""
    before = budget.get("status") or {}
    generation = before.get("observedGeneration") or 0
    conditions = _conditions(budget, False, "SyncFailed", error, generation, now)
    return {**before, "disruptionsAllowed": 0, "conditions": conditions}


def disrupted_pods(budget: Budget, pods: Sequence[Pod], now: float) -> dict[str, str]:
    """The pods whose eviction was approved and that are still to go, by name with that moment."""
    given = (budget.get("status") or {}).get("disruptedPods") or {}
    staying = [_name(pod) for pod in pods if not is_terminating(pod)]
    return {each: given[each] for each in staying if each in given and _deadline(given[each]) >= now}


def recheck(disrupted: Mapping[str, str], now: float) -> float | None:
    """In how many seconds the first of these pods is overdue; None without any."""
    # The clock must have passed the moment, not just reached it.
    return min((_deadline(each) - now + 1 for each in disrupted.values()), default=None)


def _scale(pods: Sequence[Pod], scale_of: ScaleOf) -> tuple[int, tuple[str, ...]]:
    scales: dict[str, int] = {}
    unmanaged = []
    for pod in pods:
        references = pod["metadata"].get("ownerReferences") or ()
        reference = next((each for each in references if each.get("controller")), None)
        if reference is None:
            unmanaged.append(_name(pod))
            continue
        found = scale_of(reference)
        if found is None:
            raise Refused(f'found no controllers for pod "{_name(pod)}"')
        scales[found.uid] = found.replicas
    return sum(scales.values()), tuple(unmanaged)


def _conditions(
    budget: Budget, allowed: bool, reason: str, message: str, generation: int, now: float
) -> tuple[Condition, ...]:
    before = (budget.get("status") or {}).get("conditions") or ()
    new = {"type": ALLOWED, "status": "True" if allowed else "False", "reason": reason, "message": message}
    kept = with_condition(before, new, now)
    return tuple(
        {**each, **new, "observedGeneration": generation} if each["type"] == ALLOWED else each for each in kept
    )


def _deadline(approved: str) -> float:
    return (moment(approved) or 0.0) + DELETION_TIMEOUT


def _name(pod: Pod) -> str:
    return str(pod["metadata"]["name"])

"""How many replicas a metric asks for: the ratio of what the pods use to what they should, times how many they are.

Pods whose sample cannot be trusted, and pods without one, only ever dampen a change: those without a sample count as
busy where the metric asks for fewer, both as idle where it asks for more. Source:
pkg/controller/podautoscaler/replica_calculator.go. Leaves out metrics of containers, of objects, and from outside.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.pods import Pod, restartable
from vlearn.sim.kubernetes.api.quantity import parse_quantity
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.controllers.autoscaling_samples import Samples, Usage, sampled


@dataclass(frozen=True, slots=True)
class Tolerances:
    """By how much the ratio may be off 1 without any change. Single autoscalers set their own (since 1.33, alpha)."""

    up: float = 0.1
    down: float = 0.1

    def cover(self, ratio: float) -> bool:
        """Whether a ratio is near enough to 1."""
        return 1.0 - self.down <= ratio <= 1.0 + self.up


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one metric asks for; `current` is its value as the status shows it, `name` as events call it."""

    replicas: int
    current: Mapping[str, Any]
    name: str


def proposed(
    metric: Mapping[str, Any], replicas: int, pods: Sequence[Pod], usage: Usage, now: float, tolerances: Tolerances
) -> Proposal:
    """What a metric of the spec asks for, of a target of so many replicas. Raises Refused where it says nothing."""
    if metric.get("type") != "Resource":
        raise Refused(f"unable to get metrics of type {metric.get('type')}: only resources are measured")
    name, target = metric["resource"]["name"], metric["resource"].get("target") or {}
    if target.get("averageValue") is not None:
        wanted = parse_quantity(str(target["averageValue"])).milli
        found = _sampled(name, pods, usage, now, "usage")
        count = _count(replicas, found, lambda measured: _average(measured) / wanted, lambda _: wanted, tolerances)
        return Proposal(count, {"averageValue": _milli(_average(found.measured))}, f"{name} resource")
    percent = target.get("averageUtilization")
    if percent is None:
        neither = "neither an average utilization target nor an average value (usage) target was set"
        raise Refused(f"invalid resource metric source: {neither}")
    found = _sampled(name, pods, usage, now, "utilization")
    try:
        requests = {pod["metadata"]["uid"]: _request(pod, name) for pod in pods}
    except Refused as error:
        raise Refused(f"failed to get {name} utilization: {error}") from None
    busy = max(100, percent)
    count = _count(
        replicas,
        found,
        lambda measured: utilization(measured, requests) / percent,
        lambda uid: requests[uid] * busy // 100,
        tolerances,
    )
    current = {"averageUtilization": utilization(found.measured, requests)}
    average = {"averageValue": _milli(_average(found.measured))}
    return Proposal(count, {**current, **average}, f"{name} resource utilization (percentage of request)")


def utilization(measured: Mapping[str, int], requests: Mapping[str, int]) -> int:
    """What is used of what these pods together request, in percent, cut off to a whole number."""
    total = sum(requests[uid] for uid in measured)
    if not total:
        raise Refused("no metrics returned matched known pods")
    return sum(measured.values()) * 100 // total


def _sampled(name: str, pods: Sequence[Pod], usage: Usage, now: float, what: str) -> Samples:
    if name != "cpu" or all(usage(pod["metadata"]["uid"]) is None for pod in pods):
        words = f"unable to get metrics for resource {name}: no metrics returned from resource metrics API"
        raise Refused(f"failed to get {name} {what}: {words}")
    found = sampled(pods, usage, now)
    if not found.measured:
        words = "did not receive metrics for targeted pods (pods might be unready)"
        raise Refused(f"failed to get {name} {what}: {words}")
    return found


def _count(
    replicas: int,
    found: Samples,
    ratio_of: Callable[[Mapping[str, int]], float],
    busy: Callable[[str], int],
    tolerances: Tolerances,
) -> int:
    ratio = ratio_of(found.measured)
    dampened = bool(found.unready) and ratio > 1
    if not dampened and not found.missing:
        return replicas if tolerances.cover(ratio) else math.ceil(ratio * len(found.measured))
    measured = dict(found.measured)
    if ratio < 1:
        measured |= {uid: busy(uid) for uid in found.missing}
    elif ratio > 1:
        measured |= dict.fromkeys((*found.missing, *found.unready), 0)
    again = ratio_of(measured)
    if tolerances.cover(again) or (ratio - 1) * (again - 1) < 0:
        return replicas
    count = math.ceil(again * len(measured))
    turned = (again < 1 and count > replicas) or (again > 1 and count < replicas)
    return replicas if turned else count


def _request(pod: Pod, name: str) -> int:
    sidecars = [each for each in pod["spec"].get("initContainers") or () if restartable(each)]
    total = 0
    for container in (*pod["spec"]["containers"], *sidecars):
        request = ((container.get("resources") or {}).get("requests") or {}).get(name)
        if request is None:
            words = f"missing request for {name} in container {container['name']} of Pod {pod['metadata']['name']}"
            raise Refused(words)
        total += parse_quantity(str(request)).milli
    return total


def _average(measured: Mapping[str, int]) -> int:
    return sum(measured.values()) // len(measured)


def _milli(millicores: int) -> str:
    return str(parse_quantity(f"{millicores}m"))

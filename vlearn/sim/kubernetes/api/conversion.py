"""Between the versions of a kind: the store keeps the newest, and clients may write and read an older one.

Source: pkg/apis/autoscaling/v1/conversion.go. Leaves out the annotations in which autoscaling/v1 carries the metrics,
conditions and behaviour that it has no fields for: they stay in the store, and a reader of v1 does not see them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.kinds import Resource

Object = Mapping[str, Any]

_CPU = "targetCPUUtilizationPercentage"


def stored(object: Object, resource: Resource) -> Object:
    """An object that was written in a resource's version, as the store keeps it."""
    convert = _CONVERSIONS.get((resource.kind, resource.version))
    return convert[0](object) if convert else object


def asked(object: Object, resource: Resource) -> Object:
    """An object of the store in the version that a resource has."""
    convert = _CONVERSIONS.get((resource.kind, resource.version))
    return convert[1](object) if convert else object


def _newer_autoscaler(object: Object) -> Object:
    spec = object.get("spec") or {}
    kept = {name: value for name, value in spec.items() if name != _CPU}
    if spec.get(_CPU) is not None:
        kept["metrics"] = [_utilization(spec[_CPU])]
    return {**object, "apiVersion": "autoscaling/v2", **({"spec": kept} if "spec" in object else {})}


def _older_autoscaler(object: Object) -> Object:
    spec, status = object.get("spec") or {}, object.get("status") or {}
    known = ("scaleTargetRef", "minReplicas", "maxReplicas")
    older = {name: spec[name] for name in known if name in spec}
    target = _average(spec.get("metrics") or (), "target")
    seen = _average(status.get("currentMetrics") or (), "current")
    told = {name: status[name] for name in ("observedGeneration", "lastScaleTime") if name in status}
    told |= {name: status.get(name, 0) for name in ("currentReplicas", "desiredReplicas")}
    return {
        **object,
        "apiVersion": "autoscaling/v1",
        "spec": older if target is None else {**older, _CPU: target},
        "status": told if seen is None else {**told, "currentCPUUtilizationPercentage": seen},
    }


def _utilization(percent: int) -> Object:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def _average(metrics: Any, field: str) -> Any:
    """The utilization of the CPU in metrics of v2, None where they are about something else."""
    resources = (each.get("resource") or {} for each in metrics)
    return next((each[field].get("averageUtilization") for each in resources if each.get("name") == "cpu"), None)


_CONVERSIONS: Mapping[tuple[str, str], tuple[Callable[[Object], Object], Callable[[Object], Object]]] = {
    ("HorizontalPodAutoscaler", "v1"): (_newer_autoscaler, _older_autoscaler),
}

"""The conditions that a kubelet writes on a pod: Initialized, ContainersReady, Ready.

Source: pkg/kubelet/status/generate.go. The statuses are those of init containers and containers together; None where
the kubelet has none yet, which is another thing than an empty list.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.pods import restartable

Spec = Mapping[str, Any]
Statuses = Sequence[Mapping[str, Any]]
Condition = dict[str, str]


def containers_ready(spec: Spec, statuses: Statuses | None, phase: str) -> Condition:
    """ContainersReady: every container and every sidecar passes its readiness probe."""
    type = "ContainersReady"
    if statuses is None:
        return _false(type, "UnknownContainerStatuses")
    sidecars = [each for each in spec.get("initContainers") or () if restartable(each)]
    by_name = {each["name"]: each for each in statuses}
    names = [each["name"] for each in (*sidecars, *(spec.get("containers") or ()))]
    unknown = [name for name in names if name not in by_name]
    unready = [name for name in names if name in by_name and not by_name[name].get("ready")]
    if phase == "Succeeded" and not unknown:
        return _false(type, "PodCompleted")
    if phase == "Failed":
        return _false(type, "PodFailed")
    message = _listed(unknown=unknown, unready=unready)
    return _false(type, "ContainersNotReady", message) if message else _true(type)


def ready(
    spec: Spec, conditions: Iterable[Mapping[str, Any]] | None, statuses: Statuses | None, phase: str
) -> Condition:
    """Ready: the containers are, and so says every condition that the spec names as a readiness gate."""
    containers = containers_ready(spec, statuses, phase)
    if containers["status"] != "True":
        return {**containers, "type": "Ready"}
    there = {each["type"]: each["status"] for each in conditions or ()}
    messages = []
    for gate in spec.get("readinessGates") or ():
        name = gate["conditionType"]
        if name not in there:
            messages.append(f'corresponding condition of pod readiness gate "{name}" does not exist.')
        elif there[name] != "True":
            messages.append(f'the status of pod readiness gate "{name}" is not "True", but {there[name]}')
    return _false("Ready", "ReadinessGatesNotReady", ", ".join(messages)) if messages else _true("Ready")


def initialized(spec: Spec, statuses: Statuses | None, phase: str) -> Condition:
    """Initialized: every init container has ended well, and every sidecar has started."""
    type = "Initialized"
    containers = spec.get("initContainers") or ()
    if statuses is None and containers:
        return _false(type, "UnknownContainerStatuses")
    by_name = {each["name"]: each for each in statuses or ()}
    unknown = [each["name"] for each in containers if each["name"] not in by_name]
    incomplete = [
        each["name"] for each in containers if each["name"] in by_name and not _is_through(each, by_name[each["name"]])
    ]
    if phase == "Succeeded" and not unknown:
        return {**_true(type), "reason": "PodCompleted"}
    if any(_has_started(by_name.get(each["name"])) for each in spec.get("containers") or ()):
        return _true(type)  # a sidecar that restarts does not take the pod back to its beginning
    message = _listed(unknown=unknown, incomplete=incomplete)
    return _false(type, "ContainersNotInitialized", message) if message else _true(type)


def _is_through(container: Mapping[str, Any], status: Mapping[str, Any]) -> bool:
    return bool(status.get("started") if restartable(container) else status.get("ready"))


def _has_started(status: Mapping[str, Any] | None) -> bool:
    state = (status or {}).get("state") or {}
    before = (status or {}).get("lastState") or {}
    return "running" in state or "terminated" in state or "terminated" in before


def _listed(**names: list[str]) -> str:
    return ", ".join(f"containers with {kind} status: [{' '.join(some)}]" for kind, some in names.items() if some)


def _true(type: str) -> Condition:
    return {"type": type, "status": "True"}


def _false(type: str, reason: str, message: str = "") -> Condition:
    return {"type": type, "status": "False", "reason": reason, **({"message": message} if message else {})}

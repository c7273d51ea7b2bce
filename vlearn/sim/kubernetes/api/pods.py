"""What controllers ask of a pod: is it active, ready, available, and since when."""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.conditions import condition, is_true
from vlearn.sim.kubernetes.api.moments import moment

Pod = Mapping[str, Any]

TERMINAL = ("Succeeded", "Failed")


def phase(pod: Pod) -> str:
    """Pending, Running, Succeeded, Failed or Unknown; empty where the status does not say yet."""
    return str((pod.get("status") or {}).get("phase", ""))


def is_terminal(pod: Pod) -> bool:
    """Whether no container of the pod will ever run again."""
    return phase(pod) in TERMINAL


def is_terminating(pod: Pod) -> bool:
    """Whether the pod is being deleted."""
    return pod.get("metadata", {}).get("deletionTimestamp") is not None


def is_active(pod: Pod) -> bool:
    """Whether the pod counts as one of its owner's replicas: neither terminal nor terminating."""
    return not is_terminal(pod) and not is_terminating(pod)


def is_ready(pod: Pod) -> bool:
    """Whether the pod may serve: its condition Ready is true."""
    return is_true(pod, "Ready")


def ready_since(pod: Pod) -> float | None:
    """When the pod became ready, or None where it is not or its status does not say."""
    ready = condition(pod, "Ready")
    return moment(ready.get("lastTransitionTime")) if ready is not None and ready["status"] == "True" else None


def is_available(pod: Pod, min_ready_seconds: int, now: float) -> bool:
    """Whether the pod has been ready for longer than so many seconds; with 0, whether it is ready."""
    if min_ready_seconds == 0 or not is_ready(pod):
        return is_ready(pod)
    since = ready_since(pod)
    return since is not None and since + min_ready_seconds < now


def restartable(container: Mapping[str, Any]) -> bool:
    """Whether an init container is a sidecar, which runs on beside the others (since 1.28)."""
    return container.get("restartPolicy") == "Always"

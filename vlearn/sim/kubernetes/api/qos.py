"""The quality of service class, which decides whom the kubelet evicts first and how the kernel kills.

Source: pkg/apis/core/v1/helper/qos. Only CPU and memory count, and only amounts above zero.
"""

from collections.abc import Mapping
from typing import Any, Literal

from vlearn.sim.kubernetes.api.resources import Amounts, added, amounts

QoSClass = Literal["Guaranteed", "Burstable", "BestEffort"]

COUNTED = ("cpu", "memory")


def qos_class(pod: Mapping[str, Any]) -> QoSClass:
    """Guaranteed: every container has limits on CPU and memory, and requests as much. BestEffort: none has anything."""
    spec = pod["spec"]
    whole = spec.get("resources")
    containers = [spec] if whole else [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    requests: Amounts = {}
    limits: Amounts = {}
    limited = True
    for container in containers:
        resources = container.get("resources") or {}
        own = _counted(resources.get("limits"))
        requests, limits = added(requests, _counted(resources.get("requests"))), added(limits, own)
        limited = limited and len(own) == len(COUNTED)
    if not requests and not limits:
        return "BestEffort"
    return "Guaranteed" if limited and requests == limits else "Burstable"


def _counted(written: Mapping[str, str] | None) -> Amounts:
    return {name: amount for name, amount in amounts(written).items() if name in COUNTED and amount.nanos > 0}

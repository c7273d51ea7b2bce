"""The numbers on workloads: how many replicas are wanted, and how many the status reports."""

from collections.abc import Iterable, Mapping
from typing import Any

Workload = Mapping[str, Any]


def wanted(workload: Workload) -> int:
    """spec.replicas; 1 where it is not set, as the API defaults it."""
    replicas = workload["spec"].get("replicas")
    return 1 if replicas is None else int(replicas)


def counted(workload: Workload, counter: str) -> int:
    """A counter of the status, such as availableReplicas; 0 where it is not set."""
    return int((workload.get("status") or {}).get(counter) or 0)


def all_wanted(workloads: Iterable[Workload]) -> int:
    """The sum of spec.replicas."""
    return sum(wanted(each) for each in workloads)


def all_counted(workloads: Iterable[Workload], counter: str) -> int:
    """The sum of one counter of the status."""
    return sum(counted(each, counter) for each in workloads)


def nonzero(status: Mapping[str, Any]) -> dict[str, Any]:
    """A status as the API writes it: counters of zero and empty lists are left out."""
    return {name: value for name, value in status.items() if value not in (0, None, (), [])}

"""Runs upstream's tables on pods: conditions, quality of service, quota, endpoints."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.conformance.k8s_workload_cases import NOW, differs
from vlearn.sim.kubernetes.api import Refused
from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.api.pods import is_available
from vlearn.sim.kubernetes.api.qos import qos_class
from vlearn.sim.kubernetes.api.quantity import parse_quantity
from vlearn.sim.kubernetes.controllers.endpoints import (
    address,
    belonged_in_1_20,
    belongs_in_endpoints,
    endpoint_port,
    find_port,
)
from vlearn.sim.kubernetes.controllers.quota import USAGE
from vlearn.sim.kubernetes.node.pod_conditions import containers_ready, initialized, ready

Run = Callable[[Any], str | None]
Row = Mapping[str, Any]

_RECORDED = moment("2026-11-22T13:34:23Z") or 0.0
"""The rows of TestIsPodAvailable count from upstream's now, which stands in those whose pod became ready just then."""


def _said(condition: Row) -> dict[str, Any]:
    return {name: value for name, value in condition.items() if value is not None}


def _containers_ready(row: Row) -> str | None:
    found = containers_ready(row.get("spec") or {}, row["containerStatuses"], row["podPhase"])
    return differs(found, _said(row["expectReady"]))


def _ready(row: Row) -> str | None:
    found = ready(row.get("spec") or {}, row["conditions"], row["containerStatuses"], row["podPhase"])
    return differs(found, _said(row["expectReady"]))


def _initialized(row: Row) -> str | None:
    found = initialized(row.get("spec") or {}, row["containerStatuses"], row["podPhase"])
    # Upstream compares neither the message nor, in these rows, the type.
    names = ("status", "reason")
    return differs([found.get(name) for name in names], [row["expected"].get(name) for name in names])


def _available(row: Row) -> str | None:
    return differs(is_available(row["pod"], row["minReadySeconds"], _RECORDED), row["expected"])


_INITIALISMS = {"DNSPolicy": "dnsPolicy", "ClusterIP": "clusterIP", "ClusterIPs": "clusterIPs"}
_AS_IT_IS = ("Limits", "Requests", "Overhead", "NodeSelector", "Selector", "ObjectMeta", "Labels", "Annotations")


def _as_api(value: Any) -> Any:
    """An object of the API server's internal types, whose fields the recording has under their names in Go."""
    if isinstance(value, list):
        return [_as_api(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {_field(name): each if name in _AS_IT_IS else _as_api(each) for name, each in value.items()}


def _field(name: str) -> str:
    if name == "ObjectMeta":
        return "metadata"
    return _INITIALISMS.get(name, name[:1].lower() + name[1:])


def _used(kind: str, field: str) -> Run:
    def run(row: Row) -> str | None:
        written = _as_api(row[field])
        found = USAGE[kind](written, _clock(row, written))
        return differs(found, {name: parse_quantity(amount) for name, amount in row["usage"].items()})

    return run


def _clock(row: Row, written: Row) -> float:
    # The rows do not carry the test's clock: a deletion is at its now, or in the row called "exceeded" two grace
    # periods before.
    metadata = written["metadata"]
    deleted = moment(metadata.get("deletionTimestamp"))
    if deleted is None:
        return NOW
    past = "not exceeded" not in row["case"]
    return deleted + (2 * metadata.get("deletionGracePeriodSeconds", 0) if past else 0)


_ADDRESSES = {"IPv4": "1.2.3.4", "IPv6": "2000::4"}


def _endpoint_address(row: Row) -> str | None:
    ips = [_ADDRESSES[family] for family in row["ipFamilies"]]
    pod = {"metadata": {"name": "pod0"}, "status": {"podIP": ips[0], "podIPs": [{"ip": ip} for ip in ips]}}
    try:
        found = address(row["service"], pod, dual_stack=row["enableDualStack"])
    except Refused:
        return differs(True, row["expectError"])
    expected = Refused if row["expectError"] else _ADDRESSES[row["expectedEndpointFamily"]]
    return differs(found, expected)


def _always_dual_stack(row: Row) -> str | None:
    return _endpoint_address({**row, "enableDualStack": True})


def _endpoint_port(row: Row) -> str | None:
    port = endpoint_port({"name": "web", "appProtocol": row["serviceAppProtocol"]}, 80)
    return differs(port.get("appProtocol"), row["expectedEndpointsAppProtocol"])


def _port(row: Row) -> str | None:
    pod = {"metadata": {"name": "pod"}, "spec": {"containers": row["containers"] or []}}
    try:
        found: Any = find_port(pod, {"protocol": "TCP", "targetPort": row["port"]})
    except Refused:
        found = Refused
    return differs(found, row["expected"] if row["pass"] else Refused)


RUNS: dict[str, Run] = {
    "TestGeneratePodReadyCondition": _ready,
    "TestGenerateContainersReadyCondition": _containers_ready,
    "TestGeneratePodInitializedCondition": _initialized,
    "TestIsPodAvailable": _available,
    "TestGetPodQOS": lambda row: differs(qos_class(row["pod"]), row["expected"]),
    "TestPodEvaluatorUsage": _used("Pod", "pod"),
    "TestServiceEvaluatorUsage": _used("Service", "service"),
    "TestPersistentVolumeClaimEvaluatorUsage": _used("PersistentVolumeClaim", "pvc"),
    "TestShouldPodBeInEndpoints": lambda row: differs(belonged_in_1_20(row["pod"]), row["expected"]),
    "TestPodToEndpointAddressForService": _endpoint_address,
    "TestEndpointPortFromServicePort": _endpoint_port,
    "TestFindPort": _port,
}
TODAY: dict[str, Run] = {
    "TestShouldPodBeInEndpoints": lambda row: differs(belongs_in_endpoints(row["pod"]), row["expected"]),
    "TestPodToEndpointAddressForService": _always_dual_stack,
}
"""The same rows under today's rules, for those tests whose rows are run under 1.20's."""

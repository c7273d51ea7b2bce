"""What the API fills in for objects that own no pods: services, claims, secrets, namespaces, limits and others.

Source: pkg/apis/*/v1/defaults.go.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]


def service(object: Object) -> dict[str, Any]:
    """TCP, the target port equal to the port, no affinity. The address is allocated later."""
    spec = {**(object.get("spec") or {})}
    kind = spec["type"] = spec.get("type") or "ClusterIP"
    spec["sessionAffinity"] = spec.get("sessionAffinity") or "None"
    if spec["sessionAffinity"] == "ClientIP":
        given = spec.get("sessionAffinityConfig") or {}
        spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": 10800, **(given.get("clientIP") or {})}}
    if "ports" in spec:
        spec["ports"] = [_port(each) for each in spec["ports"]]
    if kind in ("NodePort", "LoadBalancer"):
        spec["externalTrafficPolicy"] = spec.get("externalTrafficPolicy") or "Cluster"
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
    if kind != "ExternalName":
        spec["internalTrafficPolicy"] = spec.get("internalTrafficPolicy") or "Cluster"
    return {**object, "spec": spec}


def _port(given: Object) -> dict[str, Any]:
    port = {**given, "protocol": given.get("protocol") or "TCP"}
    if port.get("targetPort") in (None, 0, "") and "port" in port:
        port["targetPort"] = port["port"]
    return port


def namespace(object: Object) -> dict[str, Any]:
    """Active, labelled with its own name, and not to be removed while something is in it."""
    metadata = object["metadata"]
    name = metadata.get("name")
    labels = {**(metadata.get("labels") or {}), **({"kubernetes.io/metadata.name": name} if name else {})}
    spec = object.get("spec") or {"finalizers": ["kubernetes"]}
    return {
        **object,
        "metadata": {**metadata, "labels": labels},
        "spec": spec,
        "status": {"phase": "Active", **(object.get("status") or {})},
    }


def node(object: Object) -> dict[str, Any]:
    """What is allocatable is the capacity, where the node does not say otherwise."""
    status = object.get("status") or {}
    if "capacity" in status and "allocatable" not in status:
        status = {**status, "allocatable": status["capacity"]}
    return {**object, "spec": object.get("spec") or {}, "status": status}


def secret(object: Object) -> dict[str, Any]:
    """Opaque; what was given as text is kept as data."""
    data = {**(object.get("data") or {})}
    data |= {key: b64encode(text.encode()).decode() for key, text in (object.get("stringData") or {}).items()}
    made = {key: value for key, value in object.items() if key != "stringData"}
    return {**made, **({"data": data} if data else {}), "type": object.get("type") or "Opaque"}


def claim(object: Object) -> dict[str, Any]:
    """A file system, waiting for its volume."""
    spec = {"volumeMode": "Filesystem", **(object.get("spec") or {})}
    return {**object, "spec": spec, "status": {"phase": "Pending", **(object.get("status") or {})}}


def volume(object: Object) -> dict[str, Any]:
    """A file system that is kept when its claim goes."""
    spec = {"persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem", **(object.get("spec") or {})}
    return {**object, "spec": spec, "status": {"phase": "Pending", **(object.get("status") or {})}}


def limit_range(object: Object) -> dict[str, Any]:
    """A container's limit defaults to the maximum; its request to the default limit, else to the minimum."""
    spec = object.get("spec") or {}
    return {**object, "spec": {**spec, "limits": [_item(each) for each in spec.get("limits") or ()]}}


def _item(given: Object) -> Object:
    if given.get("type") != "Container":
        return given
    default = {**(given.get("max") or {}), **(given.get("default") or {})}
    request = {**(given.get("min") or {}), **default, **(given.get("defaultRequest") or {})}
    filled = {"default": default, "defaultRequest": request}
    return {**given, **{name: amounts for name, amounts in filled.items() if amounts}}


def autoscaler(object: Object) -> dict[str, Any]:
    """At least one replica, by the CPU at 80 %."""
    target = {"type": "Utilization", "averageUtilization": 80}
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": target}}
    return {**object, "spec": {"minReplicas": 1, "metrics": [metric], **(object.get("spec") or {})}}


def priority_class(object: Object) -> dict[str, Any]:
    """One that may preempt."""
    return {"preemptionPolicy": "PreemptLowerPriority", **object}


def storage_class(object: Object) -> dict[str, Any]:
    """Volumes are made at once, and deleted with their claims."""
    return {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate", **object}

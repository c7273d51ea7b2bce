"""Resource quotas: what each object uses, and which quotas count it. What a quota refuses is admission's to say.

Source: pkg/quota/v1/evaluator/core. Leaves out scopeSelector (scopes that compare values), and dynamic resource claims.
"""

from collections.abc import Callable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.affinity import PREFERRED, REQUIRED, Kind, affinity
from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.api.pods import is_terminal
from vlearn.sim.kubernetes.api.qos import qos_class
from vlearn.sim.kubernetes.api.quantity import NANO, Quantity
from vlearn.sim.kubernetes.api.resources import (
    CPU,
    MEMORY,
    STORAGE,
    Amounts,
    amounts,
    is_extended,
    is_huge_pages,
    pod_limits,
    pod_requests,
)

Object = Mapping[str, Any]

ONE = Quantity(NANO)
_COMPUTE = (CPU, MEMORY, STORAGE)


def pod_usage(pod: Object, now: float) -> Amounts:
    """What a pod counts. One that has ended, or is long overdue to be gone, is an object in storage and no more."""
    usage = {"count/pods": ONE}
    if not is_charged(pod, now):
        return usage
    usage["pods"] = ONE
    for name, amount in pod_requests(pod["spec"]).items():
        if name in _COMPUTE or is_huge_pages(name):
            usage |= {name: amount, f"requests.{name}": amount}
        elif is_extended(name):
            usage[f"requests.{name}"] = amount
    usage |= {f"limits.{name}": amount for name, amount in pod_limits(pod["spec"]).items() if name in _COMPUTE}
    return usage


def is_charged(pod: Object, now: float) -> bool:
    """Whether a pod's resources count: not when it has ended, nor when its node never confirmed its deletion."""
    metadata = pod.get("metadata", {})
    deleted, grace = moment(metadata.get("deletionTimestamp")), metadata.get("deletionGracePeriodSeconds")
    overdue = deleted is not None and grace is not None and now > deleted + grace
    return not is_terminal(pod) and not overdue


def service_usage(service: Object, now: float = 0.0) -> Amounts:
    """A service, its node ports, its load balancer. Node ports count before they are allocated."""
    spec = service["spec"]
    ports = spec.get("ports") or ()
    kind = spec.get("type", "ClusterIP")
    balanced = kind == "LoadBalancer"
    node_ports = len(ports) if kind in ("NodePort", "LoadBalancer") else 0
    if balanced and spec.get("allocateLoadBalancerNodePorts") is False:
        node_ports = sum(bool(port.get("nodePort")) for port in ports)
    counts = {
        "count/services": 1,
        "services": 1,
        "services.nodeports": node_ports,
        "services.loadbalancers": int(balanced),
    }
    return {name: Quantity(count * NANO) for name, count in counts.items()}


def claim_usage(claim: Object, now: float = 0.0) -> Amounts:
    """A persistent volume claim and its storage in whole bytes, in all and for its storage class."""
    spec = claim["spec"]
    usage = {"count/persistentvolumeclaims": ONE, "persistentvolumeclaims": ONE}
    legacy = (claim.get("metadata", {}).get("annotations") or {}).get("volume.beta.kubernetes.io/storage-class")
    of_class = legacy or spec.get("storageClassName")
    prefix = f"{of_class}.storageclass.storage.k8s.io/"
    if of_class:
        usage[f"{prefix}persistentvolumeclaims"] = ONE
    storage = amounts((spec.get("resources") or {}).get("requests")).get("storage")
    if storage is not None:
        whole = Quantity(storage.value * NANO, storage.family)
        usage["requests.storage"] = whole
        if of_class:
            usage[f"{prefix}requests.storage"] = whole
    return usage


USAGE: Mapping[str, Callable[[Object, float], Amounts]] = {
    "Pod": pod_usage,
    "Service": service_usage,
    "PersistentVolumeClaim": claim_usage,
}


def _crosses_namespaces(pod: Object) -> bool:
    kinds: tuple[Kind, ...] = ("podAffinity", "podAntiAffinity")
    terms = [term for kind in kinds for term in affinity(pod["spec"], kind, REQUIRED) or ()]
    terms += [each["podAffinityTerm"] for kind in kinds for each in affinity(pod["spec"], kind, PREFERRED) or ()]
    return any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms)


_SCOPES: Mapping[str, Callable[[Object], bool]] = {
    "BestEffort": lambda pod: qos_class(pod) == "BestEffort",
    "NotBestEffort": lambda pod: qos_class(pod) != "BestEffort",
    "Terminating": lambda pod: pod["spec"].get("activeDeadlineSeconds") is not None,
    "NotTerminating": lambda pod: pod["spec"].get("activeDeadlineSeconds") is None,
    "PriorityClass": lambda pod: bool(pod["spec"].get("priorityClassName")),
    "CrossNamespacePodAffinity": _crosses_namespaces,
}


def in_scope(quota: Object, pod: Object) -> bool:
    """Whether a pod is among those that a quota counts: it is in all the quota's scopes."""
    return all(_SCOPES[scope](pod) for scope in quota["spec"].get("scopes") or ())

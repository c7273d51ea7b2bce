"""Resource quotas: what each object uses, which quotas count it, and when one refuses it.

Source: pkg/quota/v1/evaluator/core, k8s.io/apiserver/pkg/quota and plugin/pkg/admission/resourcequota. Leaves out
limitedResources, scopeSelector (scopes that compare values), and dynamic resource claims.
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
    added,
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


def refusal(quota: Object, usage: Amounts, before: Amounts | None = None) -> str:
    """Why a quota refuses an object of this usage, in the API's words; empty where it does not.

    `before` is what the object used already, in an update: what does not rise is never refused.
    """
    hard, used = amounts(quota["spec"].get("hard")), amounts((quota.get("status") or {}).get("used"))
    rise = {name: amount - (before or {}).get(name, Quantity(0)) for name, amount in usage.items() if name in hard}
    rise = {name: amount for name, amount in rise.items() if amount.nanos > 0}
    over = sorted(name for name in rise if used.get(name, Quantity(0)) + rise[name] > hard[name])
    if not over:
        return ""
    parts = (("requested", rise), ("used", used), ("limited", hard))
    lists = (f"{word}: " + ",".join(f"{name}={of.get(name, Quantity(0))}" for name in over) for word, of in parts)
    return f"exceeded quota: {quota['metadata']['name']}, " + ", ".join(lists)


def unspecified(quota: Object, usage: Amounts) -> str:
    """Why a quota refuses a pod that does not say what it needs of a resource that the quota bounds; empty if it does.

    `usage` is the pod's; a pod in a quota over requests.memory must have requests of memory.
    """
    bounded = [name for name in quota["spec"].get("hard") or {} if name.split(".", 1)[-1] in _COMPUTE]
    missing = sorted(name for name in bounded if name not in usage)
    words = "; ".join(f"must specify {name}" for name in missing)
    return f"failed quota: {quota['metadata']['name']}: {words}" if missing else ""


def total(usages: list[Amounts]) -> Amounts:
    """What several objects use together: status.used, before it is cut to the names in spec.hard."""
    sum_: Amounts = {}
    for usage in usages:
        sum_ = added(sum_, usage)
    return sum_

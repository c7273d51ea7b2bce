"""Nodes in words, with what runs on them and what that asks for."""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.quantity import Quantity
from vlearn.sim.kubernetes.api.resources import Amounts, added, amounts, pod_limits, pod_requests
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.describing.common import (
    NONE,
    UNSET,
    About,
    Lines,
    date,
    events,
    marks,
    ruled,
    since,
)

_ZERO = Quantity(0)


def node(about: About) -> Lines:
    """`kubectl describe node`."""
    metadata, spec, status = about.metadata, about.spec, about.status
    yield f"Name:\t{metadata['name']}"
    roles = [
        key.partition("/")[2] for key in metadata.get("labels") or {} if key.startswith("node-role.kubernetes.io/")
    ]
    yield f"Roles:\t{','.join(sorted(roles)) or NONE}"
    yield from marks(about)
    yield f"CreationTimestamp:\t{date(metadata.get('creationTimestamp'))}"
    shown = [_taint(each) for each in spec.get("taints") or ()]
    yield f"Taints:\t{shown[0] if shown else NONE}"
    yield from (f"\t{each}" for each in shown[1:])
    yield f"Unschedulable:\t{str(bool(spec.get('unschedulable'))).lower()}"
    yield from _lease(about)
    found = status.get("conditions") or ()
    if found:
        yield "Conditions:"
        dated = [{**each, **{name: date(each.get(name)) for name in _MOMENTS}} for each in found]
        names = ("type", "status", *_MOMENTS, "reason", "message")
        yield from ruled(
            ("Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message"),
            ([f"{each.get(name, '')}{'' if name == 'message' else ' '}" for name in names] for each in dated),
        )
    yield "Addresses:"
    yield from (f"  {each['type']}:\t{each['address']}" for each in status.get("addresses") or ())
    for title in ("Capacity", "Allocatable"):
        yield f"{title}:"
        yield from (f"  {name}:\t{amount}" for name, amount in sorted((status.get(title.lower()) or {}).items()))
    yield "System Info:"
    info = status.get("nodeInfo") or {}
    yield from (f"  {title}:\t{info.get(name, '')}" for title, name in _INFO)
    if spec.get("podCIDR"):
        yield f"PodCIDR:\t{spec['podCIDR']}"
        yield f"PodCIDRs:\t{','.join(spec.get('podCIDRs') or ())}"
    if spec.get("providerID"):
        yield f"ProviderID:\t{spec['providerID']}"
    yield from _pods(about)
    yield from events(about)


_MOMENTS = ("lastHeartbeatTime", "lastTransitionTime")
_INFO = (
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
    ("Kube-Proxy Version", "kubeProxyVersion"),
)


def _taint(taint: Mapping[str, Any]) -> str:
    value = taint.get("value")
    return f"{taint['key']}={value}:{taint['effect']}" if value else f"{taint['key']}:{taint['effect']}"


def _lease(about: About) -> Lines:
    name = about.metadata["name"]
    try:
        lease = about.client.ask("GET", f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}")
    except StatusError as refused:
        yield f"Lease:\tFailed to get lease: {refused.message}"
        return
    yield "Lease:"
    spec = lease.get("spec") or {}
    yield f"  HolderIdentity:\t{spec.get('holderIdentity') or UNSET}"
    yield f"  AcquireTime:\t{date(spec.get('acquireTime')) or UNSET}"
    yield f"  RenewTime:\t{date(spec.get('renewTime')) or UNSET}"


def _pods(about: About) -> Lines:
    name, status = about.metadata["name"], about.status
    fields = f"spec.nodeName={name},status.phase!=Failed,status.phase!=Succeeded"
    pods = about.listed("/api/v1/pods", fieldSelector=fields)
    yield f"Non-terminated Pods:\t({len(pods)} in total)"
    allocatable = amounts(status.get("allocatable") or status.get("capacity"))
    yield "  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge"
    yield "  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---"
    requests: Amounts = {}
    limits: Amounts = {}
    for pod in pods:
        own, most = pod_requests(pod["spec"]), pod_limits(pod["spec"])
        requests, limits = added(requests, own), added(limits, most)
        shares = [_share(each, allocatable, kind) for kind in ("cpu", "memory") for each in (own, most)]
        metadata = pod["metadata"]
        aged = since(about, metadata.get("creationTimestamp"))
        yield f"  {metadata['namespace']}\t{metadata['name']}\t\t" + "\t".join((*shares, aged))
    yield "Allocated resources:"
    yield "  (Total limits may be over 100 percent, i.e., overcommitted.)"
    kinds = [
        "cpu",
        "memory",
        "ephemeral-storage",
        *sorted(each for each in allocatable if each.startswith("hugepages")),
    ]
    rows = [[kind, _share(requests, allocatable, kind), _share(limits, allocatable, kind)] for kind in kinds]
    yield from ruled(("Resource", "Requests", "Limits"), rows)


def _share(own: Amounts, whole: Amounts, kind: str) -> str:
    amount, all_of_it = own.get(kind, _ZERO), whole.get(kind, _ZERO)
    percent = int(amount.nanos * 100 / all_of_it.nanos) if all_of_it.nanos else 0
    return f"{amount} ({percent}%)"

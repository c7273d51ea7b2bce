"""Services, nodes, namespaces, quotas, configuration, autoscalers and disruption budgets in words."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.quantity import Quantity
from vlearn.sim.kubernetes.api.resources import Amounts, added, amounts, pod_limits, pod_requests
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.kubectl.describing.common import (
    NONE,
    UNSET,
    About,
    Lines,
    conditions,
    date,
    events,
    head,
    marks,
    ruled,
    selector,
    since,
)

_ZERO = Quantity(0)


def service(about: About) -> Lines:
    """`kubectl describe service`."""
    spec, metadata = about.spec, about.metadata
    yield from head(about)
    yield from marks(about)
    yield from _inline_pairs("Selector", spec.get("selector"))
    yield f"Type:\t{spec.get('type', '')}"
    if spec.get("ipFamilyPolicy"):
        yield f"IP Family Policy:\t{spec['ipFamilyPolicy']}"
    if spec.get("ipFamilies"):
        yield f"IP Families:\t{','.join(spec['ipFamilies'])}"
    else:
        yield f"IP Families:\t{NONE}"
    yield f"IP:\t{spec.get('clusterIP', '')}"
    yield f"IPs:\t{','.join(spec.get('clusterIPs') or ()) or NONE}"
    if spec.get("externalIPs"):
        yield f"External IPs:\t{','.join(spec['externalIPs'])}"
    if spec.get("externalName"):
        yield f"External Name:\t{spec['externalName']}"
    path = f"/apis/discovery.k8s.io/v1/namespaces/{metadata['namespace']}/endpointslices"
    slices = about.listed(path, labelSelector=f"kubernetes.io/service-name={metadata['name']}")
    for port in spec.get("ports") or ():
        protocol = port.get("protocol", "TCP")
        yield f"Port:\t{port.get('name') or UNSET}\t{port['port']}/{protocol}"
        yield f"TargetPort:\t{port.get('targetPort', '')}/{protocol}"
        if port.get("nodePort"):
            yield f"NodePort:\t{port.get('name') or UNSET}\t{port['nodePort']}/{protocol}"
        yield f"Endpoints:\t{_endpoints(slices, port.get('name') or '')}"
    yield f"Session Affinity:\t{spec.get('sessionAffinity', '')}"
    if spec.get("externalTrafficPolicy"):
        yield f"External Traffic Policy:\t{spec['externalTrafficPolicy']}"
    if spec.get("internalTrafficPolicy"):
        yield f"Internal Traffic Policy:\t{spec['internalTrafficPolicy']}"
    yield from events(about)


def _inline_pairs(title: str, found: Mapping[str, str] | None) -> Lines:
    yield f"{title}:\t{','.join(f'{key}={value}' for key, value in sorted((found or {}).items())) or NONE}"


def _endpoints(slices: Sequence[Mapping[str, Any]], name: str) -> str:
    found = [
        f"{address}:{port['port']}"
        for each in slices
        for port in each.get("ports") or ()
        if (port.get("name") or "") == name and port.get("port") is not None
        for endpoint in each.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready") is not False
        for address in endpoint.get("addresses") or ()
    ]
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return ",".join(found[:3]) + more


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


def namespace(about: About) -> Lines:
    """`kubectl describe namespace`."""
    yield f"Name:\t{about.metadata['name']}"
    yield from marks(about)
    yield f"Status:\t{about.status.get('phase', '')}"
    yield from conditions(about.status.get("conditions") or (), "type", "status", "reason")
    quotas = about.listed(f"/api/v1/namespaces/{about.metadata['name']}/resourcequotas")
    if not quotas:
        yield from ("", "No resource quota.")
    else:
        yield from ("", "Resource Quotas")
        for each in quotas:
            yield f"  Name:\t{each['metadata']['name']}"
            yield "  Resource\tUsed\tHard"
            yield "  --------\t---\t---"
            yield from (f"  {line}" for line in _used(each.get("status") or {}))
    limits = about.listed(f"/api/v1/namespaces/{about.metadata['name']}/limitranges")
    if not limits:
        yield from ("", "No LimitRange resource.")
    else:
        yield from ("", "Resource Limits", *_LIMITS_HEAD)
        yield from (line for each in limits for line in _limits(each.get("spec") or {}))


_LIMITS_HEAD = (
    " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
    " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
)


def _limits(spec: Mapping[str, Any]) -> Lines:
    columns = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")
    for limit in spec.get("limits") or ():
        names = sorted({name for column in columns for name in limit.get(column) or {}})
        for name in names:
            cells = ((limit.get(column) or {}).get(name, "-") for column in columns)
            yield f" {limit['type']}\t{name}\t" + "\t".join(map(str, cells))


def limit_range(about: About) -> Lines:
    """`kubectl describe limitrange`."""
    yield from head(about)
    yield "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio"
    yield "----\t--------\t---\t---\t---------------\t-------------\t-----------------------"
    yield from (line[1:] for line in _limits(about.spec))


def quota(about: About) -> Lines:
    """`kubectl describe quota`."""
    yield from head(about)
    if about.spec.get("scopes"):
        yield f"Scopes:\t{', '.join(sorted(about.spec['scopes']))}"
    yield "Resource\tUsed\tHard"
    yield "--------\t----\t----"
    yield from _used(about.status)


def _used(status: Mapping[str, Any]) -> Lines:
    used = status.get("used") or {}
    yield from (f"{name}\t{used.get(name, 0)}\t{hard}" for name, hard in sorted((status.get("hard") or {}).items()))


def config_map(about: About) -> Lines:
    """`kubectl describe configmap`."""
    yield from head(about)
    yield from marks(about)
    yield from ("", "Data", "====")
    for name, text in sorted((about.object.get("data") or {}).items()):
        yield from (f"{name}:", "----", *text.split("\n"), "")
    yield from ("", "BinaryData", "====")
    for name, written in sorted((about.object.get("binaryData") or {}).items()):
        yield f"{name}: {len(base64.b64decode(written))} bytes"
    yield ""
    yield from events(about)


def secret(about: About) -> Lines:
    """`kubectl describe secret`."""
    yield from head(about)
    yield from marks(about)
    yield from ("", f"Type:\t{about.object.get('type', '')}", "", "Data", "====")
    for name, written in sorted((about.object.get("data") or {}).items()):
        yield f"{name}:\t{len(base64.b64decode(written))} bytes"


def autoscaler(about: About) -> Lines:
    """`kubectl describe hpa`."""
    spec, status = about.spec, about.status
    yield from head(about)
    yield from marks(about)
    yield f"CreationTimestamp:\t{date(about.metadata.get('creationTimestamp'))}"
    target = spec["scaleTargetRef"]
    yield f"Reference:\t{target['kind']}/{target['name']}"
    yield "Metrics:\t( current / target )"
    current = [each for each in status.get("currentMetrics") or () if each.get("type") == "Resource"]
    for metric in spec.get("metrics") or ():
        yield from _metric(metric, current)
    yield f"Min replicas:\t{spec.get('minReplicas', UNSET)}"
    yield f"Max replicas:\t{spec['maxReplicas']}"
    kind = target["kind"]
    yield f"{kind} pods:\t{status.get('currentReplicas', 0)} current / {status.get('desiredReplicas', 0)} desired"
    found = status.get("conditions") or ()
    if found:
        yield "Conditions:"
        names = ("type", "status", "reason", "message")
        yield from ruled([name.title() for name in names], ([each.get(name, "") for name in names] for each in found))
    yield from events(about)


def _metric(metric: Mapping[str, Any], current: Sequence[Mapping[str, Any]]) -> Lines:
    source = metric.get("resource") or {}
    target = source.get("target") or {}
    name = source.get("name", "")
    now: Mapping[str, Any] = next(
        (each["resource"]["current"] for each in current if each["resource"]["name"] == name), {}
    )
    if target.get("averageUtilization") is not None:
        used = now.get("averageUtilization")
        shown = "<unknown>" if used is None else f"{used}% ({now.get('averageValue', '0')})"
        yield f"  resource {name} on pods  (as a percentage of request):\t{shown} / {target['averageUtilization']}%"
    else:
        yield f"  resource {name} on pods:\t{now.get('averageValue', '<unknown>')} / {target.get('averageValue', '')}"


def budget(about: About) -> Lines:
    """`kubectl describe pdb`."""
    spec, status = about.spec, about.status
    yield from head(about)
    if spec.get("minAvailable") is not None:
        yield f"Min available:\t{spec['minAvailable']}"
    elif spec.get("maxUnavailable") is not None:
        yield f"Max unavailable:\t{spec['maxUnavailable']}"
    yield f"Selector:\t{selector(spec.get('selector'))}"
    yield "Status:"
    for title, name in (
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ):
        yield f"    {title}:\t{status.get(name, 0)}"
    yield from events(about)

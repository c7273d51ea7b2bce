"""What kube-proxy on a node makes of services and endpoint slices: rules of iptables.

A connection to a virtual address comes from KUBE-SERVICES to the chain of the service, KUBE-SVC-, and from there to
that of an endpoint, KUBE-SEP-: the first of n with probability 1/n, else the next with 1/(n-1), and so on: each is
as likely. Headless services have no virtual address and no rules. Source: pkg/proxy/iptables/proxier.go. Leaves out
source ranges and health checks of load balancers, and services of IPv6.
"""

from base64 import b32encode
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

from vlearn.sim.kubernetes.controllers.endpoints import HEADLESS
from vlearn.sim.kubernetes.controllers.endpointslice import SERVICE_NAME
from vlearn.sim.kubernetes.network.backends import (
    Backend,
    Backends,
    Service,
    Slice,
    backends_of,
    external_addresses,
    is_external,
    is_local,
    reachable,
)
from vlearn.sim.kubernetes.network.rules import MARK, Rule, Rules, Table, in_chains

POD_NETWORK = "10.244.0.0/16"
_LAST = "kubernetes service nodeports; NOTE: this must be the last rule in this chain"


def proxy_rules(
    services: Iterable[Service],
    slices: Iterable[Slice],
    node: str,
    addresses: Collection[str] = (),
    pods: str = POD_NETWORK,
) -> Rules:
    """The rules on a node. `addresses` are the node's own, where node ports answer; `pods` is the pods' network."""
    by_service: dict[tuple[str, str], list[Slice]] = {}
    for each in slices:
        metadata = each["metadata"]
        name = (metadata.get("labels") or {}).get(SERVICE_NAME, "")
        by_service.setdefault((metadata.get("namespace", ""), name), []).append(each)
    rules: list[Rule] = []
    for service in services:
        if service["spec"].get("clusterIP") in (None, "", HEADLESS) or service["spec"].get("type") == "ExternalName":
            continue
        metadata = service["metadata"]
        mine = by_service.get((metadata.get("namespace", ""), metadata["name"]), [])
        for port in service["spec"].get("ports") or ():
            found = reachable(service, port, backends_of(mine, port, node))
            rules += _Port(service, port, found, pods).rules()
    rules.append(Rule("nat", "KUBE-SERVICES", "KUBE-NODEPORTS", _LAST, local="dst"))
    return in_chains(rules, addresses)


def chain_name(kind: str, port_name: str, protocol: str, endpoint: str = "") -> str:
    """The name of a chain: KUBE-SVC- and its like, and 16 letters of a digest of whose it is."""
    digest = sha256(f"{port_name}{protocol}{endpoint}".encode()).digest()
    return f"KUBE-{kind}-{b32encode(digest).decode()[:16]}"


def port_name(service: Service, port: Mapping[str, Any]) -> str:
    """A port as comments name it: namespace/service, and the port's name if it has one."""
    metadata = service["metadata"]
    suffix = f":{port['name']}" if port.get("name") else ""
    return f"{metadata.get('namespace', '')}/{metadata['name']}{suffix}"


class _Port:
    """The rules of one port of one service."""

    def __init__(self, service: Service, port: Mapping[str, Any], backends: Backends, pods: str) -> None:
        self.service, self.port, self.backends, self.pods = service, port, backends, pods
        self.name, self.protocol = port_name(service, port), port.get("protocol", "TCP").lower()
        self.svc, self.svl, self.ext = (chain_name(kind, self.name, self.protocol) for kind in ("SVC", "SVL", "EXT"))
        self.external = is_external(service, port)
        self.stays_inside = is_local(service, "internalTrafficPolicy")
        self.stays_outside = is_local(service, "externalTrafficPolicy")

    def rules(self) -> Iterator[Rule]:
        yield from self._entries()
        if self.backends.any and self.external:
            yield from self._outside()
        for chain, some in ((self.svc, self.backends.everywhere), (self.svl, self.backends.local)):
            if some and (chain == self.svc or self.stays_inside or self.stays_outside):
                yield from self._service(chain, some)
        for backend in sorted({*self.backends.everywhere, *self.backends.local}):
            yield from self._endpoint(backend)

    def _entries(self) -> Iterator[Rule]:
        """From each address that clients know to the service's chain, or what becomes of them without endpoints."""
        ip, number = self.service["spec"]["clusterIP"], self.port["port"]
        inside = self.backends.local if self.stays_inside else self.backends.everywhere
        target = self.svl if self.stays_inside else self.svc
        if inside:
            yield self._to("nat", "KUBE-SERVICES", target, "{} cluster IP", destination=ip, port=number)
        else:
            yield self._to("filter", "KUBE-SERVICES", self._refusal, self._why, destination=ip, port=number)
        outside = self.backends.local if self.stays_outside else self.backends.everywhere
        refused = partial(self._to, "filter", "KUBE-EXTERNAL-SERVICES", self._refusal, self._why)
        for address, kind in external_addresses(self.service):
            if self.backends.any:
                comment = f"{{}} {kind}"
                yield self._to("nat", "KUBE-SERVICES", self.ext, comment, destination=address, port=number)
            if not outside:
                yield refused(destination=address, port=number)
        if node_port := self.port.get("nodePort"):
            if self.backends.any:
                yield self._to("nat", "KUBE-NODEPORTS", self.ext, "{}", port=node_port)
            if not outside:
                yield refused(local="dst", port=node_port)

    def _outside(self) -> Iterator[Rule]:
        """What comes from outside: its source is replaced if it may be sent on to another node.

        Where it has to stay on the node, pods and the node itself are sent anywhere all the same.
        """
        what = "{} external destinations"
        if not self.stays_outside:
            yield self._to("nat", self.ext, MARK, f"masquerade traffic for {what}", protocol="")
        elif self.backends.everywhere:
            yield self._to("nat", self.ext, self.svc, f"pod traffic for {what}", protocol="", source=self.pods)
            yield self._to("nat", self.ext, MARK, f"masquerade LOCAL traffic for {what}", protocol="", local="src")
            yield self._to("nat", self.ext, self.svc, f"route LOCAL traffic for {what}", protocol="", local="src")
        if self.backends.local if self.stays_outside else self.backends.everywhere:
            yield Rule("nat", self.ext, self.svl if self.stays_outside else self.svc)

    def _service(self, chain: str, backends: Sequence[Backend]) -> Iterator[Rule]:
        if chain == (self.svl if self.stays_inside else self.svc):
            ip, number = self.service["spec"]["clusterIP"], self.port["port"]
            yield self._to("nat", chain, MARK, "{} cluster IP", destination=ip, port=number, source=f"! {self.pods}")
        jumps = [(self._chain_of(each), f"{{}} -> {each.address}") for each in backends]
        if self.service["spec"].get("sessionAffinity") == "ClientIP":
            config = (self.service["spec"].get("sessionAffinityConfig") or {}).get("clientIP") or {}
            seconds = config.get("timeoutSeconds", 10800)
            yield from (self._to("nat", chain, *jump, protocol="", recent=seconds) for jump in jumps)
        for left, jump in zip(range(len(jumps), 0, -1), jumps, strict=True):
            yield self._to("nat", chain, *jump, protocol="", probability=1 / left if left > 1 else None)

    def _endpoint(self, backend: Backend) -> Iterator[Rule]:
        chain, sticky = self._chain_of(backend), self.service["spec"].get("sessionAffinity") == "ClientIP"
        yield self._to("nat", chain, MARK, "{}", protocol="", source=backend.ip)
        yield self._to("nat", chain, "DNAT", "{}", to=backend.address, remembered=sticky)

    def _chain_of(self, backend: Backend) -> str:
        return chain_name("SEP", self.name, self.protocol, backend.address)

    @property
    def _refusal(self) -> str:
        return "DROP" if self.backends.any else "REJECT"

    @property
    def _why(self) -> str:
        return "{} has no local endpoints" if self.backends.any else "{} has no endpoints"

    def _to(self, table: Table, chain: str, target: str, comment: str, **asked: Any) -> Rule:
        return Rule(table, chain, target, comment.format(self.name), **{"protocol": self.protocol, **asked})

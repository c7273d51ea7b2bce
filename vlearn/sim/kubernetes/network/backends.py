"""Which endpoints a port of a service may send to, from a node: all that are ready, or only those on the node.

Where none is ready, pods that are going but still serve stand in. Source: pkg/proxy/topology.go. Leaves out zones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Service = Mapping[str, Any]
Slice = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Backend:
    """An endpoint at one port, as ip:port; whether it is on the node, and whether it is ready or stands in."""

    address: str
    local: bool = False
    ready: bool = True
    stands_in: bool = False

    @property
    def ip(self) -> str:
        """The address without the port."""
        return self.address.rpartition(":")[0].strip("[]")


@dataclass(frozen=True, slots=True)
class Backends:
    """Those for traffic that may go anywhere, those for traffic that must stay on the node, and if there are any."""

    everywhere: tuple[Backend, ...]
    local: tuple[Backend, ...]
    any: bool


def is_local(service: Service, policy: str) -> bool:
    """Whether internalTrafficPolicy or externalTrafficPolicy keeps traffic on the node."""
    return bool(service["spec"].get(policy) == "Local")


def is_external(service: Service, port: Mapping[str, Any]) -> bool:
    """Whether this port can be reached from outside the cluster."""
    return bool(port.get("nodePort") or external_addresses(service))


def external_addresses(service: Service) -> list[tuple[str, str]]:
    """The addresses that lead to it from outside, each with what upstream calls it."""
    balancer = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    balanced = [(each["ip"], "loadbalancer IP") for each in balancer if each.get("ip")]
    return [*((ip, "external IP") for ip in service["spec"].get("externalIPs") or ()), *balanced]


def backends_of(slices: Iterable[Slice], port: Mapping[str, Any], node: str) -> list[Backend]:
    """The endpoints of a service's port, by address. What a condition does not say is for the best."""
    found = set()
    for each in slices:
        number = next((one["port"] for one in each.get("ports") or () if _same_port(one, port)), None)
        if number is None:
            continue
        for endpoint in each.get("endpoints") or ():
            said = endpoint.get("conditions") or {}
            ready, going = said.get("ready", True), said.get("terminating", False)
            ip = endpoint["addresses"][0]
            place = f"[{ip}]:{number}" if ":" in ip else f"{ip}:{number}"
            found.add(Backend(place, endpoint.get("nodeName") == node, ready, going and said.get("serving", ready)))
    return sorted(found)


def reachable(service: Service, port: Mapping[str, Any], backends: Sequence[Backend]) -> Backends:
    """What the traffic policies of a service leave of its endpoints."""
    outside = is_external(service, port)
    within, without = is_local(service, "internalTrafficPolicy"), is_local(service, "externalTrafficPolicy")
    local = within or (without and outside)
    everywhere = _usable(backends) if not within or outside else ()
    usable = [each for each in backends if each.ready or each.stands_in]
    here = _usable([each for each in backends if each.local]) if local else ()
    return Backends(everywhere, here, bool(everywhere or (local and usable)))


def _usable(backends: Sequence[Backend]) -> tuple[Backend, ...]:
    ready = tuple(each for each in backends if each.ready)
    return ready or tuple(each for each in backends if each.stands_in)


def _same_port(one: Mapping[str, Any], port: Mapping[str, Any]) -> bool:
    return (one.get("name") or "") == (port.get("name") or "") and one.get("protocol", "TCP") == port.get(
        "protocol", "TCP"
    )

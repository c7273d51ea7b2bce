"""Addresses and node ports of services: given where they are free, else the next free one in a shuffled order.

Source: pkg/registry/core/service. One family of addresses, IPv4; leaves out health check ports.
"""

from collections.abc import Mapping
from hashlib import blake2b
from ipaddress import IPv4Network, ip_address
from typing import Any

from vlearn.sim.kubernetes.api.field_errors import Errors, invalid_value
from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.api.status import internal, invalid
from vlearn.sim.kubernetes.store import Object, Store, collection

ADDRESSES = IPv4Network("10.96.0.0/16")
NODE_PORTS = range(30000, 32768)

_SERVICE = BY_KIND["v1", "Service"]


def allocated(store: Store, service: Object, old: Object | None = None) -> Object:
    """The service with its address and node ports. Raises StatusError where one is taken or outside its range."""
    spec = dict(service["spec"])
    others = [each["spec"] for key, each in collection(store.objects, "services") if not _same(each, service)]
    errors: Errors = []
    if spec["type"] == "ExternalName":
        for name in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            spec.pop(name, None)
    else:
        address = spec.get("clusterIP") or ((old or {}).get("spec") or {}).get("clusterIP") or ""
        errors += _address_errors(address, others)
        address = address or _free_address(store, others)
        spec |= {"clusterIP": address, "clusterIPs": [address], "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"}
    if spec["type"] in ("NodePort", "LoadBalancer"):
        taken = {port.get("nodePort") for each in others for port in each.get("ports") or ()}
        ports = []
        for n, port in enumerate(spec.get("ports") or ()):
            number = port.get("nodePort") or _old_port(old, port) or _free_port(store, taken, n)
            errors += _port_errors(number, taken, f"spec.ports[{n}].nodePort") if port.get("nodePort") else []
            taken.add(number)
            ports.append({**port, "nodePort": number})
        spec["ports"] = ports
    if errors:
        raise invalid(_SERVICE, service["metadata"]["name"], errors)
    return {**service, "spec": spec}


def _same(one: Object, other: Object) -> bool:
    return all(one["metadata"].get(name) == other["metadata"].get(name) for name in ("namespace", "name"))


def _address_errors(address: str, others: list[Mapping[str, Any]]) -> Errors:
    if not address or address == "None":
        return []
    told = f"failed to allocate IP {address}: "
    if ip_address(address) not in ADDRESSES:
        words = f"the provided IP ({address}) is not in the valid range. The range of valid IPs is {ADDRESSES}"
        return [invalid_value("spec.clusterIPs", [address], told + words)]
    if any(each.get("clusterIP") == address for each in others):
        return [invalid_value("spec.clusterIPs", [address], f"{told}provided IP is already allocated")]
    return []


def _port_errors(number: int, taken: set[Any], field: str) -> Errors:
    if number not in NODE_PORTS:
        valid = f"{NODE_PORTS.start}-{NODE_PORTS.stop - 1}"
        words = f"provided port is not in the valid range. The range of valid ports is {valid}"
        return [invalid_value(field, number, words)]
    return [invalid_value(field, number, "provided port is already allocated")] if number in taken else []


def _old_port(old: Object | None, port: Mapping[str, Any]) -> int:
    """The node port that this port of the service had before."""
    ports = ((old or {}).get("spec") or {}).get("ports") or ()
    same = [each for each in ports if (each["port"], each["protocol"]) == (port["port"], port["protocol"])]
    return int(same[0].get("nodePort") or 0) if same else 0


def _free_address(store: Store, others: list[Mapping[str, Any]]) -> str:
    taken = {each.get("clusterIP") for each in others}
    # The first 256 stay free for those who ask for a fixed address; the very first is the API's own.
    first, size = 256, ADDRESSES.num_addresses - 257
    start = _drawn(store, 0) % size
    for step in range(size):
        address = str(ADDRESSES[first + (start + step) % size])
        if address not in taken:
            return address
    raise internal("failed to allocate a serviceIP: range is full")


def _free_port(store: Store, taken: set[Any], n: int) -> int:
    start = _drawn(store, n + 1) % len(NODE_PORTS)
    for step in range(len(NODE_PORTS)):
        number = NODE_PORTS[(start + step) % len(NODE_PORTS)]
        if number not in taken:
            return number
    raise internal("failed to allocate a nodePort: range is full")


def _drawn(store: Store, n: int) -> int:
    return int.from_bytes(blake2b(f"{store.seed}/{store.revision}/{n}".encode(), digest_size=8).digest())

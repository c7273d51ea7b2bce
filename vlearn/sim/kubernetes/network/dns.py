"""The names of a cluster: what its DNS answers to a full name, from services and endpoint slices.

Source: the specification kubernetes/dns, and CoreDNS' plugin kubernetes with kubeadm's settings. A name outside the
cluster is looked up in a mapping that the caller gives. Leaves out reverse lookups and transfers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.controllers.endpoints import HEADLESS
from vlearn.sim.kubernetes.controllers.endpointslice import SERVICE_NAME
from vlearn.sim.kubernetes.store import Key, Object, Store, collection

Code = Literal["NOERROR", "NXDOMAIN"]
Elsewhere = Mapping[str, Sequence[str]]

ZONE = "cluster.local"
TTL = 30
TYPES = ("A", "AAAA", "CNAME", "SRV")
MOST_ALIASES = 8
_SLICES = BY_KIND["discovery.k8s.io/v1", "EndpointSlice"].qualified


@dataclass(frozen=True, slots=True)
class Record:
    """One resource record; `data` as a zone file has it, `ttl` in seconds."""

    name: str
    type: str
    data: str
    ttl: int = TTL


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. NOERROR without records: the name is there, but nothing of the type that was asked for."""

    code: Code
    records: tuple[Record, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses in it."""
        return tuple(each.data for each in self.records if each.type in ("A", "AAAA"))


@dataclass(frozen=True, slots=True)
class _Target:
    """What a name stands for: a host with its own name, at a port."""

    name: str
    ip: str
    port: int


_UNKNOWN = Answer("NXDOMAIN")
_EMPTY = Answer("NOERROR")
_NO_OTHERS: Elsewhere = {}


def query(store: Store, name: str, type: str = "A", elsewhere: Elsewhere = _NO_OTHERS, aliases: int = 0) -> Answer:
    """What the cluster's DNS answers to one full name. Raises ModelError for a type of record that it has none of."""
    if type not in TYPES:
        raise ModelError(f"the cluster's DNS has no records of type {type!r} here; it has {', '.join(TYPES)}")
    name = name.rstrip(".").lower()
    if name != ZONE and not name.endswith(f".{ZONE}"):
        return _foreign(name, type, elsewhere)
    labels = name[: -len(ZONE)].rstrip(".").split(".") if name != ZONE else []
    if labels and labels[-1] not in ("svc", "pod"):
        return _UNKNOWN
    if len(labels) < 2:
        return _EMPTY
    *below, namespace, kind = labels
    if store.get(Key("namespaces", "", namespace)) is None:
        return _UNKNOWN
    if not below:
        return _EMPTY
    if kind == "pod":
        return _pod(name, below, type)
    service = store.get(Key("services", namespace, below[-1]))
    if service is None or len(below) > 3:
        return _UNKNOWN
    if service["spec"].get("type") == "ExternalName":
        return _alias(store, name, service, type, elsewhere, aliases) if len(below) == 1 else _UNKNOWN
    targets = _targets(store, service, below[:-1])
    return _answer(name, targets, type) if targets else _UNKNOWN


def _targets(store: Store, service: Object, below: Sequence[str]) -> list[_Target]:
    """What stands behind a service; `below` is nothing, the name of one endpoint, or a port and a protocol."""
    metadata, spec = service["metadata"], service["spec"]
    own = f"{metadata['name']}.{metadata['namespace']}.svc.{ZONE}"
    endpoint = below[0] if len(below) == 1 else ""
    port = tuple(each.removeprefix("_") for each in below) if len(below) == 2 else None
    if spec.get("clusterIP") != HEADLESS and not endpoint:
        return [_Target(own, spec["clusterIP"], each["port"]) for each in spec.get("ports") or () if _is(each, port)]
    return [
        _Target(f"{host}.{own}", ip, each.get("port", 0))
        for host, ip, ports in _hosts(store, metadata)
        if endpoint in ("", host)
        for each in ports or ({},)
        if _is(each, port)
    ]


def _hosts(store: Store, service: Mapping[str, Any]) -> Iterable[tuple[str, str, Sequence[Mapping[str, Any]]]]:
    """The ready endpoints of a service: its own name or its address with dashes, its address, and its ports."""
    for _, slice in collection(store.objects, _SLICES, service["namespace"]):
        if (slice["metadata"].get("labels") or {}).get(SERVICE_NAME) != service["name"]:
            continue
        for endpoint in slice.get("endpoints") or ():
            if (endpoint.get("conditions") or {}).get("ready", True):
                for ip in endpoint["addresses"]:
                    host = endpoint.get("hostname") or ip.replace(".", "-").replace(":", "-")
                    yield host, ip, slice.get("ports") or ()


def _answer(name: str, targets: Sequence[_Target], type: str) -> Answer:
    if type == "SRV":
        weight = 100 // len(targets)
        found = [Record(name, "SRV", f"0 {weight} {each.port} {each.name}.") for each in targets]
        return Answer("NOERROR", tuple(dict.fromkeys(found)))
    return _hosted(name, (each.ip for each in targets), type)


def _hosted(name: str, addresses: Iterable[str], type: str) -> Answer:
    found = [Record(name, "AAAA" if ":" in each else "A", each) for each in dict.fromkeys(addresses)]
    return Answer("NOERROR", tuple(each for each in found if each.type == type))


def _alias(store: Store, name: str, service: Object, type: str, elsewhere: Elsewhere, aliases: int) -> Answer:
    target = str(service["spec"]["externalName"]).rstrip(".")
    record = Record(name, "CNAME", f"{target}.")
    if type == "CNAME" or aliases >= MOST_ALIASES:
        return Answer("NOERROR", (record,))
    return Answer("NOERROR", (record, *query(store, target, type, elsewhere, aliases + 1).records))


def _pod(name: str, below: Sequence[str], type: str) -> Answer:
    """A pod by its address with dashes. Whether there is such a pod, kubeadm's setting does not ask."""
    text = below[-1]
    written = text.replace("-", "." if text.count("-") == 3 and "--" not in text else ":")
    try:
        ip_address(written)
    except ValueError:
        return _UNKNOWN
    return _hosted(name, (written,), type) if len(below) == 1 else _UNKNOWN


def _foreign(name: str, type: str, elsewhere: Elsewhere) -> Answer:
    return _hosted(name, elsewhere[name], type) if name in elsewhere else _UNKNOWN


def _is(port: Mapping[str, Any], asked: Sequence[str] | None) -> bool:
    """Whether this is the port and protocol that were asked for."""
    return asked is None or [port.get("name") or "", port.get("protocol", "TCP").lower()] == list(asked)

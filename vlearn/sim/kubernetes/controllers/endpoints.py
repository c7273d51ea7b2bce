"""Endpoints of a service: which pods stand behind it, at which addresses and ports, ready or not.

Source: pkg/controller/endpoint and k8s.io/endpointslice/util. Leaves out the cut at 1000 addresses.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.pods import Pod, is_ready, is_terminal, is_terminating, phase, restartable
from vlearn.sim.kubernetes.api.refusal import Refused

Service = Mapping[str, Any]
Ports = tuple[tuple[tuple[str, Any], ...], ...]

HEADLESS = "None"


def selects(service: Service, pod: Pod) -> bool:
    """Whether the service's selector matches the pod's labels. Without a selector nothing is selected."""
    selector = service["spec"].get("selector")
    labels = pod["metadata"].get("labels") or {}
    return bool(selector) and selector.items() <= labels.items()


def belongs_in_endpoints(pod: Pod, including_terminating: bool = False) -> bool:
    """Whether a selected pod is listed at all: it has an address, and has not ended nor, by default, been told to."""
    status = pod.get("status") or {}
    addressed = bool(status.get("podIP") or status.get("podIPs"))
    return addressed and not is_terminal(pod) and (including_terminating or not is_terminating(pod))


def belonged_in_1_20(pod: Pod) -> bool:
    """1.20's rule for a pod with an address that is not being deleted: what counted was whether it would restart."""
    ended_for_good = {"Never": ("Failed", "Succeeded"), "OnFailure": ("Succeeded",)}
    return phase(pod) not in ended_for_good.get(pod["spec"].get("restartPolicy", "Always"), ())


def address(service: Service, pod: Pod, dual_stack: bool = True) -> str:
    """The pod's address of the service's first family. Raises Refused where the pod has none of that family.

    Without dual stack, as until 1.23, a pod has one address.
    """
    status = pod["status"]
    if not dual_stack:
        return str(status["podIP"])
    family = _family(service, status)
    addresses: list[str] = [each["ip"] for each in status.get("podIPs") or ()]
    found = next((ip for ip in addresses if _family_of(ip) == family), None)
    if found is None:
        service_name, name = service.get("metadata", {}).get("name", ""), pod["metadata"].get("name", "")
        raise Refused(f"failed to find a matching endpoint for service {service_name}: pod {name} has no {family}")
    return found


def _family(service: Service, status: Mapping[str, Any]) -> str:
    families = service["spec"].get("ipFamilies")
    if families:
        return str(families[0])
    cluster_ip = service["spec"].get("clusterIP") or HEADLESS
    return _family_of(status.get("podIP", "") if cluster_ip == HEADLESS else cluster_ip)


def _family_of(ip: str) -> str:
    return "IPv6" if ":" in ip else "IPv4"


def find_port(pod: Pod, service_port: Mapping[str, Any]) -> int:
    """The pod's port that a service's port leads to: targetPort itself, or the container port of that name.

    Raises Refused where no container names such a port of the same protocol.
    """
    target = service_port.get("targetPort", service_port.get("port", 0))
    if isinstance(target, int):
        return target
    protocol = service_port.get("protocol", "TCP")
    sidecars = [each for each in pod["spec"].get("initContainers") or () if restartable(each)]
    for container in (*(pod["spec"].get("containers") or ()), *sidecars):
        for port in container.get("ports") or ():
            if port.get("name") == target and port.get("protocol", "TCP") == protocol:
                return int(port["containerPort"])
    raise Refused(f"no suitable port for manifest: {pod['metadata'].get('uid', '')}")


def endpoint_port(service_port: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The port of an Endpoints object for a service's port, at the number that a pod has for it."""
    port = {"name": service_port.get("name"), "port": number, "protocol": service_port.get("protocol", "TCP")}
    port["appProtocol"] = service_port.get("appProtocol")
    return {name: value for name, value in port.items() if value is not None and value != ""}


def hostname_of(service: Service, pod: Pod) -> str:
    """The name of its own that a pod has below the service: its hostname, if its subdomain is the service's name."""
    named = pod["spec"].get("subdomain") == service["metadata"].get("name")
    return str(pod["spec"].get("hostname") or "") if named else ""


def target_reference(pod: Pod) -> dict[str, Any]:
    """The reference by which an endpoint names its pod."""
    metadata = pod["metadata"]
    target = {"kind": "Pod", **{name: metadata.get(name) for name in ("name", "namespace", "uid")}}
    return {name: value for name, value in target.items() if value}


def subsets(service: Service, pods: Sequence[Pod]) -> tuple[dict[str, Any], ...]:
    """The subsets of the service's Endpoints, given the namespace's pods: addresses that share their ports, sorted.

    A pod without a port that the service names is left out of that port.
    """
    groups: dict[Ports, dict[str, list[dict[str, Any]]]] = {}
    for pod in pods:
        if not selects(service, pod) or not belongs_in_endpoints(pod, _publishes_all(service)):
            continue
        ports = _ports(service, pod)
        if not ports and service["spec"].get("clusterIP") != HEADLESS:
            continue
        try:
            entry = _entry(service, pod)
        except Refused:
            continue
        kind = "addresses" if _counts_as_ready(service, pod) else "notReadyAddresses"
        groups.setdefault(ports, {}).setdefault(kind, []).append(entry)
    return tuple(_subset(ports, group) for ports, group in sorted(groups.items(), key=lambda each: repr(each[0])))


def _subset(ports: Ports, group: Mapping[str, Any]) -> dict[str, Any]:
    lists = {name: sorted(group[name], key=lambda entry: entry["ip"]) for name in sorted(group)}
    return {**lists, **({"ports": [dict(port) for port in ports]} if ports else {})}


def _publishes_all(service: Service) -> bool:
    """Whether it takes pods that are not ready for ready ones, and those that are being deleted as well."""
    return bool(service["spec"].get("publishNotReadyAddresses"))


def _counts_as_ready(service: Service, pod: Pod) -> bool:
    return _publishes_all(service) or is_ready(pod)


def _entry(service: Service, pod: Pod) -> dict[str, Any]:
    entry: dict[str, Any] = {"ip": address(service, pod)}
    if hostname := hostname_of(service, pod):
        entry["hostname"] = hostname
    if pod["spec"].get("nodeName"):
        entry["nodeName"] = pod["spec"]["nodeName"]
    return {**entry, "targetRef": target_reference(pod)}


def _ports(service: Service, pod: Pod) -> Ports:
    found = []
    for port in service["spec"].get("ports") or ():
        try:
            found.append(tuple(endpoint_port(port, find_port(pod, port)).items()))
        except Refused:
            continue
    return tuple(sorted(found))

"""An endpoint slice: a group of a service's pods that share their ports, each with what may be sent to it.

Of a pod that is going it is still said whether it would serve. Source: k8s.io/endpointslice, utils.go. One family of
addresses; leaves out hints for zones.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.pods import Pod, is_ready, is_terminating
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.controllers.endpoints import (
    HEADLESS,
    Service,
    address,
    endpoint_port,
    find_port,
    hostname_of,
    target_reference,
)
from vlearn.sim.kubernetes.controllers.owners import controller_reference

Slice = Mapping[str, Any]
Endpoint = Mapping[str, Any]

SERVICE_NAME, MANAGED_BY = "kubernetes.io/service-name", "endpointslice.kubernetes.io/managed-by"
HEADLESS_LABEL = "service.kubernetes.io/headless"
MANAGER = "endpointslice-controller.k8s.io"
_RESERVED = (SERVICE_NAME, MANAGED_BY, HEADLESS_LABEL)


def endpoint(service: Service, pod: Pod, zone: str = "") -> dict[str, Any]:
    """A pod as an endpoint. Raises Refused where it has no address of the service's family."""
    serving, terminating = is_ready(pod), is_terminating(pod)
    ready = bool(service["spec"].get("publishNotReadyAddresses")) or (serving and not terminating)
    found = {
        "addresses": [address(service, pod)],
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        "hostname": hostname_of(service, pod),
        "targetRef": target_reference(pod),
        "nodeName": pod["spec"].get("nodeName"),
        "zone": zone,
    }
    return {name: value for name, value in found.items() if value}


def slice_ports(service: Service, pod: Pod) -> list[dict[str, Any]]:
    """The ports of the service as this pod has them. Those that the pod does not name are left out."""
    ports = []
    for port in service["spec"].get("ports") or ():
        try:
            ports.append({"name": port.get("name") or "", **endpoint_port(port, find_port(pod, port))})
        except Refused:
            continue
    return ports


def new_slice(service: Service, ports: list[dict[str, Any]], endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """A slice that the API is to find a name for."""
    metadata = service["metadata"]
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{metadata['name']}-",
            "namespace": metadata.get("namespace", ""),
            "labels": slice_labels(service),
            "ownerReferences": [controller_reference({"apiVersion": "v1", "kind": "Service", **service})],
        },
        "addressType": (service["spec"].get("ipFamilies") or ["IPv4"])[0],
        "endpoints": list(endpoints),
        "ports": ports,
    }


def slice_labels(service: Service) -> dict[str, str]:
    """The service's labels, and those by which a slice is known as the service's and as this controller's."""
    own = {key: value for key, value in (service["metadata"].get("labels") or {}).items() if key not in _RESERVED}
    headless = {} if service["spec"].get("clusterIP", HEADLESS) != HEADLESS else {HEADLESS_LABEL: ""}
    return {**own, **headless, SERVICE_NAME: service["metadata"]["name"], MANAGED_BY: MANAGER}

"""Services, config maps and secrets in words."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.kubectl.describing.common import (
    NONE,
    UNSET,
    About,
    Lines,
    events,
    head,
    marks,
)


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

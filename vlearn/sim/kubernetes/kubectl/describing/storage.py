"""Service accounts, priority classes, endpoints, and volumes with their claims and classes in words."""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.kubectl.describing.common import (
    NONE,
    UNSET,
    About,
    Lines,
    annotations,
    conditions,
    events,
    head,
    marks,
    truth,
)

_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def service_account(about: About) -> Lines:
    """`kubectl describe serviceaccount`."""
    yield from head(about)
    yield from marks(about)
    for title, name in (("Image pull secrets", "imagePullSecrets"), ("Mountable secrets", "secrets")):
        found = [each["name"] for each in about.object.get(name) or ()]
        yield f"{title}:\t{found[0] if found else NONE}"
        yield from (f"\t{each}" for each in found[1:])
    yield f"Tokens:\t{NONE}"
    yield from events(about)


def priority_class(about: About) -> Lines:
    """`kubectl describe priorityclass`."""
    found = about.object
    yield from head(about)
    yield f"Value:\t{found.get('value', 0)}"
    yield f"GlobalDefault:\t{str(bool(found.get('globalDefault'))).lower()}"
    yield f"PreemptionPolicy:\t{found.get('preemptionPolicy', '')}"
    yield f"Description:\t{found.get('description', '')}"
    yield from annotations("Annotations", about.metadata.get("annotations"))
    yield from events(about)


def endpoints(about: About) -> Lines:
    """`kubectl describe endpoints`."""
    yield from head(about)
    yield from marks(about)
    yield "Subsets:"
    for subset in about.object.get("subsets") or ():
        for title, name in (("Addresses", "addresses"), ("NotReadyAddresses", "notReadyAddresses")):
            yield f"  {title}:\t{','.join(each['ip'] for each in subset.get(name) or ()) or NONE}"
        if subset.get("ports"):
            yield "  Ports:"
            yield "    Name\tPort\tProtocol"
            yield "    ----\t----\t--------"
            for port in subset["ports"]:
                yield f"    {port.get('name') or UNSET}\t{port['port']}\t{port.get('protocol', 'TCP')}"
        yield ""
    yield from events(about)


def endpoint_slice(about: About) -> Lines:
    """`kubectl describe endpointslice`."""
    found = about.object
    yield from head(about)
    yield from marks(about)
    yield f"AddressType:\t{found.get('addressType', '')}"
    ports = found.get("ports") or ()
    if ports:
        yield "Ports:"
        yield "  Name\tPort\tProtocol"
        yield "  ----\t----\t--------"
        for port in ports:
            yield f"  {port.get('name') or UNSET}\t{port.get('port') or UNSET}\t{port.get('protocol', 'TCP')}"
    else:
        yield f"Ports: {UNSET}"
    members = found.get("endpoints") or ()
    yield "Endpoints:" if members else f"Endpoints: {NONE}"
    for each in members:
        yield f"  - Addresses:\t{', '.join(each.get('addresses') or ())}"
        yield "    Conditions:"
        ready = (each.get("conditions") or {}).get("ready")
        yield f"      Ready:\t{UNSET if ready is None else str(ready).lower()}"
        yield f"    Hostname:\t{each.get('hostname') or UNSET}"
        if each.get("targetRef"):
            yield f"    TargetRef:\t{each['targetRef']['kind']}/{each['targetRef']['name']}"
        yield f"    NodeName:\t{each.get('nodeName') or UNSET}"
        yield f"    Zone:\t{each.get('zone') or UNSET}"
    yield from events(about)


def claim(about: About) -> Lines:
    """`kubectl describe persistentvolumeclaim`."""
    spec, status = about.spec, about.status
    yield from head(about)
    yield f"StorageClass:\t{spec.get('storageClassName') or ''}"
    going = about.metadata.get("deletionTimestamp")
    yield f"Status:\t{'Terminating' if going else status.get('phase', '')}"
    yield f"Volume:\t{spec.get('volumeName', '')}"
    yield from marks(about)
    yield f"Finalizers:\t[{' '.join(about.metadata.get('finalizers') or ())}]"
    bound = bool(spec.get("volumeName"))
    yield f"Capacity:\t{(status.get('capacity') or {}).get('storage', '') if bound else ''}"
    yield f"Access Modes:\t{_access(status if bound else {})}"
    yield f"VolumeMode:\t{spec.get('volumeMode', 'Filesystem')}"
    pods = about.listed(f"/api/v1/namespaces/{about.metadata['namespace']}/pods")
    users = [each["metadata"]["name"] for each in pods if _uses(each["spec"], about.metadata["name"])]
    yield f"Used By:\t{users[0] if users else NONE}"
    yield from (f"\t{each}" for each in users[1:])
    yield from conditions(status.get("conditions") or (), "type", "status")
    yield from events(about)


def _uses(spec: Mapping[str, Any], claimed: str) -> bool:
    found = spec.get("volumes") or ()
    return any((each.get("persistentVolumeClaim") or {}).get("claimName") == claimed for each in found)


def _access(found: Mapping[str, Any]) -> str:
    return ",".join(_MODES.get(each, each) for each in found.get("accessModes") or ())


def volume(about: About) -> Lines:
    """`kubectl describe persistentvolume`."""
    spec, status = about.spec, about.status
    yield from head(about)
    yield from marks(about)
    yield f"Finalizers:\t[{' '.join(about.metadata.get('finalizers') or ())}]"
    yield f"StorageClass:\t{spec.get('storageClassName') or ''}"
    going = about.metadata.get("deletionTimestamp")
    yield f"Status:\t{'Terminating' if going else status.get('phase', '')}"
    bound = spec.get("claimRef")
    yield f"Claim:\t{bound['namespace']}/{bound['name']}" if bound else "Claim:\t"
    yield f"Reclaim Policy:\t{spec.get('persistentVolumeReclaimPolicy', '')}"
    yield f"Access Modes:\t{_access(spec)}"
    yield f"VolumeMode:\t{spec.get('volumeMode', 'Filesystem')}"
    yield f"Capacity:\t{(spec.get('capacity') or {}).get('storage', '')}"
    yield f"Node Affinity:\t{NONE}"
    yield f"Message:\t{status.get('message', '')}"
    yield "Source:"
    if source := spec.get("hostPath"):
        yield "    Type:\tHostPath (bare host directory volume)"
        yield f"    Path:\t{source.get('path', '')}"
        yield f"    HostPathType:\t{NONE if source.get('type') is None else source['type']}"
    yield from events(about)


def storage_class(about: About) -> Lines:
    """`kubectl describe storageclass`."""
    found, own = about.object, about.metadata.get("annotations") or {}
    yield f"Name:\t{about.metadata['name']}"
    yield f"IsDefaultClass:\t{'Yes' if own.get('storageclass.kubernetes.io/is-default-class') == 'true' else 'No'}"
    yield f"Annotations:\t{','.join(f'{key}={text}' for key, text in sorted(own.items())) or NONE}"
    yield f"Provisioner:\t{found.get('provisioner', '')}"
    parameters = sorted((found.get("parameters") or {}).items())
    yield f"Parameters:\t{','.join(f'{key}={text}' for key, text in parameters) or NONE}"
    expands = found.get("allowVolumeExpansion")
    yield f"AllowVolumeExpansion:\t{UNSET if expands is None else truth(expands)}"
    yield f"MountOptions:\t{NONE}" if not found.get("mountOptions") else "MountOptions:"
    yield from (f"  {each}" for each in found.get("mountOptions") or ())
    yield f"ReclaimPolicy:\t{found.get('reclaimPolicy', '')}"
    yield f"VolumeBindingMode:\t{found.get('volumeBindingMode', '')}"
    yield from events(about)

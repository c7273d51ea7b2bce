"""The rows of the kinds that own no pods. Source: pkg/printers/internalversion/printers.go."""

from collections.abc import Sequence

from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.tables.cells import NONE, UNSET, Cells, Object, age_of, labels_of, name_of
from vlearn.sim.kubernetes.api.tables.duration import age


def dated(object: Object, now: float) -> Cells:
    """Name, Created At."""
    return [name_of(object), object["metadata"].get("creationTimestamp")]


def service(object: Object, now: float) -> Cells:
    """Name, Type, Cluster-IP, External-IP, Port(s), Age; Selector."""
    spec = object["spec"]
    kind = spec.get("type") or "ClusterIP"
    ports = ",".join(_port(each) for each in spec.get("ports") or ()) or NONE
    address = spec.get("clusterIP") or NONE
    return [
        name_of(object),
        kind,
        address,
        _external(object),
        ports,
        age_of(object, now),
        labels_of(spec.get("selector")),
    ]


def namespace(object: Object, now: float) -> Cells:
    """Name, Status, Age."""
    return [name_of(object), (object.get("status") or {}).get("phase", ""), age_of(object, now)]


def node(object: Object, now: float) -> Cells:
    """Name, Status, Roles, Age, Version; Internal-IP, External-IP, OS-Image, Kernel-Version, Container-Runtime."""
    status, prefix = object.get("status") or {}, "node-role.kubernetes.io/"
    ready = condition(object, "Ready")
    states = ["Unknown" if ready is None else "Ready" if ready["status"] == "True" else "NotReady"]
    states += ["SchedulingDisabled"] if (object.get("spec") or {}).get("unschedulable") else []
    labels = object["metadata"].get("labels") or {}
    roles = sorted(key[len(prefix) :] for key in labels if key.startswith(prefix))
    info = status.get("nodeInfo") or {}
    addresses = {each.get("type"): each.get("address") for each in reversed(status.get("addresses") or ())}
    wide = [info.get(name) or "<unknown>" for name in ("osImage", "kernelVersion", "containerRuntimeVersion")]
    return [
        name_of(object),
        ",".join(states),
        ",".join(roles) or NONE,
        age_of(object, now),
        info.get("kubeletVersion", ""),
        addresses.get("InternalIP") or NONE,
        addresses.get("ExternalIP") or NONE,
        *wide,
    ]


def data(object: Object, now: float) -> Cells:
    """Name, Data, Age."""
    return [name_of(object), len(object.get("data") or ()) + len(object.get("binaryData") or ()), age_of(object, now)]


def secret(object: Object, now: float) -> Cells:
    """Name, Type, Data, Age."""
    return [name_of(object), object.get("type", ""), len(object.get("data") or ()), age_of(object, now)]


def service_account(object: Object, now: float) -> Cells:
    """Name, Secrets, Age."""
    return [name_of(object), len(object.get("secrets") or ()), age_of(object, now)]


def endpoints(object: Object, now: float) -> Cells:
    """Name, Endpoints, Age."""
    found = [
        f"{address['ip']}:{port['port']}" if port else address["ip"]
        for subset in object.get("subsets") or ()
        for port in subset.get("ports") or (None,)
        for address in subset.get("addresses") or ()
    ]
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return [name_of(object), ",".join(found[:3]) + more if found else NONE, age_of(object, now)]


def endpoint_slice(object: Object, now: float) -> Cells:
    """Name, AddressType, Ports, Endpoints, Age."""
    ports = [str(each.get("port", "*")) for each in object.get("ports") or ()]
    found = [address for each in object.get("endpoints") or () for address in each.get("addresses") or ()]
    kind = object.get("addressType", "")
    return [name_of(object), kind, _few(ports, UNSET), _few(found, UNSET), age_of(object, now)]


def event(object: Object, now: float) -> Cells:
    """Last Seen, Type, Reason, Object, Subobject, Source, Message; First Seen, Count, Name."""
    about, source = object.get("involvedObject") or {}, object.get("source") or {}
    first = object.get("firstTimestamp") or object.get("eventTime")
    last = object.get("lastTimestamp") or first
    target = f"{about.get('kind', '').lower()}/{about['name']}" if about.get("name") else about.get("kind", "").lower()
    origin = ", ".join(part for part in (source.get("component"), source.get("host")) if part)
    shown = [object.get("type", ""), object.get("reason", ""), target, about.get("fieldPath", ""), origin]
    message = (object.get("message") or "").strip()
    return [age(last, now), *shown, message, age(first, now), object.get("count") or 1, name_of(object)]


def quota(object: Object, now: float) -> Cells:
    """Name, Age, Request, Limit."""
    status = object.get("status") or {}
    used, hard = status.get("used") or {}, status.get("hard") or {}
    written = {name: f"{name}: {used.get(name, '0')}/{most}" for name, most in sorted(hard.items())}
    limits = [text for name, text in written.items() if name.startswith("limits.")]
    requests = [text for name, text in written.items() if not name.startswith("limits.")]
    return [name_of(object), age_of(object, now), ", ".join(requests), ", ".join(limits)]


def claim(object: Object, now: float) -> Cells:
    """Name, Status, Volume, Capacity, Access Modes, StorageClass, VolumeAttributesClass, Age; VolumeMode."""
    spec, status = object["spec"], object.get("status") or {}
    phase = "Terminating" if object["metadata"].get("deletionTimestamp") is not None else status.get("phase", "")
    bound = bool(spec.get("volumeName"))
    size = (status.get("capacity") or {}).get("storage", "") if bound else ""
    kinds = (spec.get("storageClassName") or "", spec.get("volumeAttributesClassName") or UNSET)
    modes = _modes(status.get("accessModes")) if bound else ""
    mode = spec.get("volumeMode") or UNSET
    return [name_of(object), phase, spec.get("volumeName", ""), size, modes, *kinds, age_of(object, now), mode]


def volume(object: Object, now: float) -> Cells:
    """Name, Capacity, Access Modes, Reclaim Policy, Status, Claim, StorageClass, VolumeAttributesClass, Reason, Age."""
    spec, status = object["spec"], object.get("status") or {}
    phase = "Terminating" if object["metadata"].get("deletionTimestamp") is not None else status.get("phase", "")
    owner = spec.get("claimRef") or {}
    claimed = f"{owner.get('namespace', '')}/{owner['name']}" if owner.get("name") else ""
    kinds = (spec.get("storageClassName") or "", spec.get("volumeAttributesClassName") or UNSET)
    return [
        name_of(object),
        (spec.get("capacity") or {}).get("storage", ""),
        _modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        phase,
        claimed,
        *kinds,
        status.get("reason", ""),
        age_of(object, now),
        spec.get("volumeMode") or UNSET,
    ]


def priority_class(object: Object, now: float) -> Cells:
    """Name, Value, Global-Default, Age, PreemptionPolicy."""
    default = bool(object.get("globalDefault"))
    return [name_of(object), object["value"], default, age_of(object, now), object.get("preemptionPolicy", "")]


def storage_class(object: Object, now: float) -> Cells:
    """Name, Provisioner, ReclaimPolicy, VolumeBindingMode, AllowVolumeExpansion, Age."""
    default = (object["metadata"].get("annotations") or {}).get("storageclass.kubernetes.io/is-default-class") == "true"
    shown = [object.get(name, "") for name in ("provisioner", "reclaimPolicy", "volumeBindingMode")]
    name = name_of(object) + (" (default)" if default else "")
    return [name, *shown, bool(object.get("allowVolumeExpansion")), age_of(object, now)]


def lease(object: Object, now: float) -> Cells:
    """Name, Holder, Age."""
    return [name_of(object), (object.get("spec") or {}).get("holderIdentity", ""), age_of(object, now)]


def _port(port: Object) -> str:
    outside = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{outside}/{port.get('protocol', 'TCP')}"


def _external(service: Object) -> str:
    spec = service["spec"]
    given = list(spec.get("externalIPs") or ())
    match spec.get("type"):
        case "ExternalName":
            return spec.get("externalName") or NONE
        case "LoadBalancer":
            balanced = ((service.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
            found = [each.get("ip") or each.get("hostname", "") for each in balanced]
            return ",".join(found + given) or "<pending>"
    return ",".join(given) or NONE


_SHORT = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def _modes(modes: Sequence[str] | None) -> str:
    return ",".join(short for mode, short in _SHORT.items() if mode in (modes or ()))


def _few(items: Sequence[str], empty: str) -> str:
    more = f" + {len(items) - 3} more..." if len(items) > 3 else ""
    return ",".join(items[:3]) + more if items else empty

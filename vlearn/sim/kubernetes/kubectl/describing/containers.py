"""Containers, volumes and tolerations, of a pod or of a template for pods."""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.quantity import NANO, parse_quantity
from vlearn.sim.kubernetes.kubectl.describing.common import (
    NONE,
    UNSET,
    Lines,
    annotations,
    date,
    pairs,
    selector,
    truth,
)

Part = Mapping[str, Any]


def template(found: Part) -> Lines:
    """A template for pods."""
    metadata, spec = found.get("metadata") or {}, found["spec"]
    yield "Pod Template:"
    yield from pairs("  Labels", metadata.get("labels"))
    if metadata.get("annotations"):
        yield from annotations("  Annotations", metadata["annotations"])
    if spec.get("serviceAccountName"):
        yield f"  Service Account:\t{spec['serviceAccountName']}"
    yield from all_containers(spec, {}, "  ")
    yield from volumes(spec.get("volumes") or (), "  ")
    yield from spreads(spec.get("topologySpreadConstraints") or (), "  ")
    if spec.get("priorityClassName"):
        yield f"  Priority Class Name:\t{spec['priorityClassName']}"
    yield from pairs("  Node-Selectors", spec.get("nodeSelector"))
    yield from tolerations("  Tolerations", spec.get("tolerations") or ())


def all_containers(spec: Part, status: Part, indent: str = "", pod: Part | None = None) -> Lines:
    """Init containers and containers, with what is known of them; a pod's own values stand for references to them."""
    if spec.get("initContainers"):
        yield f"{indent}Init Containers:"
        yield from _containers(spec["initContainers"], status.get("initContainerStatuses") or (), indent, pod)
    yield f"{indent}Containers:"
    yield from _containers(spec["containers"], status.get("containerStatuses") or (), indent, pod)


def _containers(found: Sequence[Part], statuses: Sequence[Part], indent: str, pod: Part | None) -> Lines:
    known = {each["name"]: each for each in statuses}
    for container in found:
        status = known.get(container["name"])
        yield f"  {indent[:1]}{container['name']}:"
        yield from (f"    {line}" for line in _container(container, status, pod))


def _container(container: Part, status: Part | None, pod: Part | None) -> Lines:
    if status is not None:
        yield f"Container ID:\t{status.get('containerID', '')}"
    yield f"Image:\t{container.get('image', '')}"
    if status is not None:
        yield f"Image ID:\t{status.get('imageID', '')}"
    ports = container.get("ports") or ()
    yield from _ports("Port", [f"{each['containerPort']}/{each.get('protocol', 'TCP')}" for each in ports])
    yield from _ports("Host Port", [f"{each.get('hostPort', 0)}/{each.get('protocol', 'TCP')}" for each in ports])
    for title, name in (("Command", "command"), ("Args", "args")):
        if container.get(name):
            yield f"{title}:"
            yield from (f"  {line}" for each in container[name] for line in each.split("\n"))
    if status is not None:
        yield from _state("State", status.get("state") or {})
        if "terminated" in (status.get("lastState") or {}):
            yield from _state("Last State", status["lastState"])
        yield f"Ready:\t{truth(status.get('ready', False))}"
        yield f"Restart Count:\t{status.get('restartCount', 0)}"
    resources = container.get("resources") or {}
    for title in ("Limits", "Requests"):
        if resources.get(title.lower()):
            yield f"{title}:"
            yield from (f"  {name}:\t{amount}" for name, amount in sorted(resources[title.lower()].items()))
    for title in ("Liveness", "Readiness", "Startup"):
        if container.get(f"{title.lower()}Probe"):
            yield f"{title}:\t{_probe(container[f'{title.lower()}Probe'])}"
    yield from _environment(container, pod)
    mounts = sorted(container.get("volumeMounts") or (), key=lambda each: str(each["mountPath"]))
    yield "Mounts:" if mounts else f"Mounts:\t{NONE}"
    yield from (f"  {each['mountPath']} from {each['name']} ({_mounted(each)})" for each in mounts)


def _ports(title: str, found: list[str]) -> Lines:
    yield f"{title}s:\t{', '.join(found)}" if len(found) > 1 else f"{title}:\t{found[0] if found else NONE}"


def _state(title: str, state: Part) -> Lines:
    if "running" in state:
        yield f"{title}:\tRunning"
        yield f"  Started:\t{date(state['running'].get('startedAt'))}"
    elif "terminated" in state:
        ended = state["terminated"]
        yield f"{title}:\tTerminated"
        yield from (f"  {name.title()}:\t{ended[name]}" for name in ("reason", "message") if ended.get(name))
        yield f"  Exit Code:\t{ended.get('exitCode', 0)}"
        if ended.get("signal"):
            yield f"  Signal:\t{ended['signal']}"
        yield f"  Started:\t{date(ended.get('startedAt'))}"
        yield f"  Finished:\t{date(ended.get('finishedAt'))}"
    else:
        yield f"{title}:\tWaiting"
        if (state.get("waiting") or {}).get("reason"):
            yield f"  Reason:\t{state['waiting']['reason']}"


def _probe(probe: Part) -> str:
    times = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 1)}s "
        f"period={probe.get('periodSeconds', 10)}s #success={probe.get('successThreshold', 1)} "
        f"#failure={probe.get('failureThreshold', 3)}"
    )
    if "exec" in probe:
        return f"exec [{' '.join(probe['exec'].get('command') or ())}] {times}"
    if "httpGet" in probe:
        asked = probe["httpGet"]
        address = f"{asked.get('scheme', 'HTTP').lower()}://{asked.get('host', '')}:{asked['port']}"
        path = asked.get("path", "")
        return f"http-get {address}{path if path.startswith('/') or not path else f'/{path}'} {times}"
    if "tcpSocket" in probe:
        asked = probe["tcpSocket"]
        return f"tcp-socket {asked.get('host', '')}:{asked['port']} {times}"
    if "grpc" in probe:
        return f"grpc <pod>:{probe['grpc']['port']} {probe['grpc'].get('service') or ''} {times}"
    return f"unknown {times}"


def _environment(container: Part, pod: Part | None) -> Lines:
    sources = container.get("envFrom") or ()
    if sources:
        yield "Environment Variables from:"
    for each in sources:
        title, name = ("ConfigMap", "configMapRef") if "configMapRef" in each else ("Secret", "secretRef")
        optional = str(bool(each[name].get("optional"))).lower()
        yield f"  {each[name].get('name', '')}\t{title}\tOptional: {optional}"
    variables = container.get("env") or ()
    yield "Environment:" if variables else f"Environment:\t{NONE}"
    for each in variables:
        first, *rest = _value(each, container, pod).split("\n")
        yield f"  {each['name']}:\t{first}"
        yield from (f"  \t{line}" for line in rest)


def _value(variable: Part, container: Part, pod: Part | None) -> str:
    source = variable.get("valueFrom")
    if not source:
        return str(variable.get("value", ""))
    if "fieldRef" in source:
        field = source["fieldRef"]
        return f"{_of_pod(field['fieldPath'], pod)} ({field.get('apiVersion', 'v1')}:{field['fieldPath']})"
    if "resourceFieldRef" in source:
        return f"{_of_resources(source['resourceFieldRef'], container)} ({source['resourceFieldRef']['resource']})"
    kind, name = ("secret", "secretKeyRef") if "secretKeyRef" in source else ("config map", "configMapKeyRef")
    key, joint = source[name], "in" if kind == "secret" else "of"
    optional = str(bool(key.get("optional"))).lower()
    return f"<set to the key '{key['key']}' {joint} {kind} '{key.get('name', '')}'>\tOptional: {optional}"


def _of_pod(path: str, pod: Part | None) -> str:
    """A field of the pod's metadata; what else an environment may refer to, kubectl leaves open."""
    if pod is None or not path.startswith("metadata."):
        return ""
    name, bracket, key = path.removeprefix("metadata.").partition("[")
    found = pod["metadata"].get(name, "")
    return str((found or {}).get(key.strip("']\""), "")) if bracket else str(found)


def _of_resources(reference: Part, container: Part) -> str:
    kind, _, name = reference["resource"].partition(".")
    amount = ((container.get("resources") or {}).get(kind) or {}).get(name)
    divisor = parse_quantity(str(reference.get("divisor") or "1")) if reference.get("divisor") != "0" else None
    if amount is None:
        return "0"
    unit = divisor.nanos if divisor is not None else NANO
    return str(-(-parse_quantity(str(amount)).nanos // unit))


def _mounted(mount: Part) -> str:
    flags = ["ro" if mount.get("readOnly") else "rw"]
    return ",".join([*flags, f'path="{mount["subPath"]}"'] if mount.get("subPath") else flags)


def volumes(found: Sequence[Part], indent: str = "") -> Lines:
    """Volumes with their sources."""
    if not found:
        yield f"{indent}Volumes:\t{NONE}"
        return
    yield f"{indent}Volumes:"
    for each in found:
        yield f"  {indent[:1]}{each['name']}:"
        yield from (f"    {line}" for line in _volume(each))


def _volume(volume: Part) -> Lines:
    name = next((name for name in volume if name != "name"), "")
    source = volume.get(name) or {}
    optional = str(bool(source.get("optional"))).lower()
    match name:
        case "emptyDir":
            yield "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)"
            yield f"Medium:\t{source.get('medium', '')}"
            yield f"SizeLimit:\t{source.get('sizeLimit') or UNSET}"
        case "hostPath":
            yield "Type:\tHostPath (bare host directory volume)"
            yield f"Path:\t{source.get('path', '')}"
            yield f"HostPathType:\t{NONE if source.get('type') is None else source['type']}"
        case "configMap":
            yield "Type:\tConfigMap (a volume populated by a ConfigMap)"
            yield f"Name:\t{source.get('name', '')}"
            yield f"Optional:\t{optional}"
        case "secret":
            yield "Type:\tSecret (a volume populated by a Secret)"
            yield f"SecretName:\t{source.get('secretName', '')}"
            yield f"Optional:\t{optional}"
        case "persistentVolumeClaim":
            yield "Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)"
            yield f"ClaimName:\t{source.get('claimName', '')}"
            yield f"ReadOnly:\t{str(bool(source.get('readOnly'))).lower()}"
        case _:
            yield f"Type:\t{name}"


def spreads(found: Sequence[Part], indent: str = "") -> Lines:
    """Topology spread constraints."""
    for n, each in enumerate(sorted(found, key=lambda each: str(each["topologyKey"]))):
        title = f"{indent}Topology Spread Constraints:" if not n else indent
        words = f"{each['topologyKey']}:{each['whenUnsatisfiable']} when max skew {each['maxSkew']} is exceeded"
        chosen = each.get("labelSelector")
        yield f"{title}\t{words}{f' for selector {selector(chosen)}' if chosen else ''}"


def tolerations(title: str, found: Sequence[Part]) -> Lines:
    """Tolerations, by key."""
    shown = [_toleration(each) for each in sorted(found, key=lambda each: str(each.get("key", "")))]
    yield f"{title}:\t{shown[0] if shown else NONE}"
    yield from (f"\t{each}" for each in shown[1:])


def _toleration(each: Part) -> str:
    key, value, effect = (each.get(name) or "" for name in ("key", "value", "effect"))
    text = key + (f"={value}" if value else "") + (f":{effect}" if effect else "")
    if each.get("operator") == "Exists" and not value:
        text += " op=Exists" if text else "op=Exists"
    seconds = each.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {seconds}s"

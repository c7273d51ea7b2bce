"""A container's environment, and how its probes ask, in words."""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.quantity import NANO, parse_quantity
from vlearn.sim.kubernetes.kubectl.describing.common import (
    NONE,
    Lines,
)

Part = Mapping[str, Any]


def probe_words(probe: Part) -> str:
    """How a probe asks, and how often."""
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


def environment(container: Part, pod: Part | None) -> Lines:
    """Variables, and where they come from."""
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

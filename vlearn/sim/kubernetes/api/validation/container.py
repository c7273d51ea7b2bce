"""What containers must be. Source: pkg/apis/core/validation/validation.go, validateContainers and what it calls."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.field_errors import Errors, duplicate, forbidden_field, invalid_value, missing, required
from vlearn.sim.kubernetes.api.names import dns1123_label, port_name, port_number
from vlearn.sim.kubernetes.api.quantity import parse_quantity
from vlearn.sim.kubernetes.api.validation.numbers import amounts_errors, counts, one_of

Container = Mapping[str, Any]

PROTOCOLS = ("SCTP", "TCP", "UDP")
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
MESSAGE_POLICIES = ("FallbackToLogsOnError", "File")
HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_VARIABLE = "a valid environment variable name must consist only of printable ASCII characters other than '='"


def containers_errors(
    containers: Sequence[Container], field: str, volumes: frozenset[str], taken: frozenset[str] = frozenset()
) -> Errors:
    """What is wrong with containers of a pod that has these volumes, and other containers of the names in `taken`."""
    errors: Errors = []
    seen = set(taken)
    for n, container in enumerate(containers):
        place = f"{field}[{n}]"
        name = container.get("name")
        if not name:
            errors.append(required(f"{place}.name"))
        else:
            errors += [invalid_value(f"{place}.name", name, words) for words in dns1123_label(name)]
            if name in seen:
                errors.append(duplicate(f"{place}.name", name))
            seen.add(name)
        errors += container_errors(container, place, volumes)
    return errors


def container_errors(container: Container, place: str, volumes: frozenset[str]) -> Errors:
    """What is wrong with one container, but for its name."""
    errors: Errors = []
    image = container.get("image") or ""
    if not image:
        errors.append(required(f"{place}.image"))
    elif image.strip() != image:
        errors.append(invalid_value(f"{place}.image", image, "must not have leading or trailing whitespace"))
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if name in container:
            errors += _probe_errors(container[name], f"{place}.{name}", once=name != "readinessProbe")
    errors += one_of(container.get("terminationMessagePolicy"), MESSAGE_POLICIES, f"{place}.terminationMessagePolicy")
    errors += _port_errors(container.get("ports") or (), f"{place}.ports")
    errors += _variable_errors(container.get("env") or (), f"{place}.env")
    errors += _mount_errors(container.get("volumeMounts") or (), f"{place}.volumeMounts", volumes)
    errors += one_of(container.get("imagePullPolicy"), PULL_POLICIES, f"{place}.imagePullPolicy")
    return errors + resource_errors(container.get("resources") or {}, f"{place}.resources")


def resource_errors(resources: Mapping[str, Any], place: str) -> Errors:
    """Requests and limits: each in order, and no request above its limit."""
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    errors = amounts_errors(limits, f"{place}.limits", container=True)
    errors += amounts_errors(requests, f"{place}.requests", container=True)
    for name, asked in sorted(requests.items()):
        if name in limits and parse_quantity(asked) > parse_quantity(limits[name]):
            words = f"must be less than or equal to {name} limit of {limits[name]}"
            errors.append(invalid_value(f"{place}.requests", asked, words))
    return errors


def host_port_conflicts(containers: Sequence[Container], field: str) -> Errors:
    """Two containers of a pod cannot have one port of its node."""
    seen: set[tuple[Any, ...]] = set()
    errors: Errors = []
    for n, container in enumerate(containers):
        for m, port in enumerate(container.get("ports") or ()):
            if not port.get("hostPort"):
                continue
            key = (port.get("protocol"), port.get("hostIP") or "", port["hostPort"])
            if key in seen:
                errors.append(duplicate(f"{field}[{n}].ports[{m}].hostPort", f"{key[0]}/{key[1]}/{key[2]}"))
            seen.add(key)
    return errors


def _port_errors(ports: Sequence[Mapping[str, Any]], field: str) -> Errors:
    errors: Errors = []
    names: set[str] = set()
    for n, port in enumerate(ports):
        place = f"{field}[{n}]"
        if name := port.get("name"):
            wrong = port_name(name)
            errors += [invalid_value(f"{place}.name", name, words) for words in wrong]
            if not wrong and name in names:
                errors.append(duplicate(f"{place}.name", name))
            names.add(name)
        number = port.get("containerPort") or 0
        if not number:
            errors.append(required(f"{place}.containerPort"))
        else:
            errors += [invalid_value(f"{place}.containerPort", number, words) for words in port_number(number)]
        if host := port.get("hostPort"):
            errors += [invalid_value(f"{place}.hostPort", host, words) for words in port_number(host)]
        errors += one_of(port.get("protocol"), PROTOCOLS, f"{place}.protocol")
    return errors


def _variable_errors(variables: Sequence[Mapping[str, Any]], field: str) -> Errors:
    errors: Errors = []
    for n, variable in enumerate(variables):
        place, name = f"{field}[{n}]", variable.get("name")
        if not name:
            errors.append(required(f"{place}.name"))
        elif re.fullmatch("[ -<>-~]+", name) is None:
            errors.append(invalid_value(f"{place}.name", name, _VARIABLE))
        source = variable.get("valueFrom")
        if source is None:
            continue
        if variable.get("value"):
            words = "may not be specified when `value` is not empty"
            errors.append(invalid_value(f"{place}.valueFrom", "", words))
        elif len(source) != 1:
            told = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"
            words = told if not source else "may not have more than one field specified at a time"
            errors.append(invalid_value(f"{place}.valueFrom", "", words))
    return errors


def _mount_errors(mounts: Sequence[Mapping[str, Any]], field: str, volumes: frozenset[str]) -> Errors:
    errors: Errors = []
    paths: set[str] = set()
    for n, mount in enumerate(mounts):
        place, name, path = f"{field}[{n}]", mount.get("name") or "", mount.get("mountPath") or ""
        if not name:
            errors.append(required(f"{place}.name"))
        if name not in volumes:
            errors.append(missing(f"{place}.name", name))
        if not path:
            errors.append(required(f"{place}.mountPath"))
        if path in paths:
            errors.append(invalid_value(f"{place}.mountPath", path, "must be unique"))
        paths.add(path)
    return errors


def _probe_errors(probe: Mapping[str, Any], place: str, once: bool) -> Errors:
    errors = _handler_errors(probe, place)
    numbers = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
    errors += counts(probe, place, numbers)
    if once and probe.get("successThreshold", 1) != 1:
        errors.append(invalid_value(f"{place}.successThreshold", probe["successThreshold"], "must be 1"))
    return errors


def _handler_errors(probe: Mapping[str, Any], place: str) -> Errors:
    given = [name for name in HANDLERS if name in probe]
    if not given:
        return [required(place, "must specify a handler type")]
    errors: Errors = [
        forbidden_field(f"{place}.{name}", "may not specify more than 1 handler type") for name in given[1:]
    ]
    first = probe[given[0]]
    if given[0] == "exec" and not first.get("command"):
        errors.append(required(f"{place}.exec.command"))
    if given[0] in ("httpGet", "tcpSocket"):
        port = first.get("port", 0)
        wrong = port_number(port) if isinstance(port, int) else port_name(port)
        errors += [invalid_value(f"{place}.{given[0]}.port", port, words) for words in wrong]
    if given[0] == "httpGet":
        errors += one_of(first.get("scheme"), ("HTTP", "HTTPS"), f"{place}.httpGet.scheme")
    return errors

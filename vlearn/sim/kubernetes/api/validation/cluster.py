"""What services, configuration, quotas, limits, claims and the other kinds must be, and what of them may change.

Source: pkg/apis/core/validation, pkg/apis/autoscaling/validation, pkg/apis/policy/validation.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from vlearn.sim.kubernetes.api.field_errors import (
    Errors,
    FieldError,
    duplicate,
    forbidden_field,
    invalid_value,
    required,
)
from vlearn.sim.kubernetes.api.names import dns1123_label, dns1123_subdomain, port_name, port_number
from vlearn.sim.kubernetes.api.quantity import parse_quantity
from vlearn.sim.kubernetes.api.validation.metadata import IMMUTABLE, too_long
from vlearn.sim.kubernetes.api.validation.numbers import NOT_NEGATIVE, amounts_errors, count_or_percent, one_of

Object = Mapping[str, Any]

SERVICE_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
LARGEST_DATA = 1024 * 1024
_KEY = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
    "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
_ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")


def service_errors(service: Object) -> Errors:
    """What is wrong with a service's spec."""
    spec = service["spec"]
    kind, ports, address = spec.get("type"), spec.get("ports") or (), spec.get("clusterIP")
    errors: Errors = []
    if not ports and kind != "ExternalName" and address != "None":
        errors.append(required("spec.ports"))
    if kind == "LoadBalancer" and address == "None":
        errors.append(
            invalid_value("spec.clusterIPs[0]", address, "may not be set to 'None' for LoadBalancer services")
        )
    if kind == "ExternalName":
        name = (spec.get("externalName") or "").rstrip(".")
        errors += [] if name else [required("spec.externalName")]
        errors += [invalid_value("spec.externalName", name, words) for words in dns1123_subdomain(name or "a")]
    names: set[str] = set()
    for n, port in enumerate(ports):
        errors += _service_port_errors(port, f"spec.ports[{n}]", len(ports) > 1, names)
    errors += one_of(spec.get("sessionAffinity"), ("ClientIP", "None"), "spec.sessionAffinity")
    if address and address != "None" and not _is_address(address):
        errors.append(invalid_value("spec.clusterIPs[0]", address, _ADDRESS))
    errors += one_of(kind, SERVICE_TYPES, "spec.type")
    seen: dict[tuple[Any, ...], int] = {}
    for n, port in enumerate(ports):
        if kind == "ClusterIP" and port.get("nodePort"):
            words = "may not be used when `type` is 'ClusterIP'"
            errors.append(forbidden_field(f"spec.ports[{n}].nodePort", words))
        key = (port.get("protocol"), port.get("port"))
        if seen.setdefault(key, n) != n:
            errors.append(FieldError("FieldValueDuplicate", f"spec.ports[{n}]", _service_port(*key)))
    return errors


def service_update_errors(new: Object, old: Object) -> Errors:
    """The address of a service never changes, unless it gets or loses one with its type."""
    after, before = new["spec"], old["spec"]
    if "ExternalName" in (after.get("type"), before.get("type")) or not before.get("clusterIP"):
        return []
    if after.get("clusterIP") == before["clusterIP"]:
        return []
    return [invalid_value("spec.clusterIPs[0]", [after.get("clusterIP") or ""], "may not change once set")]


def data_errors(object: Object) -> Errors:
    """What is wrong with the data of a config map or a secret."""
    errors: Errors = []
    size = 0
    for name in ("data", "binaryData"):
        for key, value in sorted((object.get(name) or {}).items()):
            size += len(value.encode())
            if len(key) > 253:
                errors.append(invalid_value(f"{name}[{key}]", key, "must be no more than 253 characters"))
            if re.fullmatch("[-._a-zA-Z0-9]+", key) is None:
                errors.append(invalid_value(f"{name}[{key}]", key, _KEY))
    if size > LARGEST_DATA:
        errors.append(too_long("", LARGEST_DATA))
    return errors


def data_update_errors(new: Object, old: Object) -> Errors:
    """Data that was declared immutable."""
    errors: Errors = []
    if old.get("immutable"):
        if not new.get("immutable"):
            errors.append(forbidden_field("immutable", "field is immutable when `immutable` is set"))
        errors += [
            forbidden_field(name, "field is immutable when `immutable` is set")
            for name in ("data", "binaryData")
            if new.get(name) != old.get(name)
        ]
    if new.get("type") != old.get("type"):
        errors.append(invalid_value("type", new.get("type"), IMMUTABLE))
    return errors


def quota_errors(quota: Object) -> Errors:
    """What is wrong with a quota's limits."""
    return amounts_errors((quota.get("spec") or {}).get("hard"), "spec.hard")


def limit_range_errors(limit_range: Object) -> Errors:
    """Of each type one item at most, and in each item min <= defaultRequest <= default <= max."""
    errors: Errors = []
    kinds: set[str] = set()
    order = ("min", "defaultRequest", "default", "max")
    words = {"min": "min", "defaultRequest": "default request", "default": "default", "max": "max"}
    for n, item in enumerate((limit_range.get("spec") or {}).get("limits") or ()):
        place, kind = f"spec.limits[{n}]", item.get("type") or ""
        if kind in kinds:
            errors.append(duplicate(f"{place}.type", kind))
        kinds.add(kind)
        if kind == "Pod":
            errors += [
                forbidden_field(f"{place}.{name}", "may not be specified when `type` is 'Pod'")
                for name in ("default", "defaultRequest")
                if item.get(name)
            ]
        for resource in sorted({name for part in order for name in item.get(part) or {}}):
            given = [(part, item[part][resource]) for part in order if resource in (item.get(part) or {})]
            errors += [
                invalid_value(
                    f"{place}.{a}[{resource}]", low, f"{words[a]} value {low} is greater than {words[b]} value {high}"
                )
                for at, (a, low) in enumerate(given)
                for b, high in given[at + 1 :]
                if parse_quantity(low) > parse_quantity(high)
            ]
    return errors


def claim_errors(claim: Object) -> Errors:
    """What is wrong with a claim's spec."""
    spec = claim["spec"]
    modes = spec.get("accessModes") or ()
    errors: Errors = [] if modes else [required("spec.accessModes", "at least 1 access mode is required")]
    for mode in modes:
        errors += one_of(mode, _MODES, "spec.accessModes")
    size = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if size is None:
        return [*errors, required("spec.resources[storage]")]
    if parse_quantity(size).nanos <= 0:
        errors.append(invalid_value("spec.resources[storage]", size, "must be greater than zero"))
    return errors


def budget_errors(budget: Object) -> Errors:
    """What is wrong with a disruption budget."""
    spec = budget.get("spec") or {}
    if "minAvailable" in spec and "maxUnavailable" in spec:
        words = "minAvailable and maxUnavailable cannot be both set"
        return [FieldError("FieldValueInvalid", "spec", "policy.PodDisruptionBudgetSpec{...}", words)]
    given = [name for name in ("minAvailable", "maxUnavailable") if name in spec]
    return [error for name in given for error in count_or_percent(spec[name], f"spec.{name}")]


def autoscaler_errors(autoscaler: Object) -> Errors:
    """What is wrong with an autoscaler's bounds and target."""
    spec = autoscaler["spec"]
    low, high = spec.get("minReplicas", 1), spec.get("maxReplicas") or 0
    errors: Errors = []
    if low < 1:
        errors.append(invalid_value("spec.minReplicas", low, "must be greater than or equal to 1"))
    if high < 1:
        errors.append(invalid_value("spec.maxReplicas", high, "must be greater than 0"))
    if high < low:
        errors.append(invalid_value("spec.maxReplicas", high, "must be greater than or equal to `minReplicas`"))
    target = spec.get("scaleTargetRef") or {}
    return errors + [required(f"spec.scaleTargetRef.{name}") for name in ("kind", "name") if not target.get(name)]


def scale_errors(scale: Object) -> Errors:
    """What is wrong with a scale."""
    replicas = (scale.get("spec") or {}).get("replicas") or 0
    return [invalid_value("spec.replicas", replicas, NOT_NEGATIVE)] if replicas < 0 else []


def _service_port_errors(port: Object, place: str, several: bool, names: set[str]) -> Errors:
    errors: Errors = []
    name = port.get("name") or ""
    if several and not name:
        errors.append(required(f"{place}.name"))
    elif name:
        errors += [invalid_value(f"{place}.name", name, words) for words in dns1123_label(name)]
        if name in names:
            errors.append(duplicate(f"{place}.name", name))
        names.add(name)
    errors += [invalid_value(f"{place}.port", port.get("port") or 0, w) for w in port_number(port.get("port") or 0)]
    errors += one_of(port.get("protocol"), ("SCTP", "TCP", "UDP"), f"{place}.protocol")
    target = port.get("targetPort", 0)
    wrong = port_number(target) if isinstance(target, int) else port_name(target)
    return errors + [invalid_value(f"{place}.targetPort", target, words) for words in wrong]


def _service_port(protocol: str, port: int) -> str:
    return (
        f'core.ServicePort{{Name:"", Protocol:"{protocol}", AppProtocol:(*string)(nil), Port:{port}, '
        'TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}'
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True

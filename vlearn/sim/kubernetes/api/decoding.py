"""From the body of a request to an API object: known fields, right types, canonical quantities, nothing empty.

Unknown fields are dropped and named, for the caller to warn of or to refuse. Source: sigs.k8s.io/json, whose messages
are those of Go's encoding/json. Leaves out fields that stand twice, and base64 of secrets.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vlearn.sim.kubernetes.api.kinds import BY_KIND, Resource
from vlearn.sim.kubernetes.api.quantity import parse_quantity
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.schema import SCALARS, STRUCTURES, Type, structure
from vlearn.sim.kubernetes.api.status import StatusError, bad_request

Object = Mapping[str, Any]

_WHOLE = {"int32": 31, "int64": 63}
_GO_NAMES = {"bool": "bool", "string": "string", "int32": "int32", "int64": "int64"}
_SCHEME = "pkg/api/legacyscheme/scheme.go:30"


@dataclass(slots=True)
class _Reader:
    """Collects the unknown fields of one object."""

    unknown: list[str] = field(default_factory=list)

    def read(self, value: Any, kind: Type, path: str, owner: str) -> Any:
        match kind.form:
            case "any":
                return value
            case "scalar":
                return _scalar(value, kind, path, owner)
            case "structure":
                return self.fields(_expected(value, dict, kind, path, owner), kind.name, path)
            case "map":
                found = _expected(value, dict, kind, path, owner)
                return {key: self.read(each, _of(kind), path, owner) for key, each in found.items() if each is not None}
        found = _expected(value, list, kind, path, owner)
        return [self.read(each, _of(kind), f"{path}[{n}]", owner) for n, each in enumerate(found)]

    def fields(self, value: Mapping[str, Any], name: str, path: str) -> dict[str, Any]:
        known = structure(name) if not path else STRUCTURES[name]
        read: dict[str, Any] = {}
        for key, each in value.items():
            below = f"{path}.{key}" if path else key
            kind = known.get(key)
            if kind is None:
                self.unknown.append(f'unknown field "{below}"')
            elif each is not None:
                got = self.read(each, kind, below, name)
                if got or kind.form not in ("map", "list"):
                    read[key] = got
        return read


def decoded(body: Any, resource: Resource) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The object in a body, and what is said of its unknown fields. Raises StatusError for what cannot be read.

    The body is a JSON value, or bytes that hold one.
    """
    value = parsed(body, resource)
    kind, version = value.get("kind") or resource.kind, value.get("apiVersion") or resource.api_version
    checked_kind(kind, version, resource)
    reader = _Reader()
    try:
        read = reader.fields(value, resource.structure, "")
    except Refused as refused:
        raise unhandled(resource.kind, resource.version, resource.kind, str(refused)) from None
    read["kind"], read["apiVersion"] = resource.kind, resource.api_version
    read.setdefault("metadata", {})
    return read, tuple(reader.unknown)


def parsed(body: Any, resource: Resource) -> Mapping[str, Any]:
    """The JSON object in a body. Raises StatusError where there is none."""
    if isinstance(body, bytes | bytearray):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError) as problem:
            words = f"couldn't get version/kind; json parse error: {problem} ({summary(bytes(body))})"
            raise unrecognized(resource, words) from None
    if not isinstance(body, Mapping):
        words = "couldn't get version/kind; json parse error: json: cannot unmarshal "
        raise unrecognized(resource, f"{words}{_json_kind(body)} into Go value of type struct")
    return body


def checked_kind(kind: Any, version: Any, resource: Resource) -> None:
    """Raises StatusError where an object of this kind has no place in this collection."""
    if (kind, version) == (resource.kind, resource.api_version):
        return
    group, _, own = str(version).rpartition("/")
    other = BY_KIND.get((str(version), str(kind)))
    if other is None:
        words = f'no kind "{kind}" is registered for version "{version}" in scheme "{_SCHEME}"'
        raise unhandled(kind, own, resource.kind, words)
    if other.kind != resource.kind:
        ours = f"{resource.group.partition('.')[0] or 'core'}.{resource.kind}"
        raise unhandled(kind, own, resource.kind, f"converting ({own}.{kind}) to ({ours}): unknown conversion")
    raise bad_request(
        f"the API version in the data ({group + '/' if group else ''}{own}) does not match the expected API version "
        f"({resource.api_version})"
    )


def unhandled(kind: Any, version: str, expected: str, words: str) -> StatusError:
    """The body is JSON, but no object of the kind."""
    return bad_request(f'{kind} in version "{version}" cannot be handled as a {expected}: {words}')


def unrecognized(resource: Resource, words: str) -> StatusError:
    """The body is not even an object."""
    return bad_request(f"the object provided is unrecognized (must be of type {resource.kind}): {words}")


def summary(data: bytes) -> str:
    """The first bytes of a body, as messages show them."""
    if not data:
        return "<empty>"
    shown = data[:30].decode("utf-8", "replace") if data.startswith(b"{") else data[:30].hex()
    return f"{shown} ..." if len(data) > 30 else shown


def _of(kind: Type) -> Type:
    assert kind.of is not None
    return kind.of


def _expected(value: Any, wanted: type, kind: Type, path: str, owner: str) -> Any:
    if not isinstance(value, wanted):
        raise _mismatch(value, kind, path, owner)
    return value


def _scalar(value: Any, kind: Type, path: str, owner: str) -> Any:
    name = kind.name
    if name == "quantity":
        if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
            return str(parse_quantity(str(value)))
    elif name in _WHOLE:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 1 << _WHOLE[name]:
            return value
    elif name == "bool":
        if isinstance(value, bool):
            return value
    elif name == "intstr":
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return value
    elif isinstance(value, str):
        return value
    raise _mismatch(value, kind, path, owner)


def _mismatch(value: Any, kind: Type, path: str, owner: str) -> Refused:
    place = re.sub(r"\[\d+\]", "", path)
    into = f"Go struct field {owner}.{place} of type {_go_name(kind)}"
    return Refused(f"json: cannot unmarshal {_json_kind(value)} into {into}")


def _go_name(kind: Type) -> str:
    match kind.form:
        case "list":
            return f"[]{_go_name(_of(kind))}"
        case "map":
            return "v1.ResourceList" if _of(kind).name == "quantity" else f"map[string]{_go_name(_of(kind))}"
    if kind.name in SCALARS:
        return _GO_NAMES.get(kind.name, {"time": "v1.Time", "intstr": "intstr.IntOrString"}.get(kind.name, "string"))
    return f"v1.{kind.name}"


def _json_kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case str():
            return "string"
        case int():
            return "number" if abs(value) < 1 << 31 else f"number {value}"
        case float():
            return f"number {value}"
        case list():
            return "array"
    return "object"

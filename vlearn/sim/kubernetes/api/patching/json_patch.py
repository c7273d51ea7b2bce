"""JSON Patch (RFC 6902): a list of operations, all of which apply or none."""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.refusal import Refused

OPERATIONS = ("add", "remove", "replace", "move", "copy", "test")


def json_patched(object: Any, patch: Sequence[Mapping[str, Any]]) -> Any:
    """The document after the operations. Raises Refused where one does not apply, or a test fails."""
    for operation in patch:
        object = _applied(object, operation)
    return object


def _applied(object: Any, operation: Mapping[str, Any]) -> Any:
    kind = operation.get("op")
    if kind not in OPERATIONS:
        raise Refused(f"Unexpected kind: {kind}")
    path = _path(operation.get("path"))
    match kind:
        case "remove":
            return _without(object, path)
        case "test":
            if not _same(_find(object, path), operation.get("value")):
                raise Refused(f"testing value {operation.get('path')} failed: test failed")
            return object
        case "replace":
            _find(object, path)
            return _with(object, path, operation.get("value"), replacing=True)
        case "move":
            source = _path(operation.get("from"))
            if path[: len(source)] == source and path != source:
                raise Refused("a value cannot be moved into itself")
            value = _find(object, source)
            return _with(_without(object, source), path, value)
        case "copy":
            return _with(object, path, _find(object, _path(operation.get("from"))))
    return _with(object, path, operation.get("value"))


def _path(text: Any) -> list[str]:
    if not isinstance(text, str) or (text and not text.startswith("/")):
        raise Refused(f"a JSON pointer is empty or begins with a slash; this is {text!r}")
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _find(object: Any, path: Sequence[str]) -> Any:
    for part in path:
        object = object[_key(object, part)]
    return object


def _key(object: Any, part: str, end: int = 0) -> Any:
    """The key of a member that is there, or an index below the length, `end` more for a place to insert at."""
    if isinstance(object, Mapping):
        if part in object:
            return part
    elif isinstance(object, list) and part.isdecimal() and len(part) < 10 and int(part) < len(object) + end:
        return int(part)
    raise Refused(f"jsonpatch: there is no member {part!r}")


def _with(object: Any, path: Sequence[str], value: Any, replacing: bool = False) -> Any:
    if not path:
        return value
    first, *rest = path
    if rest:
        key = _key(object, first)
        return _replaced(object, key, _with(object[key], rest, value, replacing))
    if isinstance(object, Mapping):
        return {**object, first: value}
    if isinstance(object, list) and first == "-" and not replacing:
        return [*object, value]
    index = _key(object, first, end=not replacing)
    return [*object[:index], value, *object[index + replacing :]]


def _without(object: Any, path: Sequence[str]) -> Any:
    if not path:
        raise Refused("the whole document cannot be removed")
    first, *rest = path
    key = _key(object, first)
    if rest:
        return _replaced(object, key, _without(object[key], rest))
    if isinstance(object, Mapping):
        return {name: value for name, value in object.items() if name != key}
    return [*object[:key], *object[key + 1 :]]


def _replaced(object: Any, key: Any, value: Any) -> Any:
    if isinstance(object, Mapping):
        return {**object, key: value}
    return [*object[:key], value, *object[key + 1 :]]


def _same(one: Any, other: Any) -> bool:
    """JSON's equality: unlike Python's, true is not 1."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)

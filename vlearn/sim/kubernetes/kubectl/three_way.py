"""The patch that `kubectl apply` sends: from what was applied before, what is there, and what is to be applied.

What is new or different comes from the last two; what is to go, from the first and the third: a field that somebody
else has set stays. Source: k8s.io/apimachinery, util/strategicpatch, CreateThreeWayMergePatch.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.schema import ANY, Type, structure

Object = Mapping[str, Any]
_RETAINING = ("strategy", "volumes")
"""Fields whose parts exclude each other: what a new one does not name must go."""


def three_way(original: Object, modified: Object, current: Object, kind: str) -> dict[str, Any]:
    """The strategic merge patch; empty where there is nothing to do."""
    fields = structure(kind)
    return _merged(_deleted(original, modified, fields), _changed(current, modified, fields), fields)


def _changed(current: Object, modified: Object, fields: Mapping[str, Type]) -> dict[str, Any]:
    """What is different or new in `modified`."""
    patch: dict[str, Any] = {}
    for name, wanted in modified.items():
        kind, there = fields.get(name, ANY), current.get(name)
        if wanted is None or wanted == there:
            continue
        if isinstance(wanted, Mapping) and isinstance(there, Mapping):
            inner = _changed(there, wanted, _fields_of(kind))
            if inner and name in _RETAINING:
                inner["$retainKeys"] = sorted(wanted)
            patch |= {name: inner} if inner else {}
        elif isinstance(wanted, list) and isinstance(there, list) and kind.key is not None:
            patch |= _changed_list(name, there, wanted, kind)
        else:
            patch[name] = wanted
    return patch


def _changed_list(name: str, there: Sequence[Any], wanted: Sequence[Any], kind: Type) -> dict[str, Any]:
    if not kind.key:
        new = [each for each in wanted if each not in there]
        return {name: new, f"$setElementOrder/{name}": list(wanted)} if new else {}
    key = kind.key
    old = {each.get(key): each for each in there}
    elements = []
    for each in wanted:
        before = old.get(each.get(key))
        change = dict(each) if before is None else _changed(before, each, _fields_of(kind))
        if change and before is not None and name in _RETAINING:
            change["$retainKeys"] = sorted(each)
        if change:
            elements.append({key: each.get(key), **change})
    order = [{key: each.get(key)} for each in wanted]
    kept = [each.get(key) for each in there if each.get(key) in [one.get(key) for one in wanted]]
    if not elements and kept == [each.get(key) for each in wanted]:
        return {}
    return {f"$setElementOrder/{name}": order, **({name: elements} if elements else {})}


def _deleted(original: Object, modified: Object, fields: Mapping[str, Type]) -> dict[str, Any]:
    """What was applied before and is not to be any more."""
    patch: dict[str, Any] = {}
    for name, before in original.items():
        kind, wanted = fields.get(name, ANY), modified.get(name)
        if name not in modified:
            patch[name] = None
        elif isinstance(before, Mapping) and isinstance(wanted, Mapping):
            inner = _deleted(before, wanted, _fields_of(kind))
            patch |= {name: inner} if inner else {}
        elif isinstance(before, list) and isinstance(wanted, list) and kind.key is not None:
            patch |= _deleted_list(name, before, wanted, kind)
    return patch


def _deleted_list(name: str, before: Sequence[Any], wanted: Sequence[Any], kind: Type) -> dict[str, Any]:
    if not kind.key:
        gone = [each for each in before if each not in wanted]
        return {f"$deleteFromPrimitiveList/{name}": gone} if gone else {}
    key = kind.key
    new = {each.get(key): each for each in wanted}
    elements: list[dict[str, Any]] = []
    for each in before:
        if each.get(key) not in new:
            elements.append({key: each.get(key), "$patch": "delete"})
        elif inner := _deleted(each, new[each.get(key)], _fields_of(kind)):
            elements.append({key: each.get(key), **inner})
    order = [{key: each.get(key)} for each in wanted]
    return {f"$setElementOrder/{name}": order, name: elements} if elements else {}


def _merged(one: Object, other: Object, fields: Mapping[str, Type]) -> dict[str, Any]:
    """Both patches as one; they never say two things of the same field."""
    both: dict[str, Any] = {**one, **other}
    for name in one.keys() & other.keys():
        first, second, kind = one[name], other[name], fields.get(name, ANY)
        if isinstance(first, Mapping) and isinstance(second, Mapping):
            both[name] = _merged(first, second, _fields_of(kind))
        elif isinstance(first, list) and kind.key and not name.startswith("$"):
            both[name] = _merged_elements(first, second, kind.key, _fields_of(kind))
    return both


def _merged_elements(
    one: Sequence[Any], other: Sequence[Any], key: str, fields: Mapping[str, Type]
) -> list[dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {each[key]: dict(each) for each in one}
    for each in other:
        found[each[key]] = _merged(found[each[key]], each, fields) if each[key] in found else dict(each)
    return list(found.values())


def _fields_of(kind: Type) -> Mapping[str, Type]:
    inner = kind.of if kind.form == "list" and kind.of is not None else kind
    return structure(inner.name) if inner.form == "structure" else {}

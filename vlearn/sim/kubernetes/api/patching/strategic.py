"""Strategic merge patch: lists of structures are merged by a key of theirs, as each structure's table says.

Directives: `$patch: delete|replace|merge` in a structure or in an element of a list, `$deleteFromPrimitiveList/FIELD`,
`$setElementOrder/FIELD`, `$retainKeys`. Source: k8s.io/apimachinery, package `util/strategicpatch`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.patching.merge_patch import merge_patched
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.schema import ANY, Type, structure

_DELETE, _ORDER, _RETAIN = "$deleteFromPrimitiveList/", "$setElementOrder/", "$retainKeys"


def strategic_patched(object: Mapping[str, Any], patch: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """The object of a kind with the patch in it. Raises Refused for a patch that makes no sense."""
    merged = _merged(object, patch, structure(kind))
    return merged if merged is not None else {}


def _merged(object: Any, patch: Mapping[str, Any], fields: Mapping[str, Type]) -> dict[str, Any] | None:
    directive = patch.get("$patch")
    own = {key: value for key, value in patch.items() if key != "$patch"}
    if directive == "delete":
        return None
    if directive == "replace":
        return own
    if directive not in (None, "merge"):
        raise Refused(f"Unknown patch type found: {directive}")
    merged: dict[str, Any] = dict(object) if isinstance(object, Mapping) else {}
    if _RETAIN in own:
        merged = {key: value for key, value in merged.items() if key in own[_RETAIN]}
    orders = {key[len(_ORDER) :]: value for key, value in own.items() if key.startswith(_ORDER)}
    for key, value in own.items():
        if key.startswith(_DELETE):
            name = key[len(_DELETE) :]
            merged[name] = [each for each in merged.get(name) or () if each not in value]
        elif not key.startswith("$"):
            _put(merged, key, value, fields.get(key, ANY))
    for key, order in orders.items():
        if isinstance(merged.get(key), list):
            merged[key] = _ordered(merged[key], order, fields.get(key, ANY).key or "")
    return merged


def _put(merged: dict[str, Any], key: str, value: Any, kind: Type) -> None:
    if value is None:
        merged.pop(key, None)
        return
    if kind.form == "structure" and isinstance(value, Mapping):
        new: Any = _merged(merged.get(key), value, structure(kind.name))
    elif kind.form == "list" and kind.key is not None and isinstance(value, Sequence):
        new = _merged_list(merged.get(key) or [], value, kind)
    elif isinstance(value, Mapping):
        new = _merged(merged.get(key), value, {}) if "$patch" in value else merge_patched(merged.get(key), value)
    else:
        new = value
    if new is None:
        merged.pop(key, None)
    else:
        merged[key] = new


def _merged_list(old: Sequence[Any], patch: Sequence[Any], kind: Type) -> list[Any]:
    key = kind.key
    if not key:
        return [*old, *(each for each in patch if each not in old)]
    if any(isinstance(each, Mapping) and each.get("$patch") == "replace" for each in patch):
        return [each for each in patch if not (isinstance(each, Mapping) and "$patch" in each)]
    fields = structure(kind.of.name) if kind.of is not None and kind.of.form == "structure" else {}
    merged = list(old)
    for element in patch:
        if not isinstance(element, Mapping) or key not in element:
            raise Refused(f"map: {element} does not contain declared merge key: {key}")
        at = next((n for n, each in enumerate(merged) if each.get(key) == element[key]), None)
        new = _merged(merged[at] if at is not None else None, element, fields)
        if at is None:
            merged += [] if new is None else [_cleaned(new)]
        elif new is None:
            del merged[at]
        else:
            merged[at] = new
    return merged


def _cleaned(new: Any) -> Any:
    """A new element without what the patch meant to remove from an old one."""
    return {name: value for name, value in new.items() if value is not None}


def _ordered(items: list[Any], order: Sequence[Any], key: str) -> list[Any]:
    """The items in the patch's order; those that it does not name keep their place behind their predecessors."""
    wanted = [each.get(key) if isinstance(each, Mapping) else each for each in order]
    places: dict[int, tuple[int, int]] = {}
    last = -1
    for n, item in enumerate(items):
        name = item.get(key) if isinstance(item, Mapping) else item
        last = wanted.index(name) if name in wanted else last
        places[n] = (last, n)
    return [items[n] for n in sorted(places, key=places.__getitem__)]

"""LimitRanger: fills in a container's requests and limits, and refuses what is outside the limits of its namespace.

Source: plugin/pkg/admission/limitranger.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.api.quantity import parse_quantity
from vlearn.sim.kubernetes.api.resources import Amounts, added, amounts, larger
from vlearn.sim.kubernetes.api.status import forbidden
from vlearn.sim.kubernetes.store import Object, Store, collection

_CLAIM = "PersistentVolumeClaim"


def with_limits(store: Store, object: Object) -> Object:
    """A new pod with the namespace's default requests and limits, and a note of what was set."""
    if object["kind"] != "Pod":
        return object
    set_: list[str] = []
    spec = dict(object["spec"])
    for item in _items(store, object, "Container"):
        for where, kind in (("containers", "container"), ("initContainers", "init container")):
            if where in spec:
                spec[where] = [_filled(each, item, kind, set_) for each in spec[where]]
    if not set_:
        return object
    note = {"kubernetes.io/limit-ranger": f"LimitRanger plugin set: {'; '.join(set_)}"}
    metadata = object["metadata"]
    return {
        **object,
        "metadata": {**metadata, "annotations": {**(metadata.get("annotations") or {}), **note}},
        "spec": spec,
    }


def check_limits(store: Store, object: Object) -> None:
    """Raises StatusError where a new pod or claim is outside the limits."""
    wrong = list(_violations(store, object))
    if wrong:
        resource = BY_KIND["v1", object["kind"]]
        told = wrong[0] if len(wrong) == 1 else f"[{', '.join(wrong)}]"
        raise forbidden(resource, object["metadata"]["name"], told)


def _violations(store: Store, object: Object) -> Iterator[str]:
    if object["kind"] == _CLAIM:
        asked = amounts((object["spec"].get("resources") or {}).get("requests"))
        for item in _items(store, object, _CLAIM):
            yield from _minimum(item, _CLAIM, asked, {})
            yield from (
                f"maximum {name} usage per {_CLAIM} is {most}, but request is {asked[name]}"
                for name, most in amounts(item.get("max")).items()
                if name in asked and asked[name] > most
            )
    if object["kind"] != "Pod":
        return
    spec = object["spec"]
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    for item in _items(store, object, "Container"):
        for container in containers:
            resources = container.get("resources") or {}
            yield from _outside(item, "Container", amounts(resources.get("requests")), amounts(resources.get("limits")))
    for item in _items(store, object, "Pod"):
        yield from _outside(item, "Pod", _sum(spec, "requests"), _sum(spec, "limits"))


def _outside(item: Mapping[str, Any], kind: str, requests: Amounts, limits: Amounts) -> Iterator[str]:
    yield from _minimum(item, kind, requests, limits)
    for name, most in sorted(amounts(item.get("max")).items()):
        asked, limit = requests.get(name), limits.get(name)
        told = f"maximum {name} usage per {kind} is {most}"
        if limit is None:
            yield f"{told}.  No limit is specified"
        elif limit > most:
            yield f"{told}, but limit is {limit}"
        elif asked is not None and asked > most:
            yield f"{told}, but request is {asked}"
    for name, most in sorted(amounts(item.get("maxLimitRequestRatio")).items()):
        told = f"{name} max limit to request ratio per {kind} is {most}"
        asked, limit = requests.get(name, _NONE), limits.get(name, _NONE)
        if not asked.nanos:
            yield f"{told}, but no request is specified or request is 0"
        elif not limit.nanos:
            yield f"{told}, but no limit is specified or limit is 0"
        elif limit.nanos * 10**9 > most.nanos * asked.nanos:
            yield f"{told}, but provided ratio is {limit.nanos / asked.nanos:f}"


def _minimum(item: Mapping[str, Any], kind: str, requests: Amounts, limits: Amounts) -> Iterator[str]:
    for name, least in sorted(amounts(item.get("min")).items()):
        asked, limit = requests.get(name), limits.get(name)
        told = f"minimum {name} usage per {kind} is {least}"
        if asked is None:
            yield f"{told}.  No request is specified"
        elif asked < least:
            yield f"{told}, but request is {asked}"
        elif limit is not None and limit < least:
            yield f"{told}, but limit is {limit}"


_NONE = parse_quantity("0")


def _filled(container: Mapping[str, Any], item: Mapping[str, Any], kind: str, set_: list[str]) -> Mapping[str, Any]:
    resources = dict(container.get("resources") or {})
    for part, default, word in (("requests", "defaultRequest", "request"), ("limits", "default", "limit")):
        given = resources.get(part) or {}
        missing = {name: amount for name, amount in (item.get(default) or {}).items() if name not in given}
        if missing:
            resources[part] = {**given, **missing}
            names = ", ".join(sorted(missing))
            set_.append(f"{names} {word} for {kind} {container['name']}")
    return {**container, "resources": resources}


def _sum(spec: Mapping[str, Any], part: str) -> Amounts:
    total: Amounts = {}
    for container in spec.get("containers") or ():
        total = added(total, amounts((container.get("resources") or {}).get(part)))
    for container in spec.get("initContainers") or ():
        total = larger(total, amounts((container.get("resources") or {}).get(part)))
    return total


def _items(store: Store, object: Object, kind: str) -> Sequence[Mapping[str, Any]]:
    ranges = collection(store.objects, "limitranges", object["metadata"]["namespace"])
    return [
        item for _, each in ranges for item in (each.get("spec") or {}).get("limits") or () if item.get("type") == kind
    ]

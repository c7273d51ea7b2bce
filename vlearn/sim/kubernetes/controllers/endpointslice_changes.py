"""Which endpoint slices to create, change and delete, so that a service's pods are in slices of at most 100.

Changes touch as few slices as they can, because every node watches them: endpoints stay where they are, new ones go
where something changes anyway, and nothing is packed closer later. Source: k8s.io/endpointslice, reconciler.go.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.pods import Pod
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.controllers.endpoints import Service, belongs_in_endpoints, selects
from vlearn.sim.kubernetes.controllers.endpointslice import (
    Endpoint,
    Slice,
    endpoint,
    new_slice,
    slice_labels,
    slice_ports,
)

MOST = 100
"""Endpoints in one slice: --max-endpoints-per-slice."""


@dataclass(frozen=True, slots=True)
class SliceChanges:
    """What makes the slices right: new ones without a name, others with other endpoints, and those to delete."""

    create: tuple[Slice, ...] = ()
    update: tuple[Slice, ...] = ()
    delete: tuple[Slice, ...] = ()


def slice_changes(
    service: Service, pods: Sequence[Pod], existing: Sequence[Slice], zone_of: Callable[[str], str] = lambda node: ""
) -> SliceChanges:
    """The changes for a service, given its namespace's pods and its slices so far. `zone_of` a node says its zone."""
    groups: dict[str, tuple[list[dict[str, Any]], list[Endpoint]]] = {}
    for pod in pods:
        if not selects(service, pod) or not belongs_in_endpoints(pod, including_terminating=True):
            continue
        try:
            found = endpoint(service, pod, zone_of(str(pod["spec"].get("nodeName") or "")))
        except Refused:
            continue
        ports = slice_ports(service, pod)
        groups.setdefault(_same_ports(ports), (ports, []))[1].append(found)
    mine = {name: [each for each in existing if _same_ports(each.get("ports") or ()) == name] for name in groups}
    kept = {each["metadata"]["name"] for some in mine.values() for each in some}
    changes = [_group_changes(service, *groups[name], mine[name]) for name in sorted(groups)]
    create = [each for some in changes for each in some.create]
    update = [each for some in changes for each in some.update]
    delete = [each for some in changes for each in some.delete]
    delete += [each for each in existing if each["metadata"]["name"] not in kept]
    if not create and len(delete) == len(existing):
        # A service always has a slice, if an empty one.
        empty = new_slice(service, [], [])
        if len(delete) == 1 and _same(delete[0], empty):
            return SliceChanges()
        create.append(empty)
    reused = [_replacing(old, new) for old, new in zip(delete, create, strict=False)]
    count = len(reused)
    return SliceChanges(tuple(create[count:]), (*update, *reused), tuple(delete[count:]))


def _group_changes(
    service: Service, ports: list[dict[str, Any]], desired: Sequence[Endpoint], existing: Sequence[Slice]
) -> SliceChanges:
    """The changes among the slices of one list of ports."""
    waiting = {_identity(each): each for each in desired}
    labels = slice_labels(service)
    filled: dict[str, list[Endpoint]] = {}
    changed, unchanged, delete = [], [], []
    for each in existing:
        name, old = each["metadata"]["name"], list(each.get("endpoints") or ())
        new = [waiting.pop(_identity(one)) for one in old if _identity(one) in waiting]
        filled[name] = new
        if old and not new:
            delete.append(each)
        elif new != old or each["metadata"].get("labels") != labels:
            changed.append(each)
        else:
            unchanged.append(each)
    rest = list(waiting.values())
    for each in sorted(changed, key=lambda one: -len(filled[one["metadata"]["name"]])):
        _fill(filled[each["metadata"]["name"]], rest)
    room = [each for each in unchanged if len(filled[each["metadata"]["name"]]) + len(rest) <= MOST]
    if 0 < len(rest) < MOST and room:
        fullest = max(room, key=lambda one: len(filled[one["metadata"]["name"]]))
        changed.append(fullest)
        _fill(filled[fullest["metadata"]["name"]], rest)
    create = [new_slice(service, ports, rest[start : start + MOST]) for start in range(0, len(rest), MOST)]
    update = [_replacing(each, new_slice(service, ports, filled[each["metadata"]["name"]])) for each in changed]
    return SliceChanges(tuple(create), tuple(update), tuple(delete))


def _fill(endpoints: list[Endpoint], rest: list[Endpoint]) -> None:
    room = MOST - len(endpoints)
    endpoints += rest[:room]
    del rest[:room]


def _identity(endpoint: Endpoint) -> tuple[Any, ...]:
    """What makes an endpoint the same one, whatever has become of its conditions."""
    target = (endpoint.get("targetRef") or {}).get("uid")
    return tuple(endpoint["addresses"]), endpoint.get("hostname"), endpoint.get("nodeName"), target


def _same_ports(ports: Sequence[Mapping[str, Any]]) -> str:
    return repr([sorted(each.items()) for each in ports])


def _replacing(old: Slice, new: Slice) -> Slice:
    return {**old, "metadata": {**old["metadata"], "labels": new["metadata"]["labels"]}, **_contents(new)}


def _contents(slice: Slice) -> dict[str, Any]:
    return {name: list(slice.get(name) or ()) for name in ("endpoints", "ports")}


def _same(one: Slice, other: Slice) -> bool:
    return _contents(one) == _contents(other) and one["metadata"].get("labels") == other["metadata"]["labels"]

"""Garbage collection: what becomes of dependents when their owners go.

In the background an owner goes first, and its dependents follow; in the foreground it waits for those dependents that
block it; orphans lose the reference and stay. Cycles end, but for an object that owns itself: in the foreground it
waits for itself for ever, as it does upstream. Source: pkg/controller/garbagecollector. Leaves out owners in another
namespace than their dependent's, which upstream takes for absent after a warning: here they are simply absent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.store.deleting import FOREGROUND, ORPHAN, Deletion, Policy, deleted, without_finalizer
from vlearn.sim.kubernetes.store.store import Key, Object, Store, collection

Reference = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Graph:
    """Who owns whom, by uid."""

    objects: Mapping[str, tuple[Key, Object]]
    dependents: Mapping[str, tuple[str, ...]]


def collected(store: Store) -> Store:
    """The store when the collector has nothing left to do."""
    while True:
        after = collect_once(store)
        if after is store:
            return store
        store = after


def collect_once(store: Store) -> Store:
    """The store after the collector has gone through all objects once; the same store where nothing was to do."""
    graph = _graph(store)
    for uid, (key, object) in graph.objects.items():
        now = store.get(key)
        if now is None or now["metadata"]["uid"] != uid:
            continue
        finalizers = object["metadata"].get("finalizers") or ()
        if object["metadata"].get("deletionTimestamp") is not None and ORPHAN in finalizers:
            store = _orphaned(store, uid, key, graph)
        elif _is_waiting(object):
            store = _unblocked(store, uid, key, graph)
        if object["metadata"].get("ownerReferences") and store.get(key) is not None:
            store = _judged(store, uid, key, graph)
    return store


def owner_key(reference: Reference, namespace: str, graph: Mapping[str, tuple[Key, Object]]) -> Key | None:
    """Where the owner is that a reference means, or None where it is not."""
    found = graph.get(reference["uid"])
    if found is None or found[1].get("kind") != reference.get("kind"):
        return None
    key = found[0]
    return key if key.name == reference["name"] and key.namespace in ("", namespace) else None


def _judged(store: Store, uid: str, key: Key, graph: _Graph) -> Store:
    """Delete a dependent without a living owner, or strike off the owners that are gone."""
    object = store.get(key)
    assert object is not None
    references = object["metadata"].get("ownerReferences")
    if not references:
        return store
    solid: list[Reference] = []
    waiting: list[Reference] = []
    for reference in references:
        owner = owner_key(reference, key.namespace, graph.objects)
        alive = store.get(owner) if owner is not None else None
        if alive is None or alive["metadata"]["uid"] != reference["uid"]:
            continue
        (waiting if _is_waiting(alive) else solid).append(reference)
    if solid:
        if len(solid) == len(references):
            return store
        return store.put(key, {**object, "metadata": {**object["metadata"], "ownerReferences": solid}})
    if object["metadata"].get("deletionTimestamp") is not None:
        return store
    policy: Policy = "Background"
    if waiting and any(_refers(store, graph, each, uid) for each in graph.dependents.get(uid, ())):
        policy = "Foreground"
        store = _broken_cycle(store, uid, key, graph)
    elif own := _own_policy(object):
        policy = own
    return deleted(store, key, Deletion(policy=policy))[0]


def _broken_cycle(store: Store, uid: str, key: Key, graph: _Graph) -> Store:
    """Where a dependent of this object is itself waiting, both would wait for ever: this object stops blocking."""
    waiting = (store.get(graph.objects[each][0]) for each in graph.dependents.get(uid, ()))
    if not any(each is not None and _is_waiting(each) for each in waiting):
        return store
    object = store.get(key)
    assert object is not None
    freed = [{**each, "blockOwnerDeletion": False} for each in object["metadata"]["ownerReferences"]]
    return store.put(key, {**object, "metadata": {**object["metadata"], "ownerReferences": freed}})


def _unblocked(store: Store, uid: str, key: Key, graph: _Graph) -> Store:
    if any(_refers(store, graph, each, uid, blocking=True) for each in graph.dependents.get(uid, ())):
        return store
    return without_finalizer(store, key, FOREGROUND)


def _orphaned(store: Store, uid: str, key: Key, graph: _Graph) -> Store:
    for dependent in graph.dependents.get(uid, ()):
        place = graph.objects[dependent][0]
        object = store.get(place)
        if object is None:
            continue
        metadata = {name: value for name, value in object["metadata"].items() if name != "ownerReferences"}
        left = [each for each in object["metadata"].get("ownerReferences") or () if each["uid"] != uid]
        store = store.put(place, {**object, "metadata": {**metadata, **({"ownerReferences": left} if left else {})}})
    return without_finalizer(store, key, ORPHAN)


def _refers(store: Store, graph: _Graph, dependent: str, uid: str, blocking: bool = False) -> bool:
    """Whether a dependent still names this owner, and, if asked, keeps it from going in the foreground."""
    object = store.get(graph.objects[dependent][0])
    references = object["metadata"].get("ownerReferences") or () if object is not None else ()
    return any(each["uid"] == uid and (not blocking or each.get("blockOwnerDeletion")) for each in references)


def _is_waiting(object: Object) -> bool:
    metadata = object["metadata"]
    return metadata.get("deletionTimestamp") is not None and FOREGROUND in (metadata.get("finalizers") or ())


def _own_policy(object: Object) -> Policy:
    finalizers = object["metadata"].get("finalizers") or ()
    return "Orphan" if ORPHAN in finalizers else "Foreground" if FOREGROUND in finalizers else ""


def _graph(store: Store) -> _Graph:
    objects = {object["metadata"]["uid"]: (key, object) for key, object in _all(store)}
    dependents: dict[str, tuple[str, ...]] = {}
    for uid, (key, object) in objects.items():
        for reference in object["metadata"].get("ownerReferences") or ():
            if owner_key(reference, key.namespace, objects) is not None:
                dependents[reference["uid"]] = (*dependents.get(reference["uid"], ()), uid)
    return _Graph(objects, dependents)


def _all(store: Store) -> Iterator[tuple[Key, Object]]:
    for resource in sorted(store.objects):
        yield from collection(store.objects, resource)

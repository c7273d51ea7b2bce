"""Garbage collection: what becomes of dependents when their owners go.

In the background an owner goes first, and its dependents follow; in the foreground it waits for those dependents that
block it; orphans lose the reference and stay. Cycles end, but for an object that owns itself: in the foreground it
waits for itself for ever, as it does upstream. Source: pkg/controller/garbagecollector. Leaves out owners in another
namespace than their dependent's, which upstream takes for absent after a warning: here they are simply absent.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.store.deleting import FOREGROUND, ORPHAN, Deletion, Policy, deleted, without_finalizer
from vlearn.sim.kubernetes.store.store import Key, Object, Store, collection
from vlearn.sim.kubernetes.store.tags import owned_by

Reference = Mapping[str, Any]


def collected(store: Store) -> Store:
    """The store when the collector has nothing left to do."""
    while True:
        after = collect_once(store)
        if after is store:
            return store
        store = after


def collect_once(store: Store) -> Store:
    """The store after the collector has gone through all objects once; the same store where nothing was to do."""
    for key, object in list(_all(store)):
        store = collect(store, key, object["metadata"]["uid"])
    return store


def collect(store: Store, key: Key, uid: str) -> Store:
    """The store after the collector has looked at one object; the same store where nothing was to do or it is gone."""
    object = store.get(key)
    if object is None or object["metadata"]["uid"] != uid:
        return store
    finalizers = object["metadata"].get("finalizers") or ()
    if object["metadata"].get("deletionTimestamp") is not None and ORPHAN in finalizers:
        store = _orphaned(store, uid, key)
    elif _is_waiting(object):
        store = _unblocked(store, uid, key)
    if object["metadata"].get("ownerReferences") and store.get(key) is not None:
        store = _judged(store, uid, key)
    return store


def owner_of(store: Store, reference: Reference, namespace: str) -> tuple[Key, Object] | None:
    """The owner that a reference means, with its place; None where it is not."""
    resource = BY_KIND.get((reference.get("apiVersion", ""), reference.get("kind", "")))
    if resource is None:
        return None
    key = Key(resource.qualified, namespace if resource.namespaced else "", reference["name"])
    object = store.get(key)
    return (key, object) if object is not None and object["metadata"]["uid"] == reference["uid"] else None


def _judged(store: Store, uid: str, key: Key) -> Store:
    """Delete a dependent without a living owner, or strike off the owners that are gone."""
    object = store.get(key)
    assert object is not None
    references = object["metadata"].get("ownerReferences")
    if not references:
        return store
    solid: list[Reference] = []
    waiting: list[Reference] = []
    for reference in references:
        found = owner_of(store, reference, key.namespace)
        if found is not None:
            (waiting if _is_waiting(found[1]) else solid).append(reference)
    if solid:
        if len(solid) == len(references):
            return store
        return store.put(key, {**object, "metadata": {**object["metadata"], "ownerReferences": solid}})
    if object["metadata"].get("deletionTimestamp") is not None:
        return store
    policy: Policy = "Background"
    if waiting and _dependents(store, uid, key):
        policy = "Foreground"
        store = _broken_cycle(store, uid, key)
    elif own := _own_policy(object):
        policy = own
    return deleted(store, key, Deletion(policy=policy))[0]


def _broken_cycle(store: Store, uid: str, key: Key) -> Store:
    """Where a dependent of this object is itself waiting, both would wait for ever: this object stops blocking."""
    if not any(_is_waiting(each) for _, each in _dependents(store, uid, key)):
        return store
    object = store.get(key)
    assert object is not None
    freed = [{**each, "blockOwnerDeletion": False} for each in object["metadata"]["ownerReferences"]]
    return store.put(key, {**object, "metadata": {**object["metadata"], "ownerReferences": freed}})


def _unblocked(store: Store, uid: str, key: Key) -> Store:
    if any(_blocks(each, uid) for _, each in _dependents(store, uid, key)):
        return store
    return without_finalizer(store, key, FOREGROUND)


def _orphaned(store: Store, uid: str, key: Key) -> Store:
    for place, object in _dependents(store, uid, key):
        metadata = {name: value for name, value in object["metadata"].items() if name != "ownerReferences"}
        left = [each for each in object["metadata"]["ownerReferences"] if each["uid"] != uid]
        store = store.put(place, {**object, "metadata": {**metadata, **({"ownerReferences": left} if left else {})}})
    return without_finalizer(store, key, ORPHAN)


def _dependents(store: Store, uid: str, owner: Key) -> list[tuple[Key, Object]]:
    """Who names this owner, and means it: from its own namespace, or from any if it has none."""
    found = store.under(owned_by(uid))
    return [each for each in found if owner.namespace in ("", each[0].namespace) and _means(store, each, uid, owner)]


def _means(store: Store, dependent: tuple[Key, Object], uid: str, owner: Key) -> bool:
    key, object = dependent
    references = (each for each in object["metadata"]["ownerReferences"] if each["uid"] == uid)
    found = (owner_of(store, each, key.namespace) for each in references)
    return any(each is not None and each[0] == owner for each in found)


def _blocks(dependent: Object, uid: str) -> bool:
    references = dependent["metadata"]["ownerReferences"]
    return any(each["uid"] == uid and each.get("blockOwnerDeletion") for each in references)


def _is_waiting(object: Object) -> bool:
    metadata = object["metadata"]
    return metadata.get("deletionTimestamp") is not None and FOREGROUND in (metadata.get("finalizers") or ())


def _own_policy(object: Object) -> Policy:
    finalizers = object["metadata"].get("finalizers") or ()
    return "Orphan" if ORPHAN in finalizers else "Foreground" if FOREGROUND in finalizers else ""


def _all(store: Store) -> Iterator[tuple[Key, Object]]:
    for resource in sorted(store.objects):
        yield from collection(store.objects, resource)

"""Deletion: at once, or after a grace, or when the last finalizer is gone.

Source: k8s.io/apiserver, registry/rest/delete.go and registry/generic/registry/store.go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.store.store import Key, Object, Store

Policy = Literal["", "Foreground", "Background", "Orphan"]

FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
_FINALIZER: Mapping[Policy, tuple[str, ...]] = {
    "": (),
    "Background": (),
    "Foreground": (FOREGROUND,),
    "Orphan": (ORPHAN,),
}


@dataclass(frozen=True, slots=True)
class Deletion:
    """How to delete: the grace in seconds (None: the object's own), and what becomes of dependents.

    Without a policy an object's own finalizers decide, then the default: in the background.
    """

    grace: int | None = None
    policy: Policy = ""


DEFAULT = Deletion()


def deleted(store: Store, key: Key, deletion: Deletion = DEFAULT) -> tuple[Store, Object, bool]:
    """The store after deleting an object that is there, the object as it was last, and whether it is gone already."""
    object = store.get(key)
    assert object is not None, "the caller has looked"
    grace = _grace(object, key, deletion.grace)
    finalizers = _finalizers(object, deletion.policy)
    metadata = object["metadata"]
    waits = bool(finalizers) or grace > 0 or _holds_content(object, key)
    if not waits:
        return store.remove(key), object, True
    changed: dict[str, Any] = {**metadata, "finalizers": finalizers} if finalizers else _without(metadata, "finalizers")
    shorter = grace < metadata.get("deletionGracePeriodSeconds", grace + 1)
    if metadata.get("deletionTimestamp") is None or shorter:
        changed["deletionTimestamp"] = timestamp(store.now + grace)
        changed["deletionGracePeriodSeconds"] = grace
        if metadata.get("generation"):
            changed["generation"] = metadata["generation"] + (metadata.get("deletionTimestamp") is None)
    after = {**object, "metadata": changed}
    if key.resource == "namespaces":
        after["status"] = {**(object.get("status") or {}), "phase": "Terminating"}
    if after == object:
        return store, object, False
    store = store.put(key, after)
    return store, store.get(key) or after, False


def settled(store: Store, key: Key) -> Store:
    """The store without an object that was only waiting for finalizers which are gone now."""
    object = store.get(key)
    if object is None or object["metadata"].get("deletionTimestamp") is None:
        return store
    metadata = object["metadata"]
    waits = metadata.get("finalizers") or metadata.get("deletionGracePeriodSeconds") or _holds_content(object, key)
    return store if waits else store.remove(key)


def without_finalizer(store: Store, key: Key, finalizer: str) -> Store:
    """The store after a finalizer has been struck off an object, which may end it."""
    object = store.get(key)
    if object is None:
        return store
    left = [each for each in object["metadata"].get("finalizers") or () if each != finalizer]
    metadata = {**object["metadata"], "finalizers": left} if left else _without(object["metadata"], "finalizers")
    return settled(store.put(key, {**object, "metadata": metadata}), key)


def later(store: Store, seconds: float) -> Store:
    """The same store when so much time has gone by."""
    return replace(store, now=store.now + seconds)


def _grace(object: Object, key: Key, asked: int | None) -> int:
    if key.resource != "pods":
        return 0
    spec, status = object.get("spec") or {}, object.get("status") or {}
    # Nobody would confirm the end of a pod that no kubelet runs.
    if not spec.get("nodeName") or status.get("phase") in ("Succeeded", "Failed"):
        return 0
    own: int = spec.get("terminationGracePeriodSeconds", 30) if asked is None else asked
    before = object["metadata"].get("deletionGracePeriodSeconds")
    return max(own, 0) if before is None else min(max(own, 0), before)


def _finalizers(object: Object, policy: Policy) -> list[str]:
    own = list(object["metadata"].get("finalizers") or ())
    if not policy:
        return own
    return [each for each in own if each not in (FOREGROUND, ORPHAN)] + list(_FINALIZER[policy])


def _holds_content(object: Object, key: Key) -> bool:
    return key.resource == "namespaces" and bool((object.get("spec") or {}).get("finalizers"))


def _without(mapping: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name != key}

"""The end of a namespace: when it is terminating its content is deleted, then its last finalizer, then itself.

Source: pkg/controller/namespace.
"""

from vlearn.sim.kubernetes.store.deleting import Deletion, deleted, settled
from vlearn.sim.kubernetes.store.store import Key, Store, collection

FINALIZER = "kubernetes"


def emptied(store: Store, namespace: str) -> Store:
    """The store after one step of the namespace's end; the same store where it is not ending, or must wait."""
    key = Key("namespaces", "", namespace)
    object = store.get(key)
    if object is None or object["metadata"].get("deletionTimestamp") is None:
        return store
    content = [
        place for resource in sorted(store.objects) for place, _ in collection(store.objects, resource, namespace)
    ]
    for place in content:
        if store.get(place) is not None:
            store = deleted(store, place, Deletion(policy="Background"))[0]
    if any(store.get(place) is not None for place in content):
        return store
    left = [each for each in object["spec"].get("finalizers") or () if each != FINALIZER]
    return settled(store.put(key, {**object, "spec": {**object["spec"], "finalizers": left}}), key)

"""Events: what components tell of an object, as objects of the API themselves.

The same event again raises its count. Source: k8s.io/client-go, tools/record. Leaves out the aggregation of events that
differ only in their message, and the limit of how many a component may send. As everything else, an event may not come
into a namespace that is missing or to go: upstream's recorders are refused and give up.
"""

from hashlib import blake2b

from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.store import Key, Object, Store

EVENTS = "events"


def recorded(
    store: Store,
    about: Object,
    type: str,
    reason: str,
    message: str,
    component: str,
    *,
    host: str = "",
    field: str = "",
) -> Store:
    """The store with the event, or with one more of it."""
    metadata = about["metadata"]
    namespace = metadata.get("namespace") or "default"
    parts = (metadata.get("uid", ""), metadata["name"], about["kind"], type, reason, message, component, host, field)
    name = f"{metadata['name']}.{blake2b(repr(parts).encode(), digest_size=8).hexdigest()}"
    key = Key(EVENTS, namespace, name)
    before = store.get(key)
    now = timestamp(store.now)
    if before is not None:
        return store.put(key, {**before, "count": before["count"] + 1, "lastTimestamp": now})
    if not _is_open(store, namespace):
        return store
    involved = {
        "kind": about["kind"],
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
        "uid": metadata.get("uid"),
        "apiVersion": about["apiVersion"],
        "resourceVersion": metadata.get("resourceVersion"),
        "fieldPath": field,
    }
    event = {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {"name": name, "namespace": namespace, "uid": name, "creationTimestamp": now},
        "involvedObject": {part: value for part, value in involved.items() if value},
        "reason": reason,
        "message": message,
        "source": {"component": component, **({"host": host} if host else {})},
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": 1,
        "type": type,
        "reportingComponent": component,
        "reportingInstance": host,
    }
    return store.put(key, event)


def _is_open(store: Store, namespace: str) -> bool:
    found = store.get(Key("namespaces", "", namespace))
    return found is not None and found["metadata"].get("deletionTimestamp") is None

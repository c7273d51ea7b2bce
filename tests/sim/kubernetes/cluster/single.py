"""A small loop for the tests of single components: what they do is applied at once, and the time is given."""

from dataclasses import replace

from vlearn.sim.kubernetes.apiserver import new_cluster
from vlearn.sim.kubernetes.cluster.actions import Create, SetStatus, key_of
from vlearn.sim.kubernetes.store import collection

NOW = 1_800_000_000.0


def cluster(*objects, now=NOW):
    """A store with these objects; a status that an object brings is written after it."""
    store = new_cluster(now)
    for object in objects:
        store = Create(object).apply(store)
        if "status" in object:
            store = SetStatus(key_of(object), object["status"]).apply(store)
    return store


def looked(component, store, key, memory=None, now=NOW):
    """The store after one look at a moment, and the work."""
    store = replace(store, now=now)
    work = component.reconcile(store, key, memory)
    for action in work.actions:
        store = action.apply(store)
    return store, work


def settled(component, store, key, now=NOW):
    """The store after as many looks as change something."""
    for _ in range(20):
        after, _ = looked(component, store, key, now=now)
        if after.revision == store.revision:
            return after
        store = after
    raise AssertionError(f"{component.name} does not come to rest")


def messages(store, reason):
    """What events of this reason say."""
    return [each["message"] for _, each in collection(store.objects, "events") if each["reason"] == reason]


def last_change(store):
    """The latest change of a store."""
    return next(iter(store.changes(store.revision - 1)))

"""Watching: what happened to the objects of a selection since a version, as a client sees it.

An object that comes to meet the selectors is ADDED for that client, one that ceases to is DELETED. Source:
k8s.io/apiserver, storage/cacher.
"""

from dataclasses import dataclass
from typing import Any, Literal

from vlearn.sim.kubernetes.store.selecting import Selection
from vlearn.sim.kubernetes.store.store import Change, Object, Store, collection, stamped

EventKind = Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One line of a watch."""

    kind: EventKind
    object: Object

    @property
    def json(self) -> dict[str, Any]:
        """As it is sent."""
        return {"type": self.kind, "object": self.object}


def initial_events(store: Store, selection: Selection) -> tuple[WatchEvent, ...]:
    """What a watch that names no version starts with: everything that is there, as ADDED."""
    found = collection(store.objects, selection.resource, selection.namespace)
    return tuple(WatchEvent("ADDED", object) for _, object in found if selection.holds(object))


def events_since(store: Store, selection: Selection, since: int) -> tuple[WatchEvent, ...]:
    """What happened after a version. Raises Compacted where that is no longer known."""
    seen = (_seen(change, selection) for change in store.changes(since) if _concerns(change, selection))
    return tuple(event for event in seen if event is not None)


def bookmark(store: Store, kind: str, api_version: str) -> WatchEvent:
    """Tells a client how far it has seen, so that it can resume from there."""
    return WatchEvent("BOOKMARK", stamped({"kind": kind, "apiVersion": api_version, "metadata": {}}, store.revision))


def _concerns(change: Change, selection: Selection) -> bool:
    key = change.key
    return key.resource == selection.resource and selection.namespace in (None, key.namespace)


def _seen(change: Change, selection: Selection) -> WatchEvent | None:
    before = change.before is not None and selection.holds(change.before)
    after = change.kind != "DELETED" and selection.holds(change.after)
    if before and after:
        return WatchEvent("MODIFIED", change.after)
    if after:
        return WatchEvent("ADDED", change.after)
    if before:
        # The client gets the object as it last knew it, with the version at which it lost it.
        assert change.before is not None
        return WatchEvent("DELETED", stamped(change.before, int(change.after["metadata"]["resourceVersion"])))
    return None

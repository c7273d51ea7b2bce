"""The cluster's memory: versions, lists, watches, deletion and garbage collection, all as values.

store = Store().put(key, pod)              # the next revision; the old store is still there
store.at(7)                                # everything as it was
list_page(store, Selection("pods", "default"), limit=2)
events_since(store, Selection("pods"), 7)
store, pod, gone = deleted(store, key)
collected(store)                           # when the garbage collector is done
"""

from vlearn.sim.kubernetes.store.deleting import Deletion, deleted, later, settled
from vlearn.sim.kubernetes.store.garbage import collect_once, collected
from vlearn.sim.kubernetes.store.listing import Page, list_page
from vlearn.sim.kubernetes.store.namespaces import emptied
from vlearn.sim.kubernetes.store.selecting import FieldTerm, Selection, parse_fields
from vlearn.sim.kubernetes.store.store import Change, Compacted, Key, Object, Objects, Store, Version, collection
from vlearn.sim.kubernetes.store.watching import WatchEvent, bookmark, events_since, initial_events

__all__ = [
    "Change",
    "Compacted",
    "Deletion",
    "FieldTerm",
    "Key",
    "Object",
    "Objects",
    "Page",
    "Selection",
    "Store",
    "Version",
    "WatchEvent",
    "bookmark",
    "collect_once",
    "collected",
    "collection",
    "deleted",
    "emptied",
    "events_since",
    "initial_events",
    "later",
    "list_page",
    "parse_fields",
    "settled",
]

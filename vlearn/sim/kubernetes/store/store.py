"""The store of a cluster: every version of every object, as etcd keeps them.

Objects are plain JSON values that nobody writes to. A write makes a new store with the next revision; the maps are
persistent, so an old version costs only what has changed since. Leaves out leases and transactions of several keys.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.store.tags import tags_of

Object = Mapping[str, Any]
Named = Map[str, Object]
Objects = Map[str, Map[str, Named]]
ChangeKind = Literal["ADDED", "MODIFIED", "DELETED"]

_NOTHING: Objects = Map()
_NO_NAMESPACE: Map[str, Named] = Map()
_NO_NAME: Named = Map()
Tagged = Map[str, Map["Key", None]]
_NO_KEYS: Map["Key", None] = Map()


class Key(NamedTuple):
    """Where an object is: its resource as messages name it (deployments.apps), its namespace or none, its name."""

    resource: str
    namespace: str
    name: str


class Change(NamedTuple):
    """What one revision did: the object before, and after it. A deleted object carries the deletion's version."""

    kind: ChangeKind
    key: Key
    before: Object | None
    after: Object


class Version(NamedTuple):
    """All objects at one revision, and the change that led there."""

    objects: Objects
    change: Change | None


class Compacted(ModelError):
    """The version is older than all that are kept; `oldest` is the first that can be read."""

    def __init__(self, revision: int, oldest: int) -> None:
        super().__init__(f"revision {revision} has been compacted; the oldest that is kept is {oldest}")
        self.revision, self.oldest = revision, oldest


@dataclass(frozen=True, slots=True)
class Store:
    """Every version of a cluster's objects since the last compaction. `now` is the cluster's clock, in seconds since
    1970; `seed` is what uids and generated names are drawn from.
    """

    revision: int = 1
    oldest: int = 1
    history: Map[int, Version] = field(default_factory=lambda: Map({1: Version(_NOTHING, None)}))
    now: float = 0.0
    seed: int = 0
    tagged: Tagged = field(default_factory=Map)
    """The keys of the latest objects by tag."""

    @property
    def objects(self) -> Objects:
        """The latest version of everything."""
        return self.history[self.revision].objects

    def at(self, revision: int) -> Objects:
        """Everything as it was. Raises Compacted for a version no longer kept, ModelError for one yet to come."""
        if revision < self.oldest:
            raise Compacted(revision, self.oldest)
        if revision > self.revision:
            raise ModelError(f"the store is at revision {self.revision}; there is no revision {revision} yet")
        return self.history[revision].objects

    def get(self, key: Key) -> Object | None:
        """The latest version of one object."""
        return self.objects.get(key.resource, _NO_NAMESPACE).get(key.namespace, _NO_NAME).get(key.name)

    def put(self, key: Key, object: Object) -> "Store":
        """A version with this object, its resourceVersion set."""
        before = self.get(key)
        kind: ChangeKind = "ADDED" if before is None else "MODIFIED"
        after = stamped(object, self.revision + 1)
        spaces = self.objects.get(key.resource, _NO_NAMESPACE)
        names = spaces.get(key.namespace, _NO_NAME).set(key.name, after)
        objects = self.objects.set(key.resource, spaces.set(key.namespace, names))
        return self._next(objects, Change(kind, key, before, after), _retagged(self.tagged, key, before, after))

    def remove(self, key: Key) -> "Store":
        """A version without this object. Raises ModelError if it is not there."""
        before = self.get(key)
        if before is None:
            raise ModelError(f"there is no {key.resource} {key.name!r} in namespace {key.namespace!r} to remove")
        spaces = self.objects[key.resource]
        names = spaces[key.namespace].delete(key.name)
        left = spaces.set(key.namespace, names) if names else spaces.delete(key.namespace)
        after = stamped(before, self.revision + 1)
        objects = self.objects.set(key.resource, left)
        return self._next(objects, Change("DELETED", key, before, after), _retagged(self.tagged, key, before, None))

    def under(self, tag: str, resource: str = "") -> list[tuple[Key, Object]]:
        """The latest objects with a tag, of one resource or of all, by key."""
        keys = sorted(key for key in self.tagged.get(tag, _NO_KEYS) if not resource or key.resource == resource)
        objects = self.objects
        return [(key, objects[key.resource][key.namespace][key.name]) for key in keys]

    def changes(self, since: int) -> Iterator[Change]:
        """What happened after a revision, in order. Raises Compacted where that is no longer known."""
        if since < self.oldest:
            raise Compacted(since, self.oldest)
        return (self._change(revision) for revision in range(since + 1, self.revision + 1))

    def compacted(self, revision: int) -> "Store":
        """Forget what was before a revision, which itself stays readable."""
        self.at(revision)
        kept = self.history.mutate()
        for old in range(self.oldest, revision):
            del kept[old]
        return replace(self, oldest=revision, history=kept.finish())

    def _change(self, revision: int) -> Change:
        change = self.history[revision].change
        assert change is not None, "every revision but the first is made by a change"
        return change

    def _next(self, objects: Objects, change: Change, tagged: Tagged) -> "Store":
        revision = self.revision + 1
        history = self.history.set(revision, Version(objects, change))
        # Not `replace`, which takes as long as all the rest of a write.
        return Store(revision, self.oldest, history, self.now, self.seed, tagged)


def stamped(object: Object, revision: int) -> Object:
    """The object with this resourceVersion."""
    return {**object, "metadata": {**object.get("metadata", {}), "resourceVersion": str(revision)}}


def _retagged(tagged: Tagged, key: Key, before: Object | None, after: Object | None) -> Tagged:
    old = () if before is None else tags_of(key.resource, key.namespace, before)
    new = () if after is None else tags_of(key.resource, key.namespace, after)
    if old == new:
        return tagged
    for tag in old:
        left = tagged[tag].delete(key)
        tagged = tagged.set(tag, left) if left else tagged.delete(tag)
    for tag in new:
        tagged = tagged.set(tag, tagged.get(tag, _NO_KEYS).set(key, None))
    return tagged


def collection(objects: Objects, resource: str, namespace: str | None = None) -> list[tuple[Key, Object]]:
    """One resource's objects of one namespace or of all, sorted by namespace and name."""
    spaces = objects.get(resource, _NO_NAMESPACE)
    chosen = sorted(spaces) if namespace is None else [namespace] if namespace in spaces else []
    return [(Key(resource, space, name), spaces[space][name]) for space in chosen for name in sorted(spaces[space])]

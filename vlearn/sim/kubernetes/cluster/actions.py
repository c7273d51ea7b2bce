"""What a component asks of the API server: create, update, set a status, remove, bind, and tell what happened.

An action carries whole objects and keys rather than a request's path and bytes; the rules that a request meets
(validation, admission, quota, finalizers, conflicts) are the same, because the same functions apply it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from vlearn.sim.kubernetes.api.kinds import BY_KIND, PODS, RESOURCES, Resource
from vlearn.sim.kubernetes.api.status import not_found
from vlearn.sim.kubernetes.apiserver.deletion import delete_one
from vlearn.sim.kubernetes.apiserver.paths import Target
from vlearn.sim.kubernetes.apiserver.subresources import bound
from vlearn.sim.kubernetes.apiserver.writing import created, updated
from vlearn.sim.kubernetes.cluster.events import recorded
from vlearn.sim.kubernetes.store import Key, Object, Store, emptied
from vlearn.sim.kubernetes.store.garbage import collect

_BY_QUALIFIED: Mapping[str, Resource] = {each.qualified: each for each in RESOURCES}


def key_of(object: Object) -> Key:
    """Where an object is, or is to be, in the store. Its apiVersion and kind say which resource it is."""
    metadata = object["metadata"]
    resource = BY_KIND[object["apiVersion"], object["kind"]]
    return Key(resource.qualified, metadata.get("namespace") or "", metadata.get("name") or "")


def target_of(key: Key, subresource: str = "") -> Target:
    """The same place as a request's path means it."""
    return Target(_BY_QUALIFIED[key.resource], key.namespace, key.name, subresource)


@dataclass(frozen=True, slots=True)
class Create:
    """Create this object; its metadata say where, and its name or what to generate one from.

    `told` is recorded once it is there; `{name}` in its message stands for the name that was generated.
    """

    object: Object
    told: "Tell | None" = None

    def apply(self, store: Store) -> Store:
        """The store with it. Raises StatusError."""
        store, made = created(store, target_of(key_of(self.object)), self.object)
        if self.told is None:
            return store
        message = self.told.message.replace("{name}", made["metadata"]["name"])
        return replace(self.told, message=message).apply(store)


@dataclass(frozen=True, slots=True)
class Update:
    """Replace an object, but for its status; with the resourceVersion it was read at, a later writer wins."""

    object: Object

    def apply(self, store: Store) -> Store:
        """The store with it. Raises StatusError: it has gone, or has been modified since."""
        target = target_of(key_of(self.object))
        if store.get(target.key) is None:
            raise not_found(target.resource, target.name)
        return updated(store, target, self.object)[0]


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Write an object's status. The same status again is no write."""

    key: Key
    status: Mapping[str, Any]

    def apply(self, store: Store) -> Store:
        """The store with it. Raises StatusError where the object has gone."""
        target = target_of(self.key, "status")
        old = store.get(self.key)
        if old is None:
            raise not_found(target.resource, target.name)
        # JSON has lists: a controller's tuple must not meet a patch that expects one.
        status = {name: list(part) if isinstance(part, tuple) else part for name, part in self.status.items()}
        return updated(store, target, {**old, "status": status})[0]


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete an object, if it still is the one with this uid; `grace` in seconds, None for the object's own."""

    key: Key
    uid: str = ""
    grace: int | None = None
    policy: Literal["", "Background", "Foreground", "Orphan"] = ""

    def apply(self, store: Store) -> Store:
        """The store without it, or with it on its way out. Raises StatusError."""
        options: dict[str, Any] = {"propagationPolicy": self.policy} if self.policy else {}
        if self.uid:
            options["preconditions"] = {"uid": self.uid}
        if self.grace is not None:
            options["gracePeriodSeconds"] = self.grace
        return delete_one(store, target_of(self.key), options)[0]


@dataclass(frozen=True, slots=True)
class Bind:
    """Put a pod on a node."""

    pod: Key
    node: str

    def apply(self, store: Store) -> Store:
        """The store with the pod there. Raises StatusError: the pod has gone, is going, or is somewhere already."""
        return bound(store, Target(PODS, self.pod.namespace, self.pod.name), {"target": {"name": self.node}})


@dataclass(frozen=True, slots=True)
class Tell:
    """Record what happened to an object: an Event, as `kubectl describe` shows it. The same again only counts."""

    about: Object
    reason: str
    message: str
    component: str
    type: Literal["Normal", "Warning"] = "Normal"
    host: str = ""
    field: str = ""
    """The part of the object that it is about: spec.containers{web}."""

    def apply(self, store: Store) -> Store:
        """The store with the event."""
        event = self.type, self.reason, self.message, self.component
        return recorded(store, self.about, *event, host=self.host, field=self.field)


@dataclass(frozen=True, slots=True)
class Collect:
    """Let the garbage collector judge an object: delete it, orphan its dependents, or let it go."""

    key: Key
    uid: str

    def apply(self, store: Store) -> Store:
        """The store after it."""
        return collect(store, self.key, self.uid)


@dataclass(frozen=True, slots=True)
class Empty:
    """Delete what is in a namespace that is to go, and then the namespace."""

    namespace: str

    def apply(self, store: Store) -> Store:
        """The store after one step of it."""
        return emptied(store, self.namespace)


Action = Create | Update | SetStatus | Remove | Bind | Tell | Collect | Empty


def unrecorded(actions: Iterable[Action]) -> Iterator[Action]:
    """The same actions without the events."""
    for action in actions:
        if isinstance(action, Create) and action.told is not None:
            yield Create(action.object)
        elif not isinstance(action, Tell):
            yield action

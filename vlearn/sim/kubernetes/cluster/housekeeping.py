"""Who tidies up: the garbage collector, the namespace controller, and those that keep accounts and quotas.

Source: pkg/controller/{garbagecollector,namespace,serviceaccount,resourcequota}.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.kinds import RESOURCES
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.apiserver.admission.usage import used
from vlearn.sim.kubernetes.cluster.actions import Action, Collect, Create, Empty, SetStatus
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.store import Change, Key, Store, collection
from vlearn.sim.kubernetes.store.deleting import FOREGROUND, ORPHAN
from vlearn.sim.kubernetes.store.tags import owned_by

EVERYTHING = tuple(each.qualified for each in RESOURCES if each.name != "events")
QUOTAS = "resourcequotas"


class _Housekeeper:
    name: str

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """Try again soon."""
        return None


@dataclass(frozen=True, slots=True)
class GarbageCollector(_Housekeeper):
    """Deletes what has lost its last owner."""

    name: str = "garbage-collector-controller"
    resources: tuple[str, ...] = EVERYTHING

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """What waits for its dependents, what names owners, and the dependents and owners of what has gone."""
        metadata = change.after["metadata"]
        keys = []
        leaving = metadata.get("deletionTimestamp") is not None
        if change.kind == "DELETED" or leaving:
            keys = [key for key, _ in store.under(owned_by(metadata["uid"]))]
        if leaving and any(each in (FOREGROUND, ORPHAN) for each in metadata.get("finalizers") or ()):
            keys.append(change.key)
        references = metadata.get("ownerReferences")
        if references:
            known = change.before is not None and change.before["metadata"].get("ownerReferences") == references
            if change.kind != "DELETED" and not known:
                keys.append(change.key)
            if change.kind == "DELETED" or not known:
                keys += _owners(change, store)
        return keys

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """Judge one object, if there is something to judge."""
        object = store.get(key)
        if object is None:
            return NOTHING
        action = Collect(key, object["metadata"]["uid"])
        return Work((action,)) if action.apply(store) is not store else NOTHING


@dataclass(frozen=True, slots=True)
class NamespaceController(_Housekeeper):
    """Empties namespaces that are to go."""

    name: str = "namespace-controller"
    resources: tuple[str, ...] = EVERYTHING

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """A namespace on its way out, when it or something in it changes."""
        name = change.key.name if change.key.resource == "namespaces" else change.key.namespace
        key = Key("namespaces", "", name)
        found = store.get(key) if name else None
        return () if found is None or found["metadata"].get("deletionTimestamp") is None else (key,)

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """Delete its content; when that has gone, let it go."""
        action = Empty(key.name)
        return Work((action,)) if action.apply(store) is not store else NOTHING


@dataclass(frozen=True, slots=True)
class ServiceAccountController(_Housekeeper):
    """Sees to it that every namespace has the account that pods run under by default."""

    name: str = "serviceaccount-controller"
    resources: tuple[str, ...] = ("namespaces", "serviceaccounts")

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """The namespace that is new, or that has lost an account."""
        if change.key.resource == "namespaces":
            return (Key("namespaces", "", change.key.name),) if change.kind != "DELETED" else ()
        return (Key("namespaces", "", change.key.namespace),) if change.kind == "DELETED" else ()

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """Create the account where it is missing."""
        namespace = store.get(key)
        if namespace is None or namespace["metadata"].get("deletionTimestamp") is not None:
            return NOTHING
        if store.get(Key("serviceaccounts", key.name, "default")) is not None:
            return NOTHING
        metadata = {"name": "default", "namespace": key.name}
        return Work((Create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}),))


@dataclass(frozen=True, slots=True)
class QuotaController(_Housekeeper):
    """Counts what is used of each quota, so that what has gone is free again."""

    name: str = "resourcequota-controller"
    resources: tuple[str, ...] = EVERYTHING

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """The quota itself, and all of its namespace where something has gone or ended."""
        if change.key.resource == QUOTAS:
            return (change.key,) if change.kind != "DELETED" else ()
        if change.kind == "ADDED" or QUOTAS not in store.objects:
            return ()
        return [key for key, _ in collection(store.objects, QUOTAS, change.key.namespace)]

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """Write what is used."""
        quota = store.get(key)
        if quota is None:
            return NOTHING
        hard = (quota.get("spec") or {}).get("hard") or {}
        return Work((SetStatus(key, {"hard": dict(hard), "used": used(quota, store.objects, store.now)}),))


def _owners(change: Change, store: Store) -> list[Key]:
    """Those of its owners that wait for their dependents to go."""
    found = []
    for reference in change.after["metadata"]["ownerReferences"]:
        resource = next((each for each in RESOURCES if each.kind == reference.get("kind")), None)
        if resource is None:
            continue
        key = Key(resource.qualified, change.key.namespace if resource.namespaced else "", reference["name"])
        owner = store.get(key)
        if owner is not None and FOREGROUND in (owner["metadata"].get("finalizers") or ()):
            found.append(key)
    return found

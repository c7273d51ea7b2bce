"""What most controllers share: which of their objects a change concerns, and how they speak of what they do."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.pods import phase
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.apiserver.admission.namespaces import NAMESPACE_TERMINATING
from vlearn.sim.kubernetes.cluster.actions import Action, Create, Remove, Tell, Update, key_of
from vlearn.sim.kubernetes.cluster.component import Work
from vlearn.sim.kubernetes.cluster.ownership import would_own
from vlearn.sim.kubernetes.controllers.history import History
from vlearn.sim.kubernetes.controllers.owners import controller_reference
from vlearn.sim.kubernetes.store import Change, Key, Object, Store

REJECTED = 1.0
"""Seconds before a pod that failed at birth is replaced. Upstream only the rate of requests slows this."""


def concerned(change: Change, store: Store, own: str) -> Iterable[Key]:
    """The owners, of the resource `own`, that a change to one of them or to one of their dependents concerns."""
    if change.key.resource == own:
        return (change.key,)
    keys = dict.fromkeys(would_own(store, change.after, own)) if change.kind != "DELETED" else {}
    if change.before is not None and (change.kind == "DELETED" or has_moved(change)):
        keys |= dict.fromkeys(would_own(store, change.before, own))
    return tuple(keys)


def has_moved(change: Change) -> bool:
    """Whether an object may have got another owner."""
    assert change.before is not None
    old, new = change.before["metadata"], change.after["metadata"]
    return bool(old.get("ownerReferences") != new.get("ownerReferences") or old.get("labels") != new.get("labels"))


def tell(
    component: str, about: Object, reason: str, message: str, type: Literal["Normal", "Warning"] = "Normal"
) -> Tell:
    """An event of this component."""
    return Tell(about, reason, message, component, type)


def failed_at_birth(pod: Object, now: float) -> bool:
    """Whether its node has rejected a pod in the very second in which it was made."""
    return phase(pod) == "Failed" and bool(pod["metadata"]["creationTimestamp"] == timestamp(now))


def is_ending(error: StatusError) -> bool:
    """Whether an object may not be created because its namespace is on its way out."""
    causes = (error.details or {}).get("causes") or ()
    return any(each.get("reason") == NAMESPACE_TERMINATING for each in causes)


def removal(object: Object) -> Remove:
    """Delete this very object, and not another that has taken its name."""
    return Remove(key_of(object), object["metadata"]["uid"])


def written(past: History) -> tuple[Action, ...]:
    """What writes a workload's new revision down, where there is one: as a new object, or as the next of an old one."""
    if past.write is None:
        return ()
    return (Update(past.write) if "uid" in past.write["metadata"] else Create(past.write),)


class Controller:
    """A component whose objects own others: `own` is its resource, `dependents` those of what it owns.

    Of the resources in `by_owner` it heeds only what it owns or may come to own.
    """

    name: str
    own: str
    dependents: tuple[str, ...] = ("pods",)
    by_owner: tuple[str, ...] = ()

    @property
    def resources(self) -> tuple[str, ...]:
        """What it watches."""
        return (self.own, *self.dependents)

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """The owners to look at."""
        return concerned(change, store, self.own)

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """What may not be created is reported on its owner; the next try follows by itself, later and later.

        Where the namespace is to go, nothing is: no later try will do better.
        """
        owner = store.get(key)
        if not isinstance(action, Create) or owner is None or is_ending(error):
            return None
        return Work((self.say(owner, "FailedCreate", f"Error creating: {error.message}", "Warning"),))

    def say(self, about: Object, reason: str, message: str, type: Literal["Normal", "Warning"] = "Normal") -> Tell:
        """An event under the controller's own name."""
        return tell(self.name, about, reason, message, type)


def from_template(owner: Object, template: Mapping[str, Any], told: Tell | None = None, /, **metadata: Any) -> Create:
    """Create a pod from a template, in its owner's namespace, named after the owner unless `metadata` names it."""
    given = template.get("metadata") or {}
    named = metadata if "name" in metadata else {"generateName": f"{owner['metadata']['name']}-", **metadata}
    kept = {field: dict(given[field]) for field in ("labels", "annotations") if given.get(field)}
    kept["labels"] = {**kept.get("labels", {}), **named.pop("labels", {})}
    if "finalizers" in given:
        kept["finalizers"] = given["finalizers"]
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            **kept,
            "namespace": owner["metadata"]["namespace"],
            **named,
            "ownerReferences": [controller_reference(owner)],
        },
        "spec": template["spec"],
    }
    return Create(pod, told)

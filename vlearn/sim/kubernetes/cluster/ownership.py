"""Whose an object is: the controller reference, and how a controller adopts and releases objects by its selector.

Source: pkg/controller/controller_ref_manager.go.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.kinds import RESOURCES
from vlearn.sim.kubernetes.api.pods import is_active
from vlearn.sim.kubernetes.api.selector import Selector, selector_of
from vlearn.sim.kubernetes.cluster.actions import Action, Update
from vlearn.sim.kubernetes.controllers.owners import controller_reference
from vlearn.sim.kubernetes.store import Key, Object, Store, collection
from vlearn.sim.kubernetes.store.tags import owned_by, uncontrolled

Reference = Mapping[str, Any]
KINDS = {each.qualified: each.kind for each in RESOURCES}
"""What the objects of a resource are called: deployments.apps holds a Deployment each."""


def controller_of(object: Object, kind: str = "") -> Reference | None:
    """The reference to the object's controller, if it has one, of this kind where one is named."""
    for each in object["metadata"].get("ownerReferences") or ():
        if each.get("controller"):
            return each if not kind or each["kind"] == kind else None
    return None


def owned(store: Store, owner: Object, resource: str) -> list[Object]:
    """The objects that `owner` controls, by name."""
    uid = owner["metadata"]["uid"]
    return [object for _, object in store.under(owned_by(uid), resource) if _is_controller(object, uid)]


def claimed(store: Store, owner: Object, resource: str) -> tuple[list[Object], tuple[Action, ...]]:
    """The objects that are the owner's, and the updates that adopt and release others.

    It adopts what its selector matches, nobody controls and is not going (nor, a pod, has ended); it releases what it
    controls and its selector no longer matches. An owner on its way out adopts nothing.
    """
    selector = selector_of(owner["spec"].get("selector")) or Selector()
    mine, updates = [], []
    for object in owned(store, owner, resource):
        if _matches(selector, object):
            mine.append(object)
        elif object["metadata"].get("deletionTimestamp") is None:
            updates.append(Update(_released(object, owner)))
    if owner["metadata"].get("deletionTimestamp") is None:
        for _, object in store.under(uncontrolled(resource, owner["metadata"]["namespace"]), resource):
            if _matches(selector, object) and _is_adoptable(object):
                adopted = _adopted(object, owner)
                mine.append(adopted)
                updates.append(Update(adopted))
    return mine, tuple(updates)


def would_own(store: Store, object: Object, resource: str) -> list[Key]:
    """The owners of a resource that are to look at an object: its controller; without one, all whose selector fits."""
    namespace = object["metadata"].get("namespace", "")
    if (found := controller_of(object)) is not None:
        if found["kind"] != KINDS[resource]:
            return []
        key = Key(resource, namespace, found["name"])
        there = store.get(key)
        return [key] if there is not None and there["metadata"]["uid"] == found["uid"] else []
    return [
        key
        for key, owner in collection(store.objects, resource, namespace)
        if _matches(selector_of(owner["spec"].get("selector")) or Selector(), object)
    ]


def _matches(selector: Selector, object: Object) -> bool:
    return bool(selector.requirements) and selector.matches(object["metadata"].get("labels") or {})


def _is_adoptable(object: Object) -> bool:
    leaves = object["metadata"].get("deletionTimestamp") is not None
    return not leaves and (object["kind"] != "Pod" or is_active(object))


def _is_controller(object: Object, uid: str) -> bool:
    return any(each.get("controller") and each["uid"] == uid for each in object["metadata"]["ownerReferences"])


def _adopted(object: Object, owner: Object) -> Object:
    references = [*(object["metadata"].get("ownerReferences") or ()), controller_reference(owner)]
    return {**object, "metadata": {**object["metadata"], "ownerReferences": references}}


def _released(object: Object, owner: Object) -> Object:
    kept = [each for each in object["metadata"]["ownerReferences"] if each["uid"] != owner["metadata"]["uid"]]
    return {**object, "metadata": {**object["metadata"], "ownerReferences": kept}}

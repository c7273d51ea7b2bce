"""Creating and updating: from a decoded object to a new version of the store, or to a refusal.

Source: k8s.io/apiserver, registry/rest/create.go and update.go, and the strategies of each kind.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.defaulting import defaulted
from vlearn.sim.kubernetes.api.kinds import Resource
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.qos import qos_class
from vlearn.sim.kubernetes.api.status import already_exists, bad_request, conflict, internal, invalid, modified
from vlearn.sim.kubernetes.api.validation import creation_errors, update_errors
from vlearn.sim.kubernetes.apiserver.admission import charged, check_limits, check_namespace, mutated
from vlearn.sim.kubernetes.apiserver.alike import Alike
from vlearn.sim.kubernetes.apiserver.allocation import allocated
from vlearn.sim.kubernetes.apiserver.identity import MOST_ATTEMPTS, generated_name, new_uid
from vlearn.sim.kubernetes.apiserver.paths import Target
from vlearn.sim.kubernetes.store import Key, Object, Store, settled

_SYSTEM = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink")
_KEPT_STATUS = ("Node", "Namespace", "PersistentVolume", "PersistentVolumeClaim")
_COUNTED: Mapping[str, tuple[str, ...]] = {
    "ReplicaSet": ("replicas",),
    "StatefulSet": ("replicas", "availableReplicas"),
    "DaemonSet": ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"),
    "PodDisruptionBudget": ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"),
    "HorizontalPodAutoscaler": ("desiredReplicas",),
}
"""The fields of a status that the API always writes, zero or not: strict clients miss them otherwise."""
_ALIKE = Alike()
_CONTROLLER_UID, _JOB_NAME = "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"


def created(store: Store, target: Target, object: Object) -> tuple[Store, Object]:
    """The store with a new object, and the object. Raises StatusError."""
    resource = target.resource
    metadata = _placed(object["metadata"], target)
    name = metadata.get("name") or _free_name(store, target, metadata.get("generateName") or "")
    made = {"uid": new_uid(store), "creationTimestamp": timestamp(store.now), **({"name": name} if name else {})}
    is_one_of_many = resource.kind == "Pod" and not metadata.get("name")
    known = _ALIKE.find(store, object) if is_one_of_many else None
    if known is not None:
        new: Object = {**known, "metadata": {**known["metadata"], **made}}
    else:
        new = _admitted(store, target, object, metadata, made)
        if is_one_of_many:
            _ALIKE.keep(store, object, new)
    charge = charged(store, new) if resource.namespaced else store
    if metadata.get("resourceVersion") not in (None, "", "0"):
        raise internal("resourceVersion should not be set on objects to be created")
    key = target.called(name).key
    if store.get(key) is not None:
        raise already_exists(resource, name)
    if resource.kind == "Service":
        new = allocated(store, new)
    return _stored(charge, key, new)


def _admitted(
    store: Store, target: Target, object: Object, metadata: Mapping[str, Any], made: Mapping[str, Any]
) -> Object:
    """A new object with its defaults and what admission adds, if it is valid and nothing forbids it."""
    resource, name = target.resource, made.get("name", "")
    if resource.namespaced:
        check_namespace(store, resource, target.namespace, name)
    given = {key: value for key, value in metadata.items() if key not in (*_SYSTEM, "managedFields")}
    fresh: dict[str, Any] = {**given, **made}
    if resource.generation:
        fresh["generation"] = 1
    new = _prepared(mutated(store, defaulted({**object, "metadata": fresh})), resource)
    errors = creation_errors(new, resource.namespaced)
    if errors:
        raise invalid(resource, name, errors)
    check_limits(store, new)
    return new


def updated(store: Store, target: Target, object: Object) -> tuple[Store, Object]:
    """The store with another version of an object that is there, and that version. Raises StatusError."""
    resource, key = target.resource, target.key
    old = store.get(key)
    assert old is not None, "the caller has looked"
    metadata = _placed(object["metadata"], target)
    if metadata.get("name") and metadata["name"] != target.name:
        told = f"the name of the object ({metadata['name']}) does not match the name on the URL ({target.name})"
        raise bad_request(told)
    before = old["metadata"]
    _check_preconditions(resource, metadata, before)
    kept = {name: before[name] for name in _SYSTEM if name in before}
    given = {name: value for name, value in metadata.items() if name not in (*_SYSTEM, "managedFields")}
    object = {**object, "metadata": {**given, "name": target.name, **kept}}
    if target.subresource == "status":
        object = {**old, "status": object.get("status") or {}}
    elif target.subresource == "finalize":
        object = {**old, "spec": object.get("spec") or {}}
    else:
        object = _prepared_update(store, object, old, resource)
        errors = update_errors(object, old)
        if errors:
            raise invalid(resource, target.name, errors)
        if resource.kind == "Service":
            object = allocated(store, object, old)
    object = _with_version(object, before["resourceVersion"])
    if object == old:
        return store, old
    charge = charged(store, object, old) if resource.namespaced else store
    after, object = _stored(charge, key, object)
    return settled(after, key), object


def _placed(metadata: Mapping[str, Any], target: Target) -> dict[str, Any]:
    """The metadata in the namespace of the path."""
    if not target.resource.namespaced:
        return dict(metadata)
    if metadata.get("namespace") not in (None, "", target.namespace):
        words = "the namespace of the provided object does not match the namespace sent on the request"
        raise bad_request(words)
    return {**metadata, "namespace": target.namespace}


def _free_name(store: Store, target: Target, base: str) -> str:
    """A generated name that is free, or the last one tried; none without a base."""
    name = ""
    for attempt in range(MOST_ATTEMPTS if base else 0):
        name = generated_name(store, base, attempt)
        if store.get(target.called(name).key) is None:
            break
    return name


def _check_preconditions(resource: Resource, given: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    uid, version = given.get("uid"), given.get("resourceVersion")
    if uid and uid != before["uid"]:
        words = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {before['uid']}"
        raise conflict(resource, before["name"], words)
    if version and version != before["resourceVersion"]:
        raise modified(resource, before["name"])


def _prepared(object: Object, resource: Resource) -> Object:
    """What a kind does to each new object: its status starts anew, whatever the client sent."""
    match resource.kind:
        case "Pod":
            return {**object, "status": {"phase": "Pending", "qosClass": qos_class(object)}}
        case "Job":
            return _selecting(object)
        case "Service":
            return {**object, "status": {"loadBalancer": {}}}
    if "status" not in resource.subresources or resource.kind in _KEPT_STATUS:
        return object
    return {**object, "status": dict.fromkeys(_COUNTED.get(resource.kind, ()), 0)}


def _prepared_update(store: Store, object: Object, old: Object, resource: Resource) -> Object:
    """What a kind does to each update: the status stays as it is, and a changed spec counts a generation."""
    if "status" in resource.subresources:
        object = {**object, "status": old.get("status") or {}}
    if resource.kind == "Pod":
        # What admission filled in stays where the client leaves it out.
        spec = {
            **{name: old["spec"][name] for name in ("priority", "preemptionPolicy", "nodeName") if name in old["spec"]}
        }
        object = {**object, "spec": {**spec, **(object.get("spec") or {})}}
    if resource.kind == "Service" and (old.get("spec") or {}).get("clusterIP") and "spec" in object:
        kept = {name: old["spec"][name] for name in ("clusterIP", "clusterIPs") if name in old["spec"]}
        object = {**object, "spec": {**kept, **object["spec"]}}
    object = defaulted(object)
    if resource.kind == "Namespace":
        object = {**object, "spec": old["spec"], "status": old["status"]}
    if not resource.generation:
        return object
    changed = {name: value for name, value in object.items() if name not in ("metadata", "status")} != {
        name: value for name, value in old.items() if name not in ("metadata", "status")
    }
    generation = old["metadata"].get("generation", 0) + changed
    return {**object, "metadata": {**object["metadata"], "generation": generation}}


def _selecting(job: Object) -> Object:
    """A new job selects its pods by its own uid, unless it brings a selector."""
    spec, metadata = job["spec"], job["metadata"]
    status: dict[str, Any] = {}
    if spec.get("manualSelector"):
        return {**job, "status": status}
    uid, name = metadata["uid"], metadata.get("name", "")
    labels = {_CONTROLLER_UID: uid, _JOB_NAME: name, "controller-uid": uid, "job-name": name}
    template = spec["template"]
    inner = template.get("metadata") or {}
    marked = {**template, "metadata": {**inner, "labels": {**(inner.get("labels") or {}), **labels}}}
    return {
        **job,
        "spec": {**spec, "selector": {"matchLabels": {_CONTROLLER_UID: uid}}, "template": marked},
        "status": status,
    }


def _with_version(object: Object, version: str) -> Object:
    return {**object, "metadata": {**object["metadata"], "resourceVersion": version}}


def _stored(store: Store, key: Key, object: Object) -> tuple[Store, Object]:
    store = store.put(key, object)
    after = store.get(key)
    assert after is not None, "it was put there"
    return store, after

"""Deleting an object or a collection, as the request's options say."""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.decoding import decoded, parsed
from vlearn.sim.kubernetes.api.kinds import DELETE_OPTIONS, Resource
from vlearn.sim.kubernetes.api.status import bad_request, conflict, not_found
from vlearn.sim.kubernetes.apiserver.admission import check_mortal
from vlearn.sim.kubernetes.apiserver.bodies import plain
from vlearn.sim.kubernetes.apiserver.paths import Target
from vlearn.sim.kubernetes.apiserver.request import Request
from vlearn.sim.kubernetes.store import Deletion, Object, Store, deleted
from vlearn.sim.kubernetes.store.deleting import Policy

POLICIES: tuple[Policy, ...] = ("", "Foreground", "Background", "Orphan")


def delete_one(store: Store, target: Target, options: Mapping[str, Any]) -> tuple[Store, Object]:
    """The store without the object, or with it on its way out, and what is answered. Raises StatusError."""
    object = store.get(target.key)
    if object is None:
        raise not_found(target.resource, target.name)
    if target.resource.kind == "Namespace":
        check_mortal(target.name)
    _check_preconditions(target.resource, options.get("preconditions") or {}, object["metadata"])
    policy = options.get("propagationPolicy") or ("Orphan" if options.get("orphanDependents") else "")
    known = next((each for each in POLICIES if each == policy), None)
    if known is None:
        raise bad_request(f'invalid propagation policy "{policy}": one of {", ".join(POLICIES[1:])} or empty')
    after, last, gone = deleted(store, target.key, Deletion(options.get("gracePeriodSeconds"), known))
    if gone and not target.resource.returned:
        return after, success(target.resource, object)
    return after, last


def delete_options(request: Request) -> dict[str, Any]:
    """The options of a deletion, from the query or from the body. Raises StatusError."""
    query = request.query
    if not request.body:
        grace = query.get("gracePeriodSeconds")
        if grace is not None and not grace.lstrip("-").isdecimal():
            raise bad_request(f'strconv.ParseInt: parsing "{grace}": invalid syntax')
        found: dict[str, Any] = {"gracePeriodSeconds": int(grace)} if grace else {}
        if query.get("propagationPolicy"):
            found["propagationPolicy"] = query["propagationPolicy"]
        if query.get("orphanDependents") in ("true", "1"):
            found["orphanDependents"] = True
        return found
    body = parsed(plain(request, DELETE_OPTIONS), DELETE_OPTIONS)
    # The options go by the group of what is deleted, or by the core's.
    return decoded({**body, "apiVersion": "v1", "kind": body.get("kind") or DELETE_OPTIONS.kind}, DELETE_OPTIONS)[0]


def success(resource: Resource, object: Object) -> dict[str, Any]:
    """The Status that answers a deletion which is over."""
    metadata = object["metadata"]
    group = {"group": resource.group} if resource.group else {}
    details = {"name": metadata["name"], **group, "kind": resource.name, "uid": metadata["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def _check_preconditions(resource: Resource, wanted: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
    uid, version = wanted.get("uid"), wanted.get("resourceVersion")
    if uid and uid != metadata["uid"]:
        words = f"Precondition failed: UID in precondition: {uid}, UID in object meta: {metadata['uid']}"
        raise conflict(resource, metadata["name"], words)
    if version and version != metadata["resourceVersion"]:
        words = "Precondition failed: ResourceVersion in precondition"
        told = f"{words}: {version}, ResourceVersion in object meta: {metadata['resourceVersion']}"
        raise conflict(resource, metadata["name"], told)

"""The API server as a pure function: a store and a request in, the next store and the answer out.

Leaves out authentication and authorisation, server-side apply, connections into containers (exec, attach,
port-forward), custom resources, and answers in YAML or protobuf.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vlearn.sim.kubernetes.api.conversion import asked, stored
from vlearn.sim.kubernetes.api.decoding import decoded, parsed
from vlearn.sim.kubernetes.api.kinds import BINDING, EVICTION, SCALE, Resource
from vlearn.sim.kubernetes.api.status import StatusError, method_not_allowed, not_found
from vlearn.sim.kubernetes.apiserver.bodies import body_of, heeded, plain
from vlearn.sim.kubernetes.apiserver.deletion import delete_one, delete_options
from vlearn.sim.kubernetes.apiserver.discovery import discovered
from vlearn.sim.kubernetes.apiserver.logs import log_container
from vlearn.sim.kubernetes.apiserver.patches import patched
from vlearn.sim.kubernetes.apiserver.paths import Target, target
from vlearn.sim.kubernetes.apiserver.reading import read, shown
from vlearn.sim.kubernetes.apiserver.request import Request, Response
from vlearn.sim.kubernetes.apiserver.reviews import reviewed
from vlearn.sim.kubernetes.apiserver.subresources import bound, evicted, rescaled, scale_of
from vlearn.sim.kubernetes.apiserver.writing import created, updated
from vlearn.sim.kubernetes.store import Store

_WRITES = ("POST", "PUT", "PATCH", "DELETE")


def answer(store: Store, request: Request) -> tuple[Store, Response]:
    """What the API server does with a request. A refusal is an answer too, and leaves the store as it was."""
    try:
        if request.method == "GET" and (found := discovered(request.path)) is not None:
            return store, found
        if (review := reviewed(request, store.now)) is not None:
            return store, review
        place = target(request.path)
        after, response = _answered(store, place, request)
    except StatusError as refused:
        return store, Response(refused.code, refused.object)
    # A dry run goes all the way but for the last step.
    return (store if request.query.get("dryRun") == "All" else after), response


def _answered(store: Store, place: Target, request: Request) -> tuple[Store, Response]:
    if request.method in _WRITES and place.resource.namespaced and not place.namespace:
        raise method_not_allowed()
    if place.subresource:
        return _below(store, place, request)
    match request.method, bool(place.name):
        case "GET", _:
            return store, read(store, place, request)
        case "POST", False:
            object, warnings = body_of(request, place.resource)
            after, made = created(store, place, stored(object, place.resource))
            return after, Response(201, shown(made, place.resource, request, store.now), warnings)
        case "PUT" | "PATCH", True:
            object, warnings = _changed(store, place, request)
            after, made = updated(store, place, object)
            return after, Response(200, shown(made, place.resource, request, store.now), warnings)
        case "DELETE", True:
            after, last = delete_one(store, place, delete_options(request))
            body = shown(last, place.resource, request, store.now) if last["kind"] != "Status" else last
            return after, Response(200, body)
        case "DELETE", False:
            return _all_deleted(store, place, request)
    raise method_not_allowed()


def _below(store: Store, place: Target, request: Request) -> tuple[Store, Response]:
    """A subresource."""
    found = store.get(place.key)
    match place.subresource, request.method:
        case "scale", "GET" | "PUT" | "PATCH":
            if found is None:
                raise not_found(place.resource, place.name)
            scale = scale_of(found)
            if request.method == "GET":
                return store, Response(200, scale)
            sent = patched(scale, request, "Scale") if request.method == "PATCH" else plain(request, SCALE)
            after, rescale = rescaled(store, place, decoded(sent, SCALE)[0])
            return after, Response(200, rescale)
        case "status" | "finalize", "GET" | "PUT" | "PATCH":
            if request.method == "GET":
                return store, read(store, Target(place.resource, place.namespace, place.name), request)
            object, warnings = _changed(store, place, request)
            after, made = updated(store, place, object)
            return after, Response(200, asked(made, place.resource), warnings)
        case "binding", "POST":
            binding, _ = body_of(request, BINDING)
            return bound(store, place, binding), Response(201, _success(201))
        case "eviction", "POST":
            eviction, _ = body_of(request, _evicting(request))
            return evicted(store, place, eviction.get("deleteOptions") or {}), Response(201, _success(201))
        case "log", "GET":
            log_container(store, place, request.query)
            return store, Response(200, "", content_type="text/plain")
    raise method_not_allowed()


def _evicting(request: Request) -> Resource:
    """The version of Eviction that the body is in: v1beta1 outlived its group here, for clients of before 1.22."""
    sent = parsed(plain(request, EVICTION), EVICTION)
    return replace(EVICTION, version="v1beta1") if sent.get("apiVersion") == "policy/v1beta1" else EVICTION


def _changed(store: Store, place: Target, request: Request) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The object that a PUT or PATCH wants."""
    old = store.get(place.key)
    if request.method == "PUT":
        object, warnings = body_of(request, place.resource)
        if old is None:
            raise not_found(place.resource, place.name)
        return stored(object, place.resource), warnings
    if old is None:
        # An unknown type of patch is refused before anybody looks for the object.
        patched({}, replace(request, body=[] if "json-patch" in request.content_type else {}), place.resource.kind)
        raise not_found(place.resource, place.name)
    older = asked(old, place.resource)
    object, unknown = decoded(patched(older, request, place.resource.structure), place.resource)
    return stored(object, place.resource), heeded(unknown, request, place.resource)


def _all_deleted(store: Store, place: Target, request: Request) -> tuple[Store, Response]:
    options = delete_options(request)
    page = read(store, place, replace(request, method="GET", accept="application/json"))
    for each in page.body["items"]:
        store = delete_one(store, place.called(each["metadata"]["name"]), options)[0]
    return store, page


def _success(code: int) -> dict[str, Any]:
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": code}

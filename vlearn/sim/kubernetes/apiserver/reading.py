"""GET: an object, a list in pages, or the events of a watch; as objects or as a table."""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.conversion import asked
from vlearn.sim.kubernetes.api.kinds import Resource
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.selector import parse_selector
from vlearn.sim.kubernetes.api.status import StatusError, bad_request, expired, not_found
from vlearn.sim.kubernetes.api.tables import table
from vlearn.sim.kubernetes.apiserver.paths import Target
from vlearn.sim.kubernetes.apiserver.request import Request, Response, Watch
from vlearn.sim.kubernetes.store import (
    Compacted,
    FieldTerm,
    Object,
    Selection,
    Store,
    WatchEvent,
    bookmark,
    events_since,
    initial_events,
    list_page,
    parse_fields,
)
from vlearn.sim.kubernetes.store.listing import read_token, written_token

_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)


def read(store: Store, target: Target, request: Request) -> Response:
    """The answer to a GET of an object, a collection or a watch. Raises StatusError."""
    if target.name and not _is_true(request.query.get("watch")):
        object = store.get(target.key)
        if object is None:
            raise not_found(target.resource, target.name)
        return Response(200, shown(object, target.resource, request, store.now))
    selection = _selection(target, request.query)
    if _is_true(request.query.get("watch")):
        return _watched(store, target.resource, selection, request)
    return Response(200, _listed(store, target.resource, selection, request))


def shown(object: Object, resource: Resource, request: Request, now: float) -> Any:
    """One object as the client wants it."""
    if not wants_table(request):
        return asked(object, resource)
    made = table(resource, [object], now, request.query.get("includeObject", "Metadata"))
    return {**made, "metadata": {"resourceVersion": object["metadata"]["resourceVersion"]}}


def wants_table(request: Request) -> bool:
    """Whether the client prefers a table: kubectl get does."""
    return "as=Table" in request.accept.partition(",")[0]


def told(store: Store, watch: Watch, resource: Resource) -> list[dict[str, Any]]:
    """The events that a watch has to tell by now; an ERROR where its version is gone."""
    try:
        events = events_since(store, watch.selection, watch.since)
    except Compacted as gone:
        error = expired(f"too old resource version: {gone.revision} ({gone.oldest})")
        return [WatchEvent("ERROR", error.object).json]
    return [_event(event, resource, watch.table, store.now) for event in events]


def _event(event: WatchEvent, resource: Resource, as_table: bool, now: float) -> dict[str, Any]:
    if event.kind in ("ERROR", "BOOKMARK"):
        return event.json
    if not as_table:
        return {**event.json, "object": asked(event.object, resource)}
    made = table(resource, [event.object], now, "Metadata")
    version = {"resourceVersion": event.object["metadata"]["resourceVersion"]}
    return {"type": event.kind, "object": {**made, "metadata": version}}


def _watched(store: Store, resource: Resource, selection: Selection, request: Request) -> Response:
    version = request.query.get("resourceVersion", "")
    since = _version(version)
    as_table = wants_table(request)
    watch = Watch(selection, since or store.revision, as_table)
    if since > store.revision:
        return Response(200, [], watch=watch)
    if not since:
        events = [_event(event, resource, as_table, store.now) for event in initial_events(store, selection)]
    else:
        events = told(store, watch, resource)
    if _is_true(request.query.get("allowWatchBookmarks")) and not as_table:
        events.append(bookmark(store, resource.kind, resource.api_version).json)
    return Response(200, events, watch=Watch(selection, store.revision, as_table))


def _listed(store: Store, resource: Resource, selection: Selection, request: Request) -> dict[str, Any]:
    query = request.query
    limit, token = query.get("limit", "0"), query.get("continue", "")
    if not limit.isdecimal():
        raise bad_request(f'strconv.ParseInt: parsing "{limit}": invalid syntax')
    version = _version(query.get("resourceVersion", ""))
    if version > store.revision:
        words = f"Too large resource version: {version}, current: {store.revision}"
        details = {"causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]}
        raise StatusError(504, "Timeout", words, {**details, "retryAfterSeconds": 1})
    if token and version:
        raise bad_request("specifying resource version is not allowed when using continue")
    exact = query.get("resourceVersionMatch") == "Exact"
    try:
        page = list_page(store, selection, int(limit), token, version if exact else 0)
    except Refused as refused:
        raise bad_request(f"invalid continue token: {refused}") from None
    except Compacted as gone:
        if not token:
            raise expired(f"The resourceVersion for the provided list is too old: {gone.revision}") from None
        raise _restarting(expired(_TOO_OLD), written_token(-1, read_token(token, selection)[1], selection)) from None
    left = {"remainingItemCount": page.remaining} if page.remaining is not None else {}
    metadata = {"resourceVersion": str(page.revision), **({"continue": page.next} if page.next else {}), **left}
    if wants_table(request):
        made = table(resource, page.items, store.now, query.get("includeObject", "Metadata"))
        return {**made, "metadata": metadata}
    found = (asked(each, resource) for each in page.items)
    items = [{name: value for name, value in each.items() if name not in ("kind", "apiVersion")} for each in found]
    return {"kind": f"{resource.kind}List", "apiVersion": resource.api_version, "metadata": metadata, "items": items}


def _restarting(error: StatusError, token: str) -> StatusError:
    """The error with a token by which the client may go on at the latest version."""
    error.continues = token
    return error


def _selection(target: Target, query: Mapping[str, str]) -> Selection:
    resource = target.resource.qualified
    try:
        labels = parse_selector(query.get("labelSelector", ""))
    except Refused as refused:
        raise bad_request(str(refused)) from None
    try:
        fields = parse_fields(query.get("fieldSelector", ""), resource)
    except Refused as refused:
        raise bad_request(str(refused)) from None
    if target.name:
        fields = (*fields, FieldTerm("metadata.name", True, target.name))
    namespace = target.namespace or None if target.resource.namespaced else ""
    return Selection(resource, namespace, labels, fields)


def _version(text: str) -> int:
    if not text.isdecimal() and text:
        raise StatusError(
            400, "BadRequest", f'Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
        )
    return int(text or 0)


def _is_true(text: str | None) -> bool:
    return text in ("true", "1", "True")

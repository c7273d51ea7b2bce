"""PATCH: the object as it is, the patch in it, and then an update like any other."""

import json
from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.patching import json_patched, merge_patched, strategic_patched
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.status import StatusError, bad_request, unprocessable, unsupported_media_type
from vlearn.sim.kubernetes.apiserver.request import Request

JSON, MERGE, STRATEGIC = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
)
MOST_OPERATIONS = 10_000


def patched(object: Mapping[str, Any], request: Request, kind: str) -> Mapping[str, Any]:
    """The object with the request's patch in it. Raises StatusError."""
    media = request.content_type.partition(";")[0].strip()
    if media not in (JSON, MERGE, STRATEGIC):
        raise unsupported_media_type("415: Unsupported Media Type", {})
    patch = _parsed(request.body)
    if media == JSON:
        if not isinstance(patch, list) or not all(isinstance(each, Mapping) for each in patch):
            raise bad_request(
                "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch"
            )
        if len(patch) > MOST_OPERATIONS:
            told = f"The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {len(patch)}"
            raise StatusError(413, "RequestEntityTooLarge", told, {})
        try:
            return _object(json_patched(object, patch))
        except Refused:
            raise unprocessable() from None
    if not isinstance(patch, Mapping):
        raise bad_request(
            "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"
        )
    if media == MERGE:
        return _object(merge_patched(object, patch))
    try:
        return strategic_patched(object, patch, kind)
    except Refused as refused:
        raise bad_request(str(refused)) from None


def _parsed(body: Any) -> Any:
    if not isinstance(body, bytes | bytearray):
        return body
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise bad_request(f"error decoding patch: {problem}") from None


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise unprocessable()
    return value

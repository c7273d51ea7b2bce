"""The body of a request as an API object, whatever it is written in: JSON, YAML or protobuf.

Source: k8s.io/apiserver, endpoints/handlers, and runtime/serializer in k8s.io/apimachinery. Leaves out CBOR.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.kubernetes.api.decoding import decoded, summary, unhandled, unrecognized
from vlearn.sim.kubernetes.api.kinds import Resource
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.status import StatusError, bad_request, unsupported_media_type
from vlearn.sim.kubernetes.api.yaml_text import read_manifest
from vlearn.sim.kubernetes.apiserver.protobuf import read_protobuf
from vlearn.sim.kubernetes.apiserver.request import Request

JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"
ACCEPTED = (JSON, YAML, PROTOBUF)


def body_of(request: Request, resource: Resource) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The object that a request brings, and warnings of fields that its kind does not have. Raises StatusError."""
    object, unknown = decoded(plain(request, resource), resource)
    return object, heeded(unknown, request, resource)


def plain(request: Request, resource: Resource) -> Any:
    """The body as a JSON value, or as the bytes of one. Raises StatusError for other media types and broken bytes."""
    media = request.content_type.partition(";")[0].strip()
    if media not in ACCEPTED:
        told = f"the body of the request was in an unknown format - accepted media types include: {', '.join(ACCEPTED)}"
        raise unsupported_media_type(told)
    body = request.body
    if media == JSON or not isinstance(body, bytes | bytearray):
        return body
    try:
        return read_protobuf(bytes(body), resource.structure) if media == PROTOBUF else _yaml(bytes(body))
    except Refused as refused:
        raise unrecognized(resource, f"{refused} ({summary(bytes(body))})") from None


def heeded(unknown: tuple[str, ...], request: Request, resource: Resource) -> tuple[str, ...]:
    """What becomes of unknown fields: a warning by default, an error if the request asks for strictness."""
    level = request.query.get("fieldValidation") or "Warn"
    if level not in ("Ignore", "Warn", "Strict"):
        raise _unsupported_level(level)
    if unknown and level == "Strict":
        words = f"strict decoding error: {', '.join(unknown)}"
        raise unhandled(resource.kind, resource.version, resource.kind, words)
    return unknown if level == "Warn" else ()


def _yaml(body: bytes) -> Any:
    try:
        return read_manifest(body.decode())
    except UnicodeDecodeError:
        raise Refused("yaml: invalid leading UTF-8 octet") from None
    except ComposeError as error:
        raise Refused(str(error)) from None


def _unsupported_level(level: str) -> StatusError:
    words = f'fieldValidation: Unsupported value: "{level}": supported values: "Ignore", "Strict", "Warn"'
    return bad_request(words)

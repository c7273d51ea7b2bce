"""How the API says no: a Status object with a code, a reason, a message, and details with a cause for each field.

Source: k8s.io/apimachinery, package `api/errors`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.field_errors import FieldError
from vlearn.sim.kubernetes.api.kinds import Resource

_NO_DETAILS: Mapping[str, Any] = {}


class StatusError(ModelError):
    """A request that the API refuses. `code` is HTTP's; `reason` is for programs, the message for people."""

    def __init__(self, code: int, reason: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code, self.reason, self.message, self.details = code, reason, message, details
        self.continues = ""
        """A token by which a client may go on with a list that has expired."""

    @property
    def object(self) -> dict[str, Any]:
        """The Status object of the answer."""
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {"continue": self.continues} if self.continues else {},
            "status": "Failure",
            "message": self.message,
            **({"reason": self.reason} if self.reason else {}),
            **({"details": dict(self.details)} if self.details is not None else {}),
            "code": self.code,
        }


def _about(resource: Resource, name: str, kind: str = "") -> dict[str, Any]:
    group = {"group": resource.group} if resource.group else {}
    return {**({"name": name} if name else {}), **group, "kind": kind or resource.name}


def not_found(resource: Resource, name: str) -> StatusError:
    """No object has this name."""
    return StatusError(404, "NotFound", f'{resource.qualified} "{name}" not found', _about(resource, name))


def no_such_resource() -> StatusError:
    """The path names no resource."""
    return StatusError(404, "NotFound", "the server could not find the requested resource", _NO_DETAILS)


def already_exists(resource: Resource, name: str) -> StatusError:
    """An object of this name is there."""
    return StatusError(409, "AlreadyExists", f'{resource.qualified} "{name}" already exists', _about(resource, name))


def conflict(resource: Resource, name: str, words: str) -> StatusError:
    """The object is not as the request believes."""
    message = f'Operation cannot be fulfilled on {resource.qualified} "{name}": {words}'
    return StatusError(409, "Conflict", message, _about(resource, name))


def modified(resource: Resource, name: str) -> StatusError:
    """The request names a resourceVersion that is not the object's latest."""
    words = "the object has been modified; please apply your changes to the latest version and try again"
    return conflict(resource, name, words)


def forbidden(
    resource: Resource, name: str, words: str, causes: Sequence[Mapping[str, Any]] = (), code: int = 403
) -> StatusError:
    """Admission refuses the object."""
    quoted = f' "{name}"' if name else ""
    details = {**_about(resource, name), **({"causes": list(causes)} if causes else {})}
    return StatusError(code, "Forbidden", f"{resource.qualified}{quoted} is forbidden: {words}", details)


def invalid(resource: Resource, name: str, errors: Sequence[FieldError]) -> StatusError:
    """The object breaks these rules; the message lists each once."""
    texts = list(dict.fromkeys(str(error) for error in errors))
    told = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    details = {**_about(resource, name, resource.kind), "causes": [error.cause for error in errors]}
    return StatusError(422, "Invalid", f'{resource.qualified_kind} "{name}" is invalid: {told}', details)


def bad_request(words: str) -> StatusError:
    """The request cannot be understood."""
    return StatusError(400, "BadRequest", words)


def internal(words: str) -> StatusError:
    """A refusal to which the API gives no reason."""
    return StatusError(500, "", words)


def expired(words: str) -> StatusError:
    """The version asked for has been compacted away."""
    return StatusError(410, "Expired", words)


def method_not_allowed() -> StatusError:
    """The resource does not know this verb."""
    words = "the server does not allow this method on the requested resource"
    return StatusError(405, "MethodNotAllowed", words, _NO_DETAILS)


def unsupported_media_type(words: str, details: Mapping[str, Any] | None = None) -> StatusError:
    """The body is of a type that cannot be read."""
    return StatusError(415, "UnsupportedMediaType", words, details)


def unprocessable() -> StatusError:
    """A patch that cannot be applied to this object."""
    return StatusError(422, "Invalid", "the server rejected our request due to an error in our request", _NO_DETAILS)


def too_many_requests(words: str, seconds: int, causes: Sequence[Mapping[str, Any]] = ()) -> StatusError:
    """Not now: an eviction that a disruption budget does not allow."""
    wait = {"retryAfterSeconds": seconds} if seconds else {}
    return StatusError(429, "TooManyRequests", words, {**wait, **({"causes": list(causes)} if causes else {})})

"""Why a kubectl command ends early, and how kubectl says it.

Source: k8s.io/kubectl, cmd/util/helpers.go.
"""

from collections.abc import Sequence

from vlearn.sim.kubernetes.api.status import StatusError


class Fault(Exception):
    """A refusal by kubectl itself; it is printed as it is, behind `error: ` unless it is `bare`."""

    def __init__(self, message: str, code: int = 1, *, bare: bool = False) -> None:
        super().__init__(message)
        self.message = message if bare or message.startswith("error: ") else f"error: {message}"
        self.code = code


class Unmodelled(Exception):
    """kubectl can do this, the model cannot: said by name, and never silently left out."""


class Several(Exception):
    """More than one thing went wrong; each was tried."""

    def __init__(self, errors: Sequence[Exception]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = errors


def told(error: Exception) -> str:
    """What kubectl prints of an error on standard error."""
    match error:
        case Several():
            return _of_several(error)
        case Fault():
            return error.message
        case StatusError(reason="Invalid"):
            return _of_invalid(error)
        case StatusError():
            return _of_server(error)
    return f"error: {error}"


def sourced(error: StatusError, doing: str, source: str) -> StatusError:
    """The same refusal, with the file that it is about in its message."""
    return StatusError(error.code, error.reason, f'error when {doing} "{source}": {error.message}', error.details)


def _of_server(error: StatusError) -> str:
    reason = f" ({error.reason})" if error.reason else ""
    return f"Error from server{reason}: {error.message}"


def _of_invalid(error: StatusError) -> str:
    details = error.details
    if details is None:
        return f"The request is invalid: {error.message}"
    words = "The request is invalid"
    causes = details.get("causes") or ()
    if details.get("kind") or details.get("name"):
        words = f'The {details.get("kind", "")} "{details.get("name", "")}" is invalid'
    elif not causes:
        words = f"{words}: {error.message}"
    texts = list(dict.fromkeys(f"{each.get('field', '')}: {each.get('message', '')}" for each in causes))
    if len(texts) > 1:
        return f"{words}: \n" + "\n".join(f"* {each}" for each in texts)
    return f"{words}: {texts[0]}" if texts else words


def _of_several(error: Several) -> str:
    if all(isinstance(each, StatusError) for each in error.errors):
        return "\n".join(_of_server(each) for each in error.errors if isinstance(each, StatusError))
    return "\n".join(told(each) for each in error.errors)

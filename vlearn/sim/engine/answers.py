"""How the daemon answers: the event that ends an action, and the exception that the holder makes of a refusal."""

from dataclasses import dataclass
from typing import Any

from vlearn.trace import Event


@dataclass(frozen=True, slots=True)
class Reply(Event):
    """The end of an action: its value, or `error` in the daemon's words with the HTTP `status`.

    `code` is the exit code that the command line ends with: 0, 1 for a refusal, 125 to 127 from `docker run`.
    """

    value: Any = None
    error: str = ""
    status: int = 200
    code: int = 0


class DaemonError(Exception):
    """The daemon said no. `message` are its words, `status` is that of HTTP: 400, 404, 409 or 500."""

    def __init__(self, message: str, status: int = 500, code: int = 1) -> None:
        super().__init__(message)
        self.message, self.status, self.code = message, status, code

    def __str__(self) -> str:
        return f"Error response from daemon: {self.message}"


@dataclass(frozen=True, slots=True)
class Finished:
    """What `docker run` and `docker exec` brought: container, exit code and output; no code if it still runs."""

    container: str
    code: int | None = None
    output: str = ""
    errors: str = ""
    text: str = ""
    """Both, in the order in which they were printed."""

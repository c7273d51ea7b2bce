"""A request to the API and its answer, without the wire: JSON values in, JSON values out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vlearn.sim.kubernetes.store import Selection


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks. The body is a JSON value, or bytes as they came; `accept` is the header of that name."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    content_type: str = "application/json"
    accept: str = "application/json"


@dataclass(frozen=True, slots=True)
class Watch:
    """What a connection goes on to tell: the changes of a selection after a revision, as a table if asked."""

    selection: Selection
    since: int
    table: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """What the API says. With a watch, `body` is the list of the events so far, and more follow."""

    status: int
    body: Any
    warnings: tuple[str, ...] = ()
    watch: Watch | None = None
    content_type: str = "application/json"

"""What a kubelet has in mind about one pod. Unlike the machine's containers it is gone when the kubelet restarts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from vlearn.sim.kubernetes.node.backoff import Backoff

_NOTHING: Mapping[Any, Any] = {}


class Waiting(NamedTuple):
    """Why a container does not run, as its status says it."""

    reason: str
    message: str = ""


class Fetch(NamedTuple):
    """An image that the kubelet has asked for: from when until when, and what it ends with."""

    asked: float
    begins: float
    ends: float
    size: int
    failure: str


class Probing(NamedTuple):
    """The probes of one kind of one run of a container: the run of equal answers, and the verdict so far."""

    container: str
    next: float
    answer: bool | None = None
    run: int = 0
    verdict: bool | None = None


class Failure(NamedTuple):
    """Why the whole pod fails."""

    reason: str
    message: str
    rejected: bool = False
    """It was never admitted."""


@dataclass(frozen=True, slots=True)
class Mind:
    """By name of container, and for probes by name and kind. `seen` has the ids of runs whose end has been noticed,
    `spec` and `status` are those of the last turn.
    """

    spec: Mapping[str, Any] | None = None
    status: Mapping[str, Any] | None = None
    seen: frozenset[str] = frozenset()
    crashes: Mapping[str, Backoff] = field(default_factory=lambda: _NOTHING)
    pull_backoffs: Mapping[str, Backoff] = field(default_factory=lambda: _NOTHING)
    fetches: Mapping[str, Fetch] = field(default_factory=lambda: _NOTHING)
    waiting: Mapping[str, Waiting] = field(default_factory=lambda: _NOTHING)
    probes: Mapping[tuple[str, str], Probing] = field(default_factory=lambda: _NOTHING)
    failure: Failure | None = None
    stopping: float | None = None
    """Since when the whole pod is being stopped."""

    def after_restart(self) -> "Mind":
        """What a kubelet knows that starts again: what it had written to the API server."""
        return replace(FRESH, status=self.status, seen=self.seen, failure=self.failure)


FRESH = Mind()

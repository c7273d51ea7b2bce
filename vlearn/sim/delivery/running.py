"""Where a run of a pipeline stands, and what can be done to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.delivery.pipeline import Pipeline

Status: TypeAlias = Literal["waiting", "held", "running", "passed", "failed", "skipped", "blocked", "cancelled"]
"""`held` is at a closed gate; `skipped` by its own condition, `blocked` by what came before it."""
BAD = ("failed", "cancelled")
OVER = ("passed", *BAD, "skipped", "blocked")


@dataclass(frozen=True, slots=True)
class Push:
    """A commit on a branch starts a run. `failing`: jobs, and how many of their attempts fail (a huge number: all)."""

    branch: str
    failing: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Approve:
    """A person opens the gate of a job, some minutes after the run came to rest before it."""

    job: str
    by: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Reject:
    """A person refuses."""

    job: str
    by: str
    after: float = 0.0


Action: TypeAlias = Push | Approve | Reject
EVERY = 1 << 30
"""As a number of failing attempts: however often it is tried."""


@dataclass(frozen=True, slots=True)
class PipelineRun:
    """The clock in minutes, each job's status, when it started and ended, attempts made; gates that were opened."""

    pipeline: Pipeline
    runners: int = 1 << 16
    branch: str = ""
    now: float = 0.0
    status: Map[str, Status] = field(default_factory=Map)
    started: Map[str, float] = field(default_factory=Map)
    ended: Map[str, float] = field(default_factory=Map)
    attempts: Map[str, int] = field(default_factory=Map)
    opened: frozenset[str] = frozenset()
    failing: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if self.runners < 1:
            raise ModelError(f"a pipeline needs a runner at least; with {self.runners} nothing would ever start")

    @property
    def result(self) -> Literal["not started", "running", "held", "passed", "failed"]:
        """What a list of runs would show."""
        found = self.status.values()
        if not self.status:
            return "not started"
        for status in ("held", "running", "waiting"):
            if status in found:
                return "held" if status == "held" else "running"
        jobs = {job.name: job for job in self.pipeline.jobs}
        bad = any(status in BAD and not jobs[name].may_fail for name, status in self.status.items())
        return "failed" if bad else "passed"


def waits(state: PipelineRun) -> Mapping[str, float]:
    """By job that ran: minutes from the end of the last job that it needs until its last attempt began."""
    jobs = {job.name: job for job in state.pipeline.jobs}
    return {
        name: start - max((state.ended[need] for need in jobs[name].needs), default=0.0)
        for name, start in state.started.items()
    }

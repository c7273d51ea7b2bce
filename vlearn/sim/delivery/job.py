"""A job, which is a node of a pipeline's graph, and the gate that it may wait at."""

from collections.abc import Collection
from dataclasses import dataclass

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.delivery.condition import ALWAYS_ON_SUCCESS, Condition


@dataclass(frozen=True, slots=True)
class Gate:
    """What a job waits for before it starts: one of these people, or anybody if none is named."""

    who: tuple[str, ...] = ()
    question: str = ""

    def opens_for(self, person: str) -> bool:
        """Whether this person may open it."""
        return not self.who or person in self.who


@dataclass(frozen=True, slots=True)
class Job:
    """A node of the graph: what a runner does in one go.

    `stage` is the stage of which it is a part, `group` the matrix or parallel block; of a group at most `most` jobs run
    at once (0: all), and the first failure ends the others if it is `fail_fast`. `attempts` counts the first one too.
    With `asks_first` its gate comes before its condition.
    `owner` is the job after which a `post` block runs, if that job ran at all. `line` is where a file says it, or 0.
    """

    name: str
    needs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    minutes: float = 1.0
    condition: Condition = ALWAYS_ON_SUCCESS
    gate: Gate | None = None
    asks_first: bool = False
    stage: str = ""
    group: str = ""
    most: int = 0
    fail_fast: bool = False
    attempts: int = 1
    timeout: float | None = None
    owner: str = ""
    runner: str = ""
    environment: str = ""
    variant: tuple[tuple[str, str], ...] = ()
    may_fail: bool = False
    line: int = 0


def at(job: Job) -> str:
    """Where the file says it, as the beginning of a message."""
    return f"line {job.line}: " if job.line else ""


def check(job: Job, known: Collection[str]) -> None:
    """Raises ModelError, with the line, for a job that cannot be; `known` are all jobs' names."""
    if job.name in job.needs:
        raise ModelError(f"{at(job)}{job.name!r} needs itself: it would wait for ever")
    for need in job.needs:
        if need not in known:
            raise ModelError(f"{at(job)}{job.name!r} needs {need!r}, which is not there{did_you_mean(need, known)}")
    if not 0 <= job.minutes < float("inf"):
        raise ModelError(f"{at(job)}{job.name!r} cannot take {job.minutes:g} minutes")
    if job.timeout is not None and not job.timeout > 0:
        raise ModelError(f"{at(job)}the time-out of {job.name!r} is in minutes and more than 0, not {job.timeout:g}")
    if job.attempts < 1:
        raise ModelError(f"{at(job)}{job.name!r} is tried once at least, not {job.attempts} times")
    if job.most < 0:
        raise ModelError(f"{at(job)}no fewer than 1 job of {job.group!r} can run at once; {job.most} cannot")

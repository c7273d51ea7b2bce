"""A pipeline as a graph of jobs, with gates that open by themselves or wait for a person.

Both readers, of a Jenkinsfile and of a GitHub Actions workflow, give this value. A pipeline that exists is sound: every
need is there, nothing needs itself, no time is negative. Times are minutes, which no pipeline file states.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.delivery.condition import ALWAYS_ON_SUCCESS, Condition
from vlearn.sim.delivery.graph import levels
from vlearn.sim.delivery.job import Job, at, check


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in a file that the model leaves out, and what that means."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Concurrency:
    """Runs of one group do not overlap; a newer one ends the one that runs, if `cancels`."""

    group: str
    cancels: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Jobs in the order of the file. `skip_spreads`: a job that its condition skips takes its dependents along.

    So it is in GitHub Actions; in Jenkins the stages after a skipped one run. `trigger` says which branches start it.
    """

    name: str
    jobs: tuple[Job, ...]
    skip_spreads: bool = True
    trigger: Condition = ALWAYS_ON_SUCCESS
    concurrency: Concurrency | None = None
    variables: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Remark, ...] = ()

    def __post_init__(self) -> None:
        if not self.jobs:
            raise ModelError(f"the pipeline {self.name!r} has no jobs; it needs one at least")
        names: set[str] = set()
        for job in self.jobs:
            if job.name in names:
                raise ModelError(f"{at(job)}{job.name!r} is there twice; a name says which job is meant")
            names.add(job.name)
        for job in self.jobs:
            check(job, names)
        levels(self.jobs)

    def job(self, name: str) -> Job:
        """The job of that name. Raises ModelError for another, with the nearest."""
        for job in self.jobs:
            if job.name == name:
                return job
        known = [job.name for job in self.jobs]
        raise ModelError(f"no job is called {name!r}; there are {', '.join(known)}{did_you_mean(name, known)}")

    @property
    def manual(self) -> tuple[str, ...]:
        """The jobs that wait for a person."""
        return tuple(job.name for job in self.jobs if job.gate)


def with_minutes(pipeline: Pipeline, minutes: Mapping[str, float]) -> Pipeline:
    """With these times, which a file does not state. Raises ModelError for a job that is not there."""
    for name in minutes:
        pipeline.job(name)
    return replace(
        pipeline, jobs=tuple(replace(job, minutes=minutes.get(job.name, job.minutes)) for job in pipeline.jobs)
    )

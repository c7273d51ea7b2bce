"""What the questions about delivery share: clock times in words, jobs as tables, and the moments of a run as tables."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from random import Random

from vlearn.blocks import Block, Table
from vlearn.sim.delivery.job import Job
from vlearn.sim.delivery.merge_queue import MergeQueue
from vlearn.sim.delivery.release import Release
from vlearn.sim.delivery.running import PipelineRun
from vlearn.trace import Event

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
JOBS = ("api", "browser", "build", "docs", "image", "lint", "licences", "package", "schema", "scan", "smoke", "unit")
NEVER = "-"
SHARES = ((0.01, 0.1, 0.5), (0.02, 0.2), (0.05, 0.25), (0.1, 0.5), (0.05, 0.1, 0.5), (0.1, 0.2, 0.4))
"""Which shares of users a canary has, one after the other."""


def clock(minutes: float) -> str:
    """A moment of the week, Monday at midnight being 0."""
    day, rest = divmod(round(minutes), 1440)
    return f"{DAYS[day]} {rest // 60:02}:{rest % 60:02}"


def listed(names: Iterable[str]) -> str:
    """Names in a sentence, as code."""
    found = [f"`{name}`" for name in names]
    return " and ".join(filter(None, (", ".join(found[:-1]), found[-1]))) if found else "nothing"


def counted(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count} {noun}{'s' * (count != 1)}"


def percent(share: float | Fraction) -> str:
    """A share in percent, to two places."""
    return f"{round(float(share) * 100, 2):g}%"


def drawn_jobs(rng: Random, count: int, minutes: Sequence[float]) -> tuple[Job, ...]:
    """So many jobs with different times, each of which needs up to two others; no more than two need none."""
    names, times = rng.sample(JOBS, count), rng.sample(list(minutes), count)
    while True:
        jobs = []
        for place, (name, lasts) in enumerate(zip(names, times, strict=True)):
            most = min(place, rng.choice((0, 1, 1, 2)))
            jobs.append(Job(name, tuple(sorted(rng.sample(names[:place], most))), minutes=lasts))
        if sum(not job.needs for job in jobs) <= 2:
            return tuple(rng.sample(jobs, count))


def jobs_table(jobs: Iterable[Job]) -> Table:
    """Each job's minutes and what it needs."""
    rows = tuple((job.name, f"{job.minutes:g}", ", ".join(job.needs) or NEVER) for job in jobs)
    return Table(("Job", "Minutes", "Needs"), rows)


def times_table(run: PipelineRun) -> Table:
    """When each job that ran started and ended, in the order in which they started."""
    ran = sorted(run.started, key=lambda name: (run.started[name], run.ended[name]))
    rows = tuple((name, f"{run.started[name]:g}", f"{run.ended[name]:g}") for name in ran)
    return Table(("Job", "Starts (min)", "Ends (min)"), rows)


def draw_queue(state: MergeQueue, event: Event | None) -> tuple[Block, ...]:
    """Where the changes are, and how often tests ran."""
    places = (("main line", state.mainline), ("queue", state.waiting), ("sent back", state.sent_back))
    rows = tuple((place, ", ".join(change.name for change in changes) or NEVER) for place, changes in places)
    return (Table(("Place", "Changes"), (*rows, ("runs", str(state.runs))), _caption(event)),)


def draw_release(state: Release, event: Event | None) -> tuple[Block, ...]:
    """The servers of each version and the users' share of the new one."""
    phase = state.phase
    figures = (phase.old, phase.new, phase.starting, f"{phase.share:.0%}") if phase else (state.most, 0, 0, "0%")
    row = (f"{state.minutes:g}", *map(str, figures))
    return (Table(("Minute", "Old", "New", "Starting", "Users on the new"), (row,), _caption(event)),)


def _caption(event: Event | None) -> str:
    return event.text if event else ""

"""A cron job, one step: which start is due, and what the concurrency policy and the deadline make of it.

Source: pkg/controller/cronjob. Leaves out jobs that another has started under the name of this one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from vlearn.sim.kubernetes.api.conditions import is_true
from vlearn.sim.kubernetes.api.moments import created, moment
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.controllers.job import is_finished
from vlearn.sim.kubernetes.controllers.schedule import Schedule, parse_schedule

CronJob = Mapping[str, Any]
Job = Mapping[str, Any]
Warned = tuple[str, str]

MANY = 100
_TOO_MANY = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"


@dataclass(frozen=True, slots=True)
class CronJobStep:
    """What one step does. `start` is the scheduled time of the job to create; `delete` and `active` are uids."""

    active: tuple[str, ...]
    start: float | None = None
    delete: tuple[str, ...] = ()
    warnings: tuple[Warned, ...] = ()


def cron_job_step(cron_job: CronJob, jobs: Sequence[Job], now: float, *, gives_up: bool = False) -> CronJobStep:
    """The step of a cron job that owns these jobs. `gives_up`: as until 1.20, nothing starts after 100 missed times."""
    active = still_active(cron_job, jobs)
    spec = cron_job["spec"]
    if cron_job["metadata"].get("deletionTimestamp") is not None or spec.get("suspend"):
        return CronJobStep(active)
    try:
        due, missed = most_recent(cron_job, now)
    except Refused as refusal:
        return CronJobStep(active, warnings=(("UnparseableSchedule", f"unparseable schedule: {refusal}"),))
    warnings: tuple[Warned, ...] = (("TooManyMissedTimes", _TOO_MANY),) if missed > MANY else ()
    if due is None or (gives_up and missed > MANY):
        return CronJobStep(active, warnings=warnings)
    policy = spec.get("concurrencyPolicy", "Allow")
    if policy == "Forbid" and active:
        return CronJobStep(active, warnings=warnings)
    replaced = active if policy == "Replace" else ()
    return CronJobStep(() if replaced else active, due, replaced, warnings)


def still_active(cron_job: CronJob, jobs: Sequence[Job]) -> tuple[str, ...]:
    """The uids in status.active whose jobs exist and have not finished."""
    running = {each["metadata"]["uid"] for each in jobs if not is_finished(each)}
    listed = (cron_job.get("status") or {}).get("active") or ()
    return tuple(each["uid"] for each in listed if each["uid"] in running)


def most_recent(cron_job: CronJob, now: float) -> tuple[float | None, int]:
    """The latest time due by now that has not been started, and about how many have been missed.

    Counted from the last start, or from the creation; never from before the deadline. Raises Refused for a schedule or
    a time zone that cannot be read, and for a schedule that is never due.
    """
    spec = cron_job["spec"]
    schedule, zone = parse_schedule(spec["schedule"]), _zone(spec.get("timeZone"))
    since = moment((cron_job.get("status") or {}).get("lastScheduleTime"))
    earliest = created(cron_job) if since is None else since
    deadline = spec.get("startingDeadlineSeconds")
    if deadline is not None:
        earliest = max(earliest, now - deadline)
    first = schedule.after(earliest, zone)
    second = None if first is None else schedule.after(first, zone)
    if first is None or second is None:
        raise Refused("time difference between two schedules is less than 1 second")
    if now < first:
        return None, 0
    if now < second:
        return first, 1
    return _latest(schedule, zone, first, second - first, now)


def next_start(cron_job: CronJob, now: float) -> float | None:
    """The first scheduled time after now. Raises Refused for a schedule or a time zone that cannot be read."""
    spec = cron_job["spec"]
    return parse_schedule(spec["schedule"]).after(now, _zone(spec.get("timeZone")))


def _latest(schedule: Schedule, zone: tzinfo, first: float, gap: float, now: float) -> tuple[float | None, int]:
    # The count takes the first gap for all gaps, as upstream does: on an uneven schedule it is a rough one.
    missed = int((now - first) // gap) + 1
    latest = None
    at = schedule.after(first + (missed - 2) * gap, zone)
    while at is not None and at <= now:
        latest, at = at, schedule.after(at, zone)
    return latest, missed


def job_name(cron_job: CronJob, scheduled: float) -> str:
    """The name of the job for a scheduled time. That it says the minute keeps a start from happening twice."""
    return f"{cron_job['metadata']['name']}-{int(scheduled) // 60}"


def surplus_jobs(cron_job: CronJob, jobs: Sequence[Job]) -> tuple[Job, ...]:
    """The finished jobs to delete: the oldest above failedJobsHistoryLimit and successfulJobsHistoryLimit."""
    spec = cron_job["spec"]
    kinds = (("Failed", "failedJobsHistoryLimit"), ("Complete", "successfulJobsHistoryLimit"))
    surplus: list[Job] = []
    for outcome, limit in kinds:
        finished = sorted((job for job in jobs if is_true(job, outcome)), key=_by_start)
        if spec.get(limit) is not None:
            surplus += finished[: max(0, len(finished) - spec[limit])]
    return tuple(surplus)


def _by_start(job: Job) -> tuple[bool, float, str]:
    start = moment((job.get("status") or {}).get("startTime"))
    return start is None, start or 0.0, job["metadata"].get("name", "")


def _zone(name: str | None) -> tzinfo:
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Refused(f'unknown time zone "{name}"') from None

"""The status of a job after a step: its counters, whether it is complete, and the conditions that say how it ended.

Source: pkg/controller/job. What `job` leaves out is left out here.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.conditions import is_true
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.controllers.counts import counted, nonzero
from vlearn.sim.kubernetes.controllers.job import TODAY, Job, JobRules, JobStep

_WORDS = {
    "BackoffLimitExceeded": "Job has reached the specified backoff limit",
    "DeadlineExceeded": "Job was active longer than specified deadline",
}


def job_status(
    job: Job,
    step: JobStep,
    now: float,
    rules: JobRules = TODAY,
    *,
    created: int | None = None,
    deleted: int | None = None,
) -> dict[str, Any]:
    """The status after a step. `created` and `deleted` are how much of it succeeded; all of it where they are None."""
    gone = len(step.delete) if deleted is None else deleted
    active = step.active + (step.create if created is None else created) - gone
    failed = step.failed
    if step.failure and rules.ends_when_pods_have:
        failed += gone
    elif step.failure:
        failed, active = failed + step.active, 0
    before = job.get("status") or {}
    status = {
        **before,
        "startTime": before.get("startTime") or timestamp(now),
        **({"ready": step.ready, "terminating": step.leaving} if rules.ends_when_pods_have else {}),
        "active": active,
        "succeeded": step.succeeded,
        "failed": failed,
        "conditions": [*(before.get("conditions") or ()), *_verdict(job, step, active, now, rules)],
    }
    if any(each["type"] == "Complete" for each in status["conditions"]):
        status["completionTime"] = before.get("completionTime") or timestamp(now)
    return {**nonzero(status), **{name: status[name] for name in ("ready", "terminating") if name in status}}


def forgets_failures(job: Job, step: JobStep, status: Mapping[str, Any]) -> bool:
    """1.20's queue: whether this step resets the count that its next delay grows with."""
    if step.succeeded > counted(job, "succeeded"):
        return True
    changed = any((status.get(name) or 0) != counted(job, name) for name in ("active", "succeeded", "failed"))
    decided = len(status.get("conditions") or ()) != len((job.get("status") or {}).get("conditions") or ())
    return (changed or decided) and not comes_back(job, step)


def comes_back(job: Job, step: JobStep) -> bool:
    """1.20's queue: whether the job is taken up again only after a delay, because a new pod has failed."""
    return step.failed > counted(job, "failed") and not step.failure and not _is_complete(job, step, step.active)


def _is_complete(job: Job, step: JobStep, active: int) -> bool:
    completions = job["spec"].get("completions")
    if completions is None:
        return step.succeeded > 0 and active == 0
    return bool(step.succeeded >= completions)


def _verdict(job: Job, step: JobStep, active: int, now: float, rules: JobRules) -> list[dict[str, Any]]:
    new: list[dict[str, Any]] = []
    moment_of = {"lastProbeTime": timestamp(now), "lastTransitionTime": timestamp(now)}
    if step.failure:
        words = {"status": "True", **moment_of, "reason": step.failure, "message": _WORDS.get(step.failure, "")}
        interim, last = "FailureTarget", "Failed"
    elif _is_complete(job, step, active):
        words = {"status": "True", **moment_of}
        if rules.ends_when_pods_have:
            words |= {"reason": "CompletionsReached", "message": "Reached expected number of succeeded pods"}
        interim, last = "SuccessCriteriaMet", "Complete"
    else:
        return new
    if not rules.ends_when_pods_have:
        return [{"type": last, **words}]
    if not is_true(job, interim) and (step.failure or active == 0):
        new.append({"type": interim, **words})
    # A pod that is told to go is gone only when its node says so: that is another step.
    if active == step.leaving == 0 and not step.delete:
        new.append({"type": last, **words})
    return new

"""A job, one step: which pods to create and delete, and whether it has failed.

Today's rules are the default; those of 1.20 differ in four points, each a field of `JobRules`. Leaves out indexed jobs,
pod failure and success policies, the bound of 500 pods a step, and the finalizers by which pods stay countable: the
pods that are there are counted, and a counter never falls. Source: pkg/controller/job.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vlearn.sim.kubernetes.api.conditions import condition, is_true
from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.api.pods import Pod, is_active, is_ready, is_terminal, phase
from vlearn.sim.kubernetes.controllers.counts import counted
from vlearn.sim.kubernetes.controllers.deletion_order import JOBS, pods_to_delete
from vlearn.sim.kubernetes.controllers.job_backoff import remaining_wait

Job = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JobRules:
    """What distinguishes releases. Every field is true today."""

    every_failure_counts: bool = True
    """Failures beyond the limit fail the job; 1.20 wanted a new one, and fewer active pods than parallelism."""
    waits_to_replace: bool = True
    """A failed pod is replaced after the back-off; 1.20 replaced it at once, and delayed the next step instead."""
    deletes_surplus: bool = True
    """No more pods run than completions remain; 1.20 deleted only those above parallelism."""
    ends_when_pods_have: bool = True
    """FailureTarget and SuccessCriteriaMet come first; Failed and Complete wait until no pod runs."""


TODAY = JobRules()
V1_20 = JobRules(every_failure_counts=False, waits_to_replace=False, deletes_surplus=False, ends_when_pods_have=False)


@dataclass(frozen=True, slots=True)
class JobStep:
    """What one step does, and the pods that it was decided on: of the active ones so many are `ready`, and those
    `leaving` are told to end and have not yet. `wait` is in seconds, before anything is created.
    """

    active: int
    succeeded: int
    failed: int
    leaving: int = 0
    ready: int = 0
    create: int = 0
    delete: tuple[Pod, ...] = ()
    failure: str = ""
    wait: float = 0.0


def is_finished(job: Job) -> bool:
    """Whether the job is complete or failed for good."""
    return is_true(job, "Complete") or is_true(job, "Failed")


def job_step(job: Job, pods: Sequence[Pod], now: float, rules: JobRules = TODAY) -> JobStep:
    """The step for a job that is not finished. `pods` are the job's own."""
    active = [pod for pod in pods if is_active(pod)]
    succeeded = sum(phase(pod) == "Succeeded" for pod in pods)
    failed = sum(phase(pod) == "Failed" for pod in pods)
    leaving = sum(not is_active(pod) and not is_terminal(pod) for pod in pods)
    if rules.ends_when_pods_have:
        # What was counted once stays so, also when the pod is gone.
        succeeded, failed = max(succeeded, counted(job, "succeeded")), max(failed, counted(job, "failed"))
    step = JobStep(len(active), succeeded, failed, leaving, sum(map(is_ready, active)))
    failure = _failure(job, pods, step, now, rules)
    if failure:
        return replace(step, delete=tuple(active), failure=failure)
    if job["metadata"].get("deletionTimestamp") is not None:
        return step
    if job["spec"].get("suspend"):
        return replace(step, delete=tuple(active))
    parallelism = _parallelism(job)
    most = _remaining(job, step) if rules.deletes_surplus else parallelism
    if len(active) > most:
        chosen = pods_to_delete(active, (), len(active) - most, now, JOBS)
        return replace(step, delete=chosen)
    missing = max(0, min(_remaining(job, step), parallelism) - len(active))
    wait = remaining_wait(pods, now) if rules.waits_to_replace and missing else 0.0
    return replace(step, create=0 if wait > 0 else missing, wait=wait)


def _failure(job: Job, pods: Sequence[Pod], step: JobStep, now: float, rules: JobRules) -> str:
    aimed = condition(job, "FailureTarget")
    if aimed is not None:
        return str(aimed["reason"])
    too_many = step.failed > _backoff_limit(job)
    if not rules.every_failure_counts:
        new = step.failed > counted(job, "failed")
        too_many = too_many and new and step.active != _parallelism(job)
    if too_many or _restarts_exceed(job, pods):
        return "BackoffLimitExceeded"
    started = moment((job.get("status") or {}).get("startTime"))
    deadline = job["spec"].get("activeDeadlineSeconds")
    late = deadline is not None and started is not None and now - started >= deadline
    return "DeadlineExceeded" if late and not job["spec"].get("suspend") else ""


def _restarts_exceed(job: Job, pods: Sequence[Pod]) -> bool:
    """With restartPolicy OnFailure the containers' restarts are the failures, counted while their pod runs."""
    if job["spec"]["template"]["spec"].get("restartPolicy") != "OnFailure":
        return False
    restarts = sum(
        each.get("restartCount", 0)
        for pod in pods
        if phase(pod) in ("Pending", "Running")
        for kind in ("initContainerStatuses", "containerStatuses")
        for each in pod["status"].get(kind) or ()
    )
    return bool(restarts >= max(1, _backoff_limit(job)))


def _remaining(job: Job, step: JobStep) -> int:
    """How many pods may run: as many as completions remain; of a work queue none are added after a first success."""
    completions = job["spec"].get("completions")
    if completions is None:
        return step.active if step.succeeded > 0 else _parallelism(job)
    return max(0, min(int(completions) - step.succeeded, _parallelism(job)))


def _parallelism(job: Job) -> int:
    value = job["spec"].get("parallelism")
    return 1 if value is None else int(value)


def _backoff_limit(job: Job) -> int:
    value = job["spec"].get("backoffLimit")
    return 6 if value is None else int(value)

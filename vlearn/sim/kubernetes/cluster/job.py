"""The job controller: pods until enough have succeeded, or too many have failed.

Source: pkg/controller/job. Leaves out what `controllers.job` leaves out.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.conditions import Condition, is_true, with_condition
from vlearn.sim.kubernetes.api.moments import moment, timestamp
from vlearn.sim.kubernetes.api.pods import is_active
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, Remove, SetStatus
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.cluster.ownership import claimed, owned
from vlearn.sim.kubernetes.cluster.workers import Controller, from_template, removal
from vlearn.sim.kubernetes.controllers.job import is_finished, job_step
from vlearn.sim.kubernetes.controllers.job_status import job_status
from vlearn.sim.kubernetes.store import Key, Object, Store

JOBS = "jobs.batch"


class JobController(Controller):
    """Runs jobs to their end, and removes them after their time to live."""

    name = "job-controller"
    own = JOBS
    by_owner = ("pods",)

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """One step of a job."""
        job = store.get(key)
        if job is None:
            return NOTHING
        if is_finished(job):
            return self._expired(job, key, store.now)
        pods, updates = claimed(store, job, "pods")
        if job["spec"].get("suspend"):
            return self._suspended(job, key, pods, updates, store.now)
        if is_true(job, "Suspended"):
            return self._resumed(job, key, store.now)
        step = job_step(job, pods, store.now)
        told = self.say(job, "SuccessfulCreate", "Created pod: {name}")
        actions: list[Action] = [from_template(job, job["spec"]["template"], told)] * step.create
        for pod in step.delete:
            name = pod["metadata"]["name"]
            actions += [removal(pod), self.say(job, "SuccessfulDelete", f"Deleted pod: {name}")]
        status = job_status(job, step, store.now)
        actions += self._ending(job, status)
        return Work((*updates, *actions, SetStatus(key, status)), _pause(step.wait, job, status, store.now))

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """A pod that may not be created is reported, and the status is that of the pods that there are."""
        report = super().refused(store, key, action, error)
        job = store.get(key)
        if report is None or job is None:
            return report
        step = job_step(job, owned(store, job, "pods"), store.now)
        return Work((*report.actions, SetStatus(key, job_status(job, step, store.now, created=0))))

    def _expired(self, job: Object, key: Key, now: float) -> Work:
        """A finished job whose time to live is over goes, and its pods with it."""
        live = job["spec"].get("ttlSecondsAfterFinished")
        if live is None or job["metadata"].get("deletionTimestamp") is not None:
            return NOTHING
        ended = [each for each in job["status"]["conditions"] if each["type"] in ("Complete", "Failed")]
        left = (moment(ended[-1]["lastTransitionTime"]) or now) + live - now
        return Work(again=left) if left > 0 else Work((Remove(key, job["metadata"]["uid"], policy="Foreground"),))

    def _ending(self, job: Object, status: Mapping[str, Any]) -> Iterator[Action]:
        """How the job has ended, where the status says so for the first time."""
        for each in status.get("conditions") or ():
            if each["type"] == "Complete" and not is_true(job, "Complete"):
                yield self.say(job, "Completed", "Job completed")
            elif each["type"] == "Failed" and not is_true(job, "Failed"):
                yield self.say(job, each["reason"], each["message"], "Warning")

    def _suspended(self, job: Object, key: Key, pods: list[Object], updates: tuple[Action, ...], now: float) -> Work:
        """No pod runs; the start time is forgotten, so that a deadline begins anew."""
        active = [removal(pod) for pod in pods if is_active(pod)]
        kept = ("startTime", "active", "ready")
        status = {name: value for name, value in (job.get("status") or {}).items() if name not in kept}
        told = () if is_true(job, "Suspended") else (self.say(job, "Suspended", "Job suspended"),)
        said = _said_suspended(job, "True", "JobSuspended", "Job suspended", now)
        return Work((*updates, *active, *told, SetStatus(key, {**status, "ready": 0, "conditions": said})))

    def _resumed(self, job: Object, key: Key, now: float) -> Work:
        """It goes on; the change to its status is what the next look comes from."""
        said = _said_suspended(job, "False", "JobResumed", "Job resumed", now)
        status = {**(job.get("status") or {}), "conditions": said, "startTime": timestamp(now)}
        return Work((self.say(job, "Resumed", "Job resumed"), SetStatus(key, status)))


def _said_suspended(job: Object, verdict: str, reason: str, message: str, now: float) -> list[Condition]:
    new = {"type": "Suspended", "status": verdict, "reason": reason, "message": message}
    probed = {**new, "lastProbeTime": timestamp(now)}
    return list(with_condition((job.get("status") or {}).get("conditions") or (), probed, now))


def _pause(wait: float, job: Object, status: Any, now: float) -> float | None:
    """Seconds until a failed pod is replaced or the deadline is over, whichever comes first."""
    moments = [each for each in (wait or None, _until_deadline(job, status, now)) if each is not None]
    return min(moments, default=None)


def _until_deadline(job: Object, status: Any, now: float) -> float | None:
    deadline = job["spec"].get("activeDeadlineSeconds")
    started = moment(status.get("startTime"))
    if deadline is None or started is None or is_true({"status": status}, "FailureTarget"):
        return None
    return max(0.001, started + float(deadline) - now)

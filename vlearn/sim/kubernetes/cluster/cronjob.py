"""The cron job controller: a job for each scheduled time, as the concurrency policy allows.

Source: pkg/controller/cronjob.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.conditions import is_true
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.cluster.actions import Action, Create, Remove, SetStatus, key_of
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.cluster.job import JOBS
from vlearn.sim.kubernetes.cluster.ownership import owned
from vlearn.sim.kubernetes.cluster.workers import Controller
from vlearn.sim.kubernetes.controllers.cronjob import cron_job_step, job_name, next_start, surplus_jobs
from vlearn.sim.kubernetes.controllers.job import is_finished
from vlearn.sim.kubernetes.controllers.owners import controller_reference
from vlearn.sim.kubernetes.store import Key, Object, Store

CRON_JOBS = "cronjobs.batch"
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"


class CronJobController(Controller):
    """Starts the jobs of cron jobs, and removes old ones."""

    name = "cronjob-controller"
    own = CRON_JOBS
    dependents = (JOBS,)

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """Tidy up, then start what is due, and come back when the next is."""
        cron_job = store.get(key)
        if cron_job is None:
            return NOTHING
        jobs = owned(store, cron_job, JOBS)
        actions = self._tidied(cron_job, jobs)
        step = cron_job_step(cron_job, jobs, store.now)
        actions += [self.say(cron_job, reason, words, "Warning") for reason, words in step.warnings]
        by_uid = {job["metadata"]["uid"]: job for job in jobs}
        for uid in step.delete:
            name = by_uid[uid]["metadata"]["name"]
            actions += [Remove(key_of(by_uid[uid]), uid, policy="Background")]
            actions += [self.say(cron_job, "SuccessfulDelete", f"Deleted job {name}")]
        status = self._status(cron_job, [by_uid[uid] for uid in step.active], jobs)
        if step.start is not None:
            made = _job(cron_job, step.start)
            told = self.say(cron_job, "SuccessfulCreate", f"Created job {made['metadata']['name']}")
            actions.append(Create(made, told))
            status = {**status, "lastScheduleTime": timestamp(step.start)}
        actions.append(SetStatus(key, status))
        return Work(tuple(actions), _pause(cron_job, store.now))

    def _tidied(self, cron_job: Object, jobs: list[Object]) -> list[Action]:
        actions: list[Action] = []
        listed = {each["uid"] for each in (cron_job.get("status") or {}).get("active") or ()}
        for job in jobs:
            if job["metadata"]["uid"] in listed and is_finished(job):
                how = "Complete" if is_true(job, "Complete") else "Failed"
                words = f"Saw completed job: {job['metadata']['name']}, condition: {how}"
                actions.append(self.say(cron_job, "SawCompletedJob", words))
        for job in surplus_jobs(cron_job, jobs):
            actions += [Remove(key_of(job), job["metadata"]["uid"], policy="Background")]
            actions += [self.say(cron_job, "SuccessfulDelete", f"Deleted job {job['metadata']['name']}")]
        return actions

    def _status(self, cron_job: Object, active: list[Object], jobs: list[Object]) -> dict[str, Any]:
        """The jobs that run, those found under the cron job's name among them, and when one last succeeded."""
        before = cron_job.get("status") or {}
        running = active + [job for job in jobs if job not in active and not is_finished(job)]
        ends = [job["status"]["completionTime"] for job in jobs if (job.get("status") or {}).get("completionTime")]
        status = {**before, "active": [_reference(job) for job in running]}
        if ends:
            status["lastSuccessfulTime"] = max([*ends, before.get("lastSuccessfulTime") or ""])
        return {name: value for name, value in status.items() if value}


def _job(cron_job: Object, scheduled: float) -> dict[str, Any]:
    template: Mapping[str, Any] = cron_job["spec"]["jobTemplate"]
    given = template.get("metadata") or {}
    annotations = {
        **(given.get("annotations") or {}),
        SCHEDULED: timestamp(scheduled),
    }
    metadata = {
        "name": job_name(cron_job, scheduled),
        "namespace": cron_job["metadata"]["namespace"],
        "annotations": annotations,
        **({"labels": given["labels"]} if given.get("labels") else {}),
        "ownerReferences": [controller_reference(cron_job)],
    }
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}


def _reference(job: Object) -> dict[str, str]:
    metadata = job["metadata"]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "name": metadata["name"],
        "namespace": metadata["namespace"],
        "uid": metadata["uid"],
        "resourceVersion": metadata["resourceVersion"],
    }


def _pause(cron_job: Object, now: float) -> float | None:
    """Seconds until the next scheduled time."""
    if cron_job["spec"].get("suspend"):
        return None
    try:
        at = next_start(cron_job, now)
    except Refused:
        return None
    return None if at is None else max(0.001, at - now)

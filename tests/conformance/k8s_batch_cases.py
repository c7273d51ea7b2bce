"""Runs upstream's tables on jobs, cron jobs and daemon sets."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.conformance.k8s_workload_cases import NOW, differs
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.controllers import job as jobs
from vlearn.sim.kubernetes.controllers.cronjob import cron_job_step, surplus_jobs
from vlearn.sim.kubernetes.controllers.daemonset import is_updated, node_step, should_run
from vlearn.sim.kubernetes.controllers.job import JobRules, job_step
from vlearn.sim.kubernetes.controllers.job_backoff import FIRST, MOST, MOST_1_20, backoff
from vlearn.sim.kubernetes.controllers.job_status import comes_back, forgets_failures, job_status
from vlearn.sim.kubernetes.controllers.slow_start import slow_start

Run = Callable[[Any], str | None]
Row = Mapping[str, Any]

_YEAR_1 = -62_135_596_800
"""Go counts seconds from the year 1."""


def _job(row: Row, policy: str = "Never") -> dict[str, Any]:
    spec: dict[str, Any] = {"parallelism": row["parallelism"], "backoffLimit": row["backoffLimit"]}
    spec["template"] = {"spec": {"restartPolicy": policy}}
    if row["completions"] >= 0:
        spec["completions"] = row["completions"]
    if row.get("activeDeadlineSeconds") is not None:
        spec["activeDeadlineSeconds"] = row["activeDeadlineSeconds"]
    metadata = {"name": "foobar", **({"deletionTimestamp": timestamp(NOW)} if row.get("deleting") else {})}
    started = {"startTime": timestamp(NOW - row["startTime"])} if "startTime" in row else {}
    return {"metadata": metadata, "spec": spec, "status": started}


def _pods(phase: str, count: int) -> list[dict[str, Any]]:
    return [{"metadata": {"name": f"{phase}-{n}"}, "spec": {}, "status": {"phase": phase}} for n in range(count)]


def _synced(row: Row, job: Row, pods: list[dict[str, Any]], rules: JobRules) -> str | None:
    step = job_step(job, pods, NOW, rules)
    limit, fails = row.get("podLimit", 0), row.get("podControllerError") is not None
    _, made = slow_start(step.create, lambda call: not fails and (not limit or call < limit))
    # A call that fails is in upstream's count of creations, unless it was above the limit.
    calls, _ = slow_start(step.create, lambda call: not fails)
    tried = min(calls, limit) if limit else calls
    gone = 0 if fails else len(step.delete)
    status = job_status(job, step, NOW, rules, created=made, deleted=gone)
    found: dict[str, Any] = {
        "expectedCreations": tried,
        "expectedDeletions": len(step.delete),
        "expectedActive": status.get("active", 0),
        "expectedSucceeded": status.get("succeeded", 0),
        "expectedFailed": status.get("failed", 0),
        "jobKeyForget": forgets_failures(job, step, status),
        "isExpectingAnError": comes_back(job, step),
    }
    found["expectedForGetKey"] = found["jobKeyForget"]
    expected = {name: row[name] for name in found if name in row}
    wrong = differs({name: found[name] for name in expected}, expected)
    return wrong or _verdict(row, status)


def _verdict(row: Row, status: Row) -> str | None:
    kind = row.get("expectedCondition") or ("Failed" if "expectedCondition" not in row else None)
    # Upstream looks at conditions only where the row names one.
    if kind is None:
        return None
    reason = row["expectedConditionReason"]
    found = [
        (each["type"], each.get("reason", "")) for each in status.get("conditions", ()) if each["status"] == "True"
    ]
    return None if (kind, reason) in found else f"the model's conditions are {found}, upstream's {(kind, reason)}"


def _by_counts(row: Row, rules: JobRules = jobs.V1_20) -> str | None:
    active = _pods(row.get("activePodsPhase") or "Running", row["activePods"])
    pods = [
        *_pods("Pending", row.get("pendingPods", 0)),
        *active,
        *_pods("Succeeded", row.get("succeededPods", 0)),
        *_pods("Failed", row["failedPods"]),
    ]
    return _synced(row, _job(row), pods, rules)


def _by_restarts(row: Row, rules: JobRules = jobs.V1_20) -> str | None:
    counts = row["restartCounts"] or []
    pods = _pods(row["podPhase"], len(counts))
    for pod, restarts in zip(pods, counts, strict=True):
        pod["status"]["containerStatuses"] = [{"restartCount": restarts}]
    return _synced(row, _job(row, "OnFailure"), pods, rules)


def _delay(row: Row, most: float = MOST_1_20) -> str | None:
    seconds = backoff(row["requeues"], most) if row["phase"] == "Failed" else 0.0
    return differs(seconds, row["backoff"] * FIRST)


def _unfinished(row: Row) -> str | None:
    conditions = [{"type": row["conditionType"], "status": row["conditionStatus"]}]
    return differs(not jobs.is_finished({"status": {"conditions": conditions}}), row["expectJobNotFinished"])


def _go_time(written: Row) -> float:
    return float(written["ext"] + _YEAR_1)


def _due(row: Row, gives_up: bool = True) -> str | None:
    spec = {"schedule": row["schedule"], "suspend": row["suspend"], "concurrencyPolicy": row["concurrencyPolicy"]}
    if row["deadline"] != -12345:
        spec["startingDeadlineSeconds"] = row["deadline"]
    # The test's own times: it was made just before the hour, or before the hour before where it has run since.
    ran = row["ranPreviously"]
    metadata = {"name": "cron", "creationTimestamp": "2016-05-19T08:59:00Z" if ran else "2016-05-19T09:59:00Z"}
    status: dict[str, Any] = {"lastScheduleTime": "2016-05-19T09:01:00Z"} if ran else {}
    owned = [{"metadata": {"uid": "1234"}, "status": {}}] if row["stillActive"] else []
    status["active"] = [{"uid": each["metadata"]["uid"]} for each in owned]
    cron_job = {"metadata": metadata, "spec": spec, "status": status}
    step = cron_job_step(cron_job, owned, _go_time(row["now"]), gives_up=gives_up)
    starts = step.start is not None
    found = starts, bool(step.delete), len(step.active) + starts, len(step.warnings)
    names = ("expectCreate", "expectDelete", "expectActive", "expectedWarnings")
    return differs(found, tuple(row[name] for name in names))


def _tidied(row: Row) -> str | None:
    limits = ("failedJobsHistoryLimit", "successfulJobsHistoryLimit")
    cron_job = {"metadata": {"name": "cron"}, "spec": {name: row[name] for name in limits}}
    made = []
    specs = row["jobSpecs"] or []
    for number, each in enumerate(specs):
        outcome = "Complete" if each["IsSuccessful"] else "Failed"
        conditions = [{"type": outcome, "status": "True"}] if each["IsFinished"] else []
        status = {"startTime": each["StartTime"], "conditions": conditions}
        made.append({"metadata": {"name": f"job-{number}", "uid": str(number)}, "status": status})
    deleted = {each["metadata"]["uid"] for each in surplus_jobs(cron_job, made)}
    listed = {str(number) for number, each in enumerate(specs) if each["IsStillInActiveList"] or not each["IsFinished"]}
    expected = {str(number) for number, each in enumerate(specs) if each["ExpectDelete"]}
    return differs((deleted, len(listed - deleted)), (expected, row["expectActive"]))


_DAEMON_LABELS = {"name": "simple-daemon", "type": "production"}


def _node(row: Row) -> dict[str, Any]:
    """The test's node: it has the labels of the daemon set, and is called test-node."""
    spec = {"unschedulable": row.get("nodeUnschedulable", False)}
    return {"metadata": {"name": "test-node", "labels": _DAEMON_LABELS}, "spec": spec}


def _placed(row: Row) -> str | None:
    return differs(should_run(row["ds"], _node(row)), (row["shouldRun"], row["shouldContinueRunning"]))


def _failed_daemons(row: Row) -> str | None:
    daemon_set = {"spec": {"template": {"spec": {}}}}
    pods = [*_pods("Failed", row["numFailedPods"]), *_pods("Running", row["numNormalPods"])]
    step = node_step(daemon_set, _node(row), pods)
    names = ("expectedCreates", "expectedDeletes", "expectedEvents")
    return differs((int(step.create), len(step.delete), len(step.finished)), tuple(row[name] for name in names))


def _updated(row: Row) -> str | None:
    # Go printed the pointers of the two numbers, not the numbers, so that the row's own title alone says if they match.
    title = row["test"]
    matches = "templateGeneration matches" in title or "both match" in title
    labels = dict(row["pod"]["metadata"].get("labels") or {})
    if "pod-template-generation" in labels:
        labels["pod-template-generation"] = str(row["templateGeneration"] + (not matches))
    return differs(
        is_updated({"metadata": {"labels": labels}}, row["hash"], row["templateGeneration"]), row["isUpdated"]
    )


RUNS: dict[str, Run] = {
    "TestControllerSyncJob": _by_counts,
    "TestJobBackoff": _delay,
    "TestJobBackoffForOnFailure": _by_restarts,
    "TestJobBackoffOnRestartPolicyNever": _by_counts,
    "TestSyncJobPastDeadline": _by_counts,
    "TestIsJobFinished": _unfinished,
    "TestSyncOne_RunOrNot": _due,
    "TestCleanupFinishedJobs_DeleteOrNot": _tidied,
    "TestNodeShouldRunDaemonPod": _placed,
    "TestDaemonKillFailedPods": _failed_daemons,
    "TestIsPodUpdated": _updated,
}
TODAY: dict[str, Run] = {
    "TestControllerSyncJob": lambda row: _by_counts(row, jobs.TODAY),
    "TestJobBackoff": lambda row: _delay(row, MOST),
    "TestJobBackoffForOnFailure": lambda row: _by_restarts(row, jobs.TODAY),
    "TestJobBackoffOnRestartPolicyNever": lambda row: _by_counts(row, jobs.TODAY),
    "TestSyncJobPastDeadline": lambda row: _by_counts(row, jobs.TODAY),
    "TestSyncOne_RunOrNot": lambda row: _due(row, gives_up=False),
}
"""The same rows under today's rules, for those tests whose rows are run under 1.20's."""

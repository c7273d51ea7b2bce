"""What the API fills in where a Deployment, a Job or another owner of pods says nothing.

Source: pkg/apis/apps/v1/defaults.go and pkg/apis/batch/v1/defaults.go.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.defaulting.pod import template

Object = Mapping[str, Any]


def deployment(object: Object) -> dict[str, Any]:
    """RollingUpdate by quarters, ten old revisions, ten minutes to make progress."""
    spec = {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600, **_spec(object)}
    strategy = {**(spec.get("strategy") or {})}
    strategy["type"] = strategy.get("type") or "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        quarters = {"maxUnavailable": "25%", "maxSurge": "25%"}
        strategy["rollingUpdate"] = {**quarters, **(strategy.get("rollingUpdate") or {})}
    return {**object, "spec": {**spec, "strategy": strategy}}


def replica_set(object: Object) -> dict[str, Any]:
    """One replica. Labels of the template stand in for the set's own."""
    spec = {"replicas": 1, **_spec(object)}
    return {**object, "spec": spec}


def daemon_set(object: Object) -> dict[str, Any]:
    """RollingUpdate, one node at a time, no surge."""
    spec = {"revisionHistoryLimit": 10, **_spec(object)}
    strategy = {**(spec.get("updateStrategy") or {})}
    strategy["type"] = strategy.get("type") or "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        one = {"maxUnavailable": 1, "maxSurge": 0}
        strategy["rollingUpdate"] = {**one, **(strategy.get("rollingUpdate") or {})}
    return {**object, "spec": {**spec, "updateStrategy": strategy}}


def stateful_set(object: Object) -> dict[str, Any]:
    """One replica after the other, RollingUpdate from partition 0, claims kept."""
    kept = {"whenDeleted": "Retain", "whenScaled": "Retain"}
    spec = {"replicas": 1, "revisionHistoryLimit": 10, "podManagementPolicy": "OrderedReady", **_spec(object)}
    spec["persistentVolumeClaimRetentionPolicy"] = {**kept, **(spec.get("persistentVolumeClaimRetentionPolicy") or {})}
    strategy = {**(spec.get("updateStrategy") or {})}
    strategy["type"] = strategy.get("type") or "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        strategy["rollingUpdate"] = {"partition": 0, **(strategy.get("rollingUpdate") or {})}
    if "volumeClaimTemplates" in spec:
        spec["volumeClaimTemplates"] = [_claim(each) for each in spec["volumeClaimTemplates"]]
    return {**object, "spec": {**spec, "updateStrategy": strategy}}


def job(object: Object) -> dict[str, Any]:
    """One completion, one pod at a time, six retries."""
    return {**object, "spec": _job_spec(_spec(object))}


def cron_job(object: Object) -> dict[str, Any]:
    """Runs may overlap; three successful jobs and a failed one are kept."""
    given = object.get("spec") or {}
    spec = {
        "concurrencyPolicy": "Allow",
        "suspend": False,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 1,
        **given,
    }
    jobs = given.get("jobTemplate") or {}
    inner = jobs.get("spec") or {}
    spec["jobTemplate"] = {**jobs, "spec": {**inner, "template": template(inner.get("template"))}}
    return {**object, "spec": spec}


def _job_spec(given: Mapping[str, Any]) -> dict[str, Any]:
    spec = {"completionMode": "NonIndexed", "suspend": False, **given}
    # Neither given: one of each. Completions alone leave parallelism at 1; parallelism alone is a work queue.
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    unlimited = "backoffLimitPerIndex" in spec
    spec.setdefault("backoffLimit", 2**31 - 1 if unlimited else 6)
    failing = "Failed" if spec.get("podFailurePolicy") else "TerminatingOrFailed"
    spec.setdefault("podReplacementPolicy", failing)
    return spec


def _claim(given: Object) -> dict[str, Any]:
    spec = {"volumeMode": "Filesystem", **(given.get("spec") or {})}
    return {"kind": "PersistentVolumeClaim", "apiVersion": "v1", **given, "spec": spec, "status": {"phase": "Pending"}}


def _spec(object: Object) -> dict[str, Any]:
    spec = object.get("spec") or {}
    return {**spec, "template": template(spec.get("template"))}

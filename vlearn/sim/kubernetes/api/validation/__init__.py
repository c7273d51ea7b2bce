"""Validation: every kind's rules for new objects and for updates, in two tables."""

from collections.abc import Callable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.field_errors import Errors
from vlearn.sim.kubernetes.api.validation import cluster, workloads
from vlearn.sim.kubernetes.api.validation.metadata import metadata_errors, metadata_update_errors
from vlearn.sim.kubernetes.api.validation.node import node_errors
from vlearn.sim.kubernetes.api.validation.pod import pod_errors, pod_update_errors

Object = Mapping[str, Any]

RULES: Mapping[str, Callable[[Object], Errors]] = {
    "Node": node_errors,
    "Pod": pod_errors,
    "Deployment": workloads.deployment_errors,
    "ReplicaSet": workloads.replica_set_errors,
    "StatefulSet": workloads.stateful_set_errors,
    "DaemonSet": workloads.daemon_set_errors,
    "Job": workloads.job_errors,
    "CronJob": workloads.cron_job_errors,
    "Service": cluster.service_errors,
    "ConfigMap": cluster.data_errors,
    "Secret": cluster.data_errors,
    "ResourceQuota": cluster.quota_errors,
    "LimitRange": cluster.limit_range_errors,
    "PersistentVolumeClaim": cluster.claim_errors,
    "PodDisruptionBudget": cluster.budget_errors,
    "HorizontalPodAutoscaler": cluster.autoscaler_errors,
}

UPDATE_RULES: Mapping[str, Callable[[Object, Object], Errors]] = {
    "Pod": pod_update_errors,
    "Deployment": workloads.selector_update_errors,
    "ReplicaSet": workloads.selector_update_errors,
    "DaemonSet": workloads.selector_update_errors,
    "StatefulSet": workloads.stateful_set_update_errors,
    "Job": workloads.job_update_errors,
    "Service": cluster.service_update_errors,
    "ConfigMap": cluster.data_update_errors,
    "Secret": cluster.data_update_errors,
}


def creation_errors(object: Object, namespaced: bool) -> Errors:
    """Everything wrong with a new object: first its metadata, then what its kind asks for."""
    errors = metadata_errors(object, namespaced)
    rule = RULES.get(object["kind"])
    return errors + rule(object) if rule else errors


def update_errors(new: Object, old: Object) -> Errors:
    """Everything wrong with an object as an update of another."""
    errors = metadata_update_errors(new, old)
    rule, change = RULES.get(new["kind"]), UPDATE_RULES.get(new["kind"])
    errors += rule(new) if rule else []
    return errors + change(new, old) if change else errors

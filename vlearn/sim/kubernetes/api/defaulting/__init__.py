"""Defaulting: the rules of every kind that has any, in one table."""

from collections.abc import Callable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.defaulting import cluster, workloads
from vlearn.sim.kubernetes.api.defaulting.pod import pod

DEFAULTS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "Pod": pod,
    "Deployment": workloads.deployment,
    "ReplicaSet": workloads.replica_set,
    "DaemonSet": workloads.daemon_set,
    "StatefulSet": workloads.stateful_set,
    "Job": workloads.job,
    "CronJob": workloads.cron_job,
    "Service": cluster.service,
    "Namespace": cluster.namespace,
    "Node": cluster.node,
    "Secret": cluster.secret,
    "PersistentVolumeClaim": cluster.claim,
    "PersistentVolume": cluster.volume,
    "LimitRange": cluster.limit_range,
    "HorizontalPodAutoscaler": cluster.autoscaler,
    "PriorityClass": cluster.priority_class,
    "StorageClass": cluster.storage_class,
}


def defaulted(object: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object with everything filled in that its kind has a default for."""
    fill = DEFAULTS.get(object["kind"])
    return fill(object) if fill else object

"""The components of the control plane, in one table."""

from collections.abc import Callable

from vlearn.sim.kubernetes.cluster.autoscaling import HorizontalPodAutoscalerController
from vlearn.sim.kubernetes.cluster.cluster import Cluster
from vlearn.sim.kubernetes.cluster.component import Component
from vlearn.sim.kubernetes.cluster.cronjob import CronJobController
from vlearn.sim.kubernetes.cluster.daemonset import DaemonSetController
from vlearn.sim.kubernetes.cluster.deployment import DeploymentController
from vlearn.sim.kubernetes.cluster.disruption import DisruptionController
from vlearn.sim.kubernetes.cluster.endpoints import EndpointController, EndpointSliceController
from vlearn.sim.kubernetes.cluster.housekeeping import (
    GarbageCollector,
    NamespaceController,
    QuotaController,
    ServiceAccountController,
)
from vlearn.sim.kubernetes.cluster.job import JobController
from vlearn.sim.kubernetes.cluster.node_lifecycle import NodeLifecycleController, TaintEvictionController
from vlearn.sim.kubernetes.cluster.pod_garbage import PodGarbageCollector
from vlearn.sim.kubernetes.cluster.replicaset import ReplicaSetController
from vlearn.sim.kubernetes.cluster.scheduling import Scheduler
from vlearn.sim.kubernetes.cluster.statefulset import StatefulSetController
from vlearn.sim.kubernetes.cluster.volume_binding import VolumeBinder
from vlearn.sim.kubernetes.cluster.volume_protection import VolumeProtection


def control_plane(
    cluster: Cluster, heard: Callable[[str], float], usage: Callable[[str], float | None]
) -> tuple[Component, ...]:
    """All of them. `heard` is when a node was last heard of, in seconds since 1970; `usage` the cores of a pod."""
    return (
        DeploymentController(),
        ReplicaSetController(),
        StatefulSetController(),
        DaemonSetController(),
        JobController(),
        CronJobController(),
        Scheduler(cluster.at_once),
        NodeLifecycleController(heard),
        TaintEvictionController(),
        PodGarbageCollector(),
        EndpointController(),
        EndpointSliceController(),
        HorizontalPodAutoscalerController(usage),
        DisruptionController(),
        VolumeBinder(),
        VolumeProtection(),
        GarbageCollector(),
        NamespaceController(),
        ServiceAccountController(),
        QuotaController(),
    )

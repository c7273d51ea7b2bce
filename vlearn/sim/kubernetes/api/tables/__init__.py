"""Tables: the API itself says what the columns of `kubectl get` are and what stands in them.

Columns after a bar are shown with -o wide only. Source: pkg/printers/internalversion. The columns' descriptions, which
nobody sees in a table, are left out.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.kinds import Resource
from vlearn.sim.kubernetes.api.tables import cluster, workloads
from vlearn.sim.kubernetes.api.tables.pods import pod_cells

Object = Mapping[str, Any]

_WIDE = "Containers, Images, Selector"

TABLES: Mapping[str, tuple[str, Callable[[Object, float], list[Any]]]] = {
    "Pod": ("Name, Ready, Status, Restarts, Age | IP, Node, Nominated Node, Readiness Gates", pod_cells),
    "Deployment": (f"Name, Ready, Up-to-date, Available, Age | {_WIDE}", workloads.deployment),
    "ReplicaSet": (f"Name, Desired, Current, Ready, Age | {_WIDE}", workloads.replica_set),
    "StatefulSet": ("Name, Ready, Age | Containers, Images", workloads.stateful_set),
    "DaemonSet": (
        f"Name, Desired, Current, Ready, Up-to-date, Available, Node Selector, Age | {_WIDE}",
        workloads.daemon_set,
    ),
    "ControllerRevision": ("Name, Controller, Revision, Age", workloads.controller_revision),
    "Job": (f"Name, Status, Completions, Duration, Age | {_WIDE}", workloads.job),
    "CronJob": (f"Name, Schedule, Timezone, Suspend, Active, Last Schedule, Age | {_WIDE}", workloads.cron_job),
    "Service": ("Name, Type, Cluster-IP, External-IP, Port(s), Age | Selector", cluster.service),
    "Namespace": ("Name, Status, Age", cluster.namespace),
    "Node": (
        "Name, Status, Roles, Age, Version | Internal-IP, External-IP, OS-Image, Kernel-Version, Container-Runtime",
        cluster.node,
    ),
    "ConfigMap": ("Name, Data, Age", cluster.data),
    "Secret": ("Name, Type, Data, Age", cluster.secret),
    "ServiceAccount": ("Name, Secrets, Age", cluster.service_account),
    "Endpoints": ("Name, Endpoints, Age", cluster.endpoints),
    "EndpointSlice": ("Name, AddressType, Ports, Endpoints, Age", cluster.endpoint_slice),
    "Event": ("Last Seen, Type, Reason, Object | Subobject, Source ; Message | First Seen, Count, Name", cluster.event),
    "ResourceQuota": ("Name, Age, Request, Limit", cluster.quota),
    "LimitRange": ("Name, Created At", cluster.dated),
    "PersistentVolumeClaim": (
        "Name, Status, Volume, Capacity, Access Modes, StorageClass, VolumeAttributesClass, Age | VolumeMode",
        cluster.claim,
    ),
    "PersistentVolume": (
        "Name, Capacity, Access Modes, Reclaim Policy, Status, Claim, StorageClass, VolumeAttributesClass, Reason, Age "
        "| VolumeMode",
        cluster.volume,
    ),
    "HorizontalPodAutoscaler": ("Name, Reference, Targets, MinPods, MaxPods, Replicas, Age", workloads.autoscaler),
    "PodDisruptionBudget": ("Name, Min Available, Max Unavailable, Allowed Disruptions, Age", workloads.budget),
    "PriorityClass": ("Name, Value, Global-Default, Age | PreemptionPolicy", cluster.priority_class),
    "StorageClass": (
        "Name, Provisioner, ReclaimPolicy, VolumeBindingMode, AllowVolumeExpansion, Age",
        cluster.storage_class,
    ),
    "Lease": ("Name, Holder, Age", cluster.lease),
}
_PLAIN = ("Name, Created At", cluster.dated)
_WHOLE = ("Up-to-date", "Available", "Desired", "Current", "Data", "Secrets", "Active", "Revision", "Value", "Count")


def table(resource: Resource, objects: Iterable[Object], now: float, include: str = "Metadata") -> dict[str, Any]:
    """A Table of objects of one resource; `include` is what each row carries: Metadata, Object or None."""
    columns, cells = TABLES.get(resource.kind, _PLAIN)
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": column_definitions(columns),
        "rows": [{"cells": cells(each, now), **_carried(each, include)} for each in objects],
    }


def column_definitions(columns: str) -> list[dict[str, Any]]:
    """The columns as the API describes them: `|` changes between those always shown and those that -o wide adds."""
    found = []
    for at, part in enumerate(columns.replace(";", "|").split("|")):
        for name in (each.strip() for each in part.split(",")):
            form = "name" if name == "Name" else ""
            kind = "integer" if name in _WHOLE else "string"
            found.append({"name": name, "type": kind, "format": form, "description": "", "priority": at % 2})
    return found


def _carried(object: Object, include: str) -> dict[str, Any]:
    match include:
        case "Object":
            return {"object": object}
        case "None":
            return {}
    partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"]}
    return {"object": partial}

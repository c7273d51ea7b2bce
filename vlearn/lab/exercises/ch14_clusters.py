"""What chapter 14's cells are made of: manifests in a line, and what a cluster becomes when one is applied."""

from collections.abc import Mapping
from typing import Any

import yaml

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.apiserver import Request
from vlearn.sim.kubernetes.cluster import Cluster

Manifest = dict[str, Any]
MERGE = "application/merge-patch+json"


def container(image: str = "nginx", cpu: str = "", memory: str = "", **fields: Any) -> Manifest:
    """A container called c, with these requests."""
    requests = {name: amount for name, amount in (("cpu", cpu), ("memory", memory)) if amount}
    return {"name": "c", "image": image, **({"resources": {"requests": requests}} if requests else {}), **fields}


def pod(name: str, image: str = "nginx", labels: Mapping[str, str] | None = None, cpu: str = "", memory: str = "",
        **spec: Any) -> Manifest:  # fmt: skip
    """A pod of one container; `spec` are further fields of its spec."""
    metadata = {"name": name, "labels": dict(labels or {"app": name})}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": _spec(image, cpu, memory, spec)}


def workload(kind: str, name: str, image: str = "nginx", cpu: str = "", memory: str = "",
             template: Mapping[str, Any] | None = None, **spec: Any) -> Manifest:  # fmt: skip
    """A Deployment, ReplicaSet, StatefulSet or DaemonSet; `template` are further fields of its pods' spec."""
    labels = {"app": name}
    pods = {"metadata": {"labels": labels}, "spec": _spec(image, cpu, memory, template or {})}
    service = {"serviceName": name} if kind == "StatefulSet" else {}
    spec = {"selector": {"matchLabels": labels}, "template": pods, **service, **spec}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def deployment(name: str, replicas: int = 3, image: str = "nginx:1.28", surge: int | str = "25%",
               unavailable: int | str = "25%", **fields: Any) -> Manifest:  # fmt: skip
    """A deployment with these two limits, by default those that the API gives it."""
    rolling = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    return workload("Deployment", name, image, replicas=replicas, **{"strategy": rolling, **fields})


def job(name: str, command: str, **spec: Any) -> Manifest:
    """A job whose pods run a shell command."""
    shell = container("busybox", command=["sh", "-c", command])
    template = {"spec": {"restartPolicy": "Never", "containers": [shell]}}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"template": template, **spec}}


def service(name: str, port: int = 80, **spec: Any) -> Manifest:
    """A service for the pods with the label app=NAME."""
    given = {"selector": {"app": name}, "ports": [{"port": port}], **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": given}


def storage_class(name: str = "standard") -> Manifest:
    """The default class of storage: it makes a volume for a claim once a pod that uses it has a node."""
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    kind = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "provisioner": "rancher.io/local-path"}
    return {**kind, "metadata": {"name": name, "annotations": default}, "volumeBindingMode": "WaitForFirstConsumer"}


def claim(name: str, size: str = "1Gi") -> Manifest:
    """A template of the claims that a StatefulSet makes for its members."""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return {"metadata": {"name": name}, "spec": spec}


def as_yaml(*manifests: Mapping[str, Any]) -> str:
    """The manifests as a file."""
    return yaml.safe_dump_all([dict(each) for each in manifests], sort_keys=False, default_flow_style=False)


def read(text: str) -> list[Manifest]:
    """The manifests of a file. Raises ModelError for text that is not YAML, or no manifest."""
    try:
        found = [each for each in yaml.safe_load_all(text) if each is not None]
    except yaml.YAMLError as error:
        raise ModelError(f"this is not YAML: {' '.join(str(error).split())}") from None
    for each in found:
        if not isinstance(each, dict) or not isinstance(each.get("metadata"), dict):
            raise ModelError("a manifest has apiVersion, kind, metadata and spec")
        if (each.get("apiVersion"), each.get("kind")) not in BY_KIND:
            raise ModelError(f"no matches for kind {each.get('kind')!r} in version {each.get('apiVersion')!r}")
    return found


def applied(cluster: Cluster, *manifests: Mapping[str, Any]) -> Cluster:
    """The cluster after each of these was created, or merged into the object of its name. Raises ModelError."""
    for each in manifests:
        resource = BY_KIND[each["apiVersion"], each["kind"]]
        metadata = each["metadata"]
        namespace = metadata.get("namespace") or "default" if resource.namespaced else ""
        where = f"/namespaces/{namespace}" if namespace else ""
        root = f"/apis/{resource.group}/{resource.version}" if resource.group else f"/api/{resource.version}"
        path = f"{root}{where}/{resource.name}"
        name = metadata.get("name") or ""
        if name and cluster.get(resource.qualified, name, namespace) is not None:
            asked = Request("PATCH", f"{path}/{name}", body=dict(each), content_type=MERGE)
        else:
            asked = Request("POST", path, body=dict(each))
        cluster, response = cluster.ask(asked)
        if response.status >= 400:
            raise ModelError(response.body["message"])
    return cluster


def deleted(cluster: Cluster, pod: str, namespace: str = "default") -> Cluster:
    """The cluster after `kubectl delete pod`. Raises ModelError where there is none of this name."""
    cluster, response = cluster.ask(Request("DELETE", f"/api/v1/namespaces/{namespace}/pods/{pod}"))
    if response.status >= 400:
        raise ModelError(response.body["message"])
    return cluster


def _spec(image: str, cpu: str, memory: str, fields: Mapping[str, Any]) -> Manifest:
    return {"containers": [container(image, cpu, memory)], **fields}

"""The cluster that control planes were recorded in: its nodes, its images, and a client.

The recordings do not say how large its nodes were nor which labels they had; what they say of pods on them does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from vlearn.sim.kubernetes import cluster as clusters
from vlearn.sim.kubernetes.api.pods import is_active, is_available
from vlearn.sim.kubernetes.apiserver import Request
from vlearn.sim.kubernetes.cluster import Cluster, started
from vlearn.sim.kubernetes.cluster.kubelets import item_of
from vlearn.sim.kubernetes.cluster.requeued import queued
from vlearn.sim.kubernetes.node import Image, Machine, Program, node_object
from vlearn.sim.kubernetes.store import Key

Object = Mapping[str, Any]
Case = Mapping[str, Any]

APPS, CORE, NAME = "/apis/apps/v1/namespaces/default", "/api/v1", "web"
NODES: Mapping[str, Sequence[str]] = {"n1": [], "n2": [], "n3": ["gpu=y:NoSchedule"], "n4": []}
_ZONES = {"n1": "a", "n2": "b", "n3": "c", "n4": "d"}
_LARGE = {"n3": "16"}
_ENDS = ("exit", "ok", "succe", "done", "complet")
_PROBE = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 1}


def world(given: Sequence[Object] | int = 4, images: Sequence[str] = ("v1", "v2", "v3", "bad")) -> Cluster:
    """A cluster in which these images can be pulled, or cannot: the recording kubelet went by their names."""
    cluster = started(given)
    for name in images:
        cluster = clusters.with_image(cluster, name, _image(name))
    return cluster


def _image(name: str) -> Image:
    if "bad" in name:
        return Image(pull=0.0, fault="missing")
    if "fail" in name:
        return Image(Program(exits=0.0, code=1), pull=0.0)
    return Image(Program(exits=0.0 if any(each in name for each in _ENDS) else None), pull=0.0)


def nodes(tainted: Mapping[str, Sequence[str]]) -> Cluster:
    """One with nodes of these names and taints, each written key=value:effect."""
    return world([_node(name, taints) for name, taints in tainted.items()])


def _node(name: str, taints: Sequence[str]) -> Object:
    labels = {"zone": _ZONES[name]} if name in _ZONES else {}
    node = node_object(name, clusters.START, cpu=_LARGE.get(name, "4"), labels=labels)
    return {**node, "spec": {**node["spec"], "taints": [_taint(each) for each in taints]}}


def _taint(written: str) -> Object:
    pair, _, effect = written.rpartition(":")
    key, _, value = pair.partition("=")
    return {"key": key, "effect": effect, **({"value": value} if value else {})}


def deployed(replicas: int, image: str = "v1", limits: Case | None = None, *others: str) -> Cluster:
    """One with a deployment called web; its pods are probed, so that one can be made unready."""
    strategy = {"type": "RollingUpdate", "rollingUpdate": dict(limits)} if limits else {"type": "RollingUpdate"}
    spec = {"replicas": replicas, "strategy": strategy, **_selecting(NAME, image)}
    return world(images=(image, "v2", *others)).create(_object("Deployment", NAME, spec))


def stateful_set(replicas: int) -> Object:
    """A stateful set called ss."""
    return _object("StatefulSet", "ss", {"replicas": replicas, "serviceName": "ss", **_selecting("ss", "v1")})


def daemon_set() -> Object:
    """A daemon set that tolerates nothing."""
    return _object("DaemonSet", "ds", _selecting("ds", "v1"))


def job(case: Case) -> Object:
    """The job of a recording."""
    spec = {name: case[name] for name in ("completions", "parallelism", "backoffLimit") if case.get(name) is not None}
    containers = [{"name": "c", "image": case["image"]}]
    template = {"spec": {"restartPolicy": case.get("restartPolicy", "Never"), "containers": containers}}
    return _object("Job", case["name"], {**spec, "template": template}, "batch/v1")


def pod(spec: Case) -> Object:
    """A pod called p."""
    return _object("Pod", "p", spec, "v1")


def service() -> Object:
    """A service for the deployment."""
    return _object("Service", NAME, {"selector": {"app": NAME}, "ports": [{"port": 80}]}, "v1")


def asked(cluster: Cluster, method: str, path: str, body: Any) -> Cluster:
    """The cluster after a request that is to succeed."""
    kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
    cluster, response = cluster.ask(Request(method, path, body=body, content_type=kind))
    assert response.status < 400, response.body
    return cluster


def with_image(cluster: Cluster, image: str) -> Cluster:
    """A client gives the deployment another image."""
    template = _selecting(NAME, image)["template"]
    return asked(cluster, "PATCH", f"{APPS}/deployments/{NAME}", {"spec": {"template": template}})


def with_machine(cluster: Cluster, machine: Machine, pod: Object) -> Cluster:
    """The cluster with a machine on which something has happened to a pod."""
    changed = replace(cluster, machines=cluster.machines.set(machine.node, machine))
    return queued(changed, [item_of(machine.node, Key("pods", "default", pod["metadata"]["name"]))])


def live(cluster: Cluster) -> list[Object]:
    """The pods that count as replicas."""
    return [each for each in cluster.objects("pods") if is_active(each)]


def available(cluster: Cluster) -> list[Object]:
    """Those of them that serve."""
    return [each for each in live(cluster) if is_available(each, 0, cluster.now)]


def image(owner: Object) -> str:
    """The image of a template."""
    return str(owner["spec"]["template"]["spec"]["containers"][0]["image"])


def labels(object: Object) -> Mapping[str, str]:
    """An object's labels."""
    return object["metadata"].get("labels") or {}


def _selecting(name: str, image: str) -> dict[str, Any]:
    container = {"name": "c", "image": image, "readinessProbe": _PROBE}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    return {"selector": {"matchLabels": {"app": name}}, "template": template}


def _object(kind: str, name: str, spec: Case, version: str = "apps/v1") -> Object:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}

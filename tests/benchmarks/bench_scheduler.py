"""The scheduler on the largest cluster that Kubernetes publishes a limit for: 5,000 nodes, 150,000 pods.

Pods of deployments cost more than bare ones: siblings are spread over nodes and zones.

The course's limit is a minute for such a cluster from nothing to all running; a ratio is the share of it that placing
the pods takes.
"""

from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import Any

from vlearn.bench import Measurement, best_of
from vlearn.sim.kubernetes.scheduler import Snapshot, checks, pod_info, schedule, schedule_many, snapshot, verdict

NODES, PODS, LIMIT = 5_000, 150_000, 60.0
DEPLOYMENTS = 150


def node(number: int) -> dict[str, Any]:
    """A node of 32 processors in one of three zones; every tenth has a taint."""
    name, zone = f"node-{number}", f"z{number % 3}"
    taints = [{"key": "team", "value": "ml", "effect": "NoSchedule"}] if number % 10 == 0 else []
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone}},
        "spec": {"taints": taints},
        "status": {"allocatable": {"cpu": "32", "memory": "256Gi", "pods": "110"}},
    }


def pod(number: int, template: int) -> dict[str, Any]:
    """A pod of one of several templates."""
    requests = {"cpu": f"{100 + 10 * template}m", "memory": f"{200 + 50 * template}Mi"}
    return {
        "metadata": {"name": f"pod-{template}-{number}", "namespace": "default", "labels": {"app": f"app-{template}"}},
        "spec": {"containers": [{"name": "app", "image": "app:1", "resources": {"requests": requests}}]},
    }


def replica_set(number: int) -> dict[str, Any]:
    """The replica set of a deployment."""
    selector = {"matchLabels": {"app": f"app-{number}"}}
    metadata = {"name": f"set-{number}", "namespace": "default"}
    return {"kind": "ReplicaSet", "metadata": metadata, "spec": {"selector": selector}}


def replica(number: int, deployment: int) -> dict[str, Any]:
    """A pod of one of the deployments, which ask for one of ten amounts."""
    made = pod(number, deployment % 10)
    reference = {"kind": "ReplicaSet", "name": f"set-{deployment}", "controller": True}
    made["metadata"] |= {"labels": {"app": f"app-{deployment}"}, "ownerReferences": [reference]}
    return made


def place(cluster: Snapshot, objects: Iterable[dict[str, Any]]) -> float:
    """Seconds to place all pods, the reading of their objects included."""
    start = perf_counter()
    pods = (pod_info(each) for each in objects)
    placed = sum(name is not None for _, name in schedule_many(pods, cluster))
    seconds = perf_counter() - start
    if placed != PODS:
        raise AssertionError(f"{PODS - placed} of {PODS} pods found no node")
    return seconds


def measure() -> Iterator[Measurement]:
    """Lower is better."""
    cluster, asking = snapshot(map(node, range(NODES))), pod_info(pod(0, 0))
    passing = checks(asking, cluster)
    filtering = best_of(lambda: [verdict(each, passing) for each in cluster.nodes])
    yield Measurement(f"filter one pod against {NODES} nodes: resources, taints, cordons", filtering * 1e3, "ms")
    yield Measurement(
        f"a whole cycle on {NODES} nodes, every score", best_of(lambda: schedule(asking, cluster), 3) * 1e3, "ms"
    )
    for templates in (1, 50):
        seconds = place(cluster, (pod(number, number % templates) for number in range(PODS)))
        words = f"{PODS} pods of {templates} template{'s' * (templates > 1)} on {NODES} nodes"
        yield Measurement(words, seconds, "s", f"{LIMIT:.0f} s", seconds / LIMIT)
    owned = snapshot(map(node, range(NODES)), owners=tuple(map(replica_set, range(DEPLOYMENTS))))
    for order, turn in (("one after another", PODS // DEPLOYMENTS), ("by turns", 1)):
        seconds = place(owned, (replica(number, number // turn % DEPLOYMENTS) for number in range(PODS)))
        words = f"{PODS} pods of {DEPLOYMENTS} deployments, {order}, on {NODES} nodes in 3 zones"
        yield Measurement(words, seconds, "s", f"{LIMIT:.0f} s", seconds / LIMIT)

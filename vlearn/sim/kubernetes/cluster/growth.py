"""A cluster of any size from nothing to all running: what the limits that Kubernetes publishes for itself look like.

5,000 nodes and 150,000 pods are those limits (https://kubernetes.io/docs/setup/best-practices/cluster-large/).
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.pods import phase
from vlearn.sim.kubernetes.cluster.cluster import Cluster, started
from vlearn.sim.kubernetes.cluster.loop import run
from vlearn.sim.kubernetes.store import Store

REPLICAS = 1000
"""Pods of one deployment."""
PODS_A_NODE = 110
IMAGE = "nginx:1.29"
"""On every node from the beginning: how long downloads take is not the question here."""
WRITES = 3
"""For each pod: created, bound, running."""
SETTLED = 30.0
"""Seconds of the model in which all that can start has started."""


def grown(nodes: int, pods: int, progress: Callable[[int, int], None] | None = None) -> Cluster:
    """A cluster of so many nodes on which deployments have started so many pods; `progress` is told how many writes
    have been made, and of how many. It writes no events and its scheduler places all waiting pods in one look.

    Raises ModelError where the nodes cannot take the pods.
    """
    if nodes < 1 or pods < 0 or pods > nodes * PODS_A_NODE:
        raise ModelError(f"{nodes} nodes take 0 to {max(nodes, 0) * PODS_A_NODE} pods, not {pods}")
    sizes = [min(REPLICAS, pods - first) for first in range(0, pods, REPLICAS)]
    with _without_cycles():
        cluster = started(nodes, at_once=pods + 1, records=False)
        ready = {name: machine.with_images(IMAGE) for name, machine in cluster.machines.items()}
        cluster = replace(cluster, machines=Map(ready))
        cluster = cluster.create(*(deployment(f"app-{n}", size) for n, size in enumerate(sizes)))

        def tell(store: Store) -> None:
            if progress is not None:
                progress(min(store.revision - cluster.store.revision, pods * WRITES), pods * WRITES)

        return run(cluster, SETTLED, progress=tell)


def running_pods(cluster: Cluster) -> int:
    """How many pods run."""
    return sum(phase(pod) == "Running" for pod in cluster.objects("pods"))


def deployment(name: str, replicas: int) -> dict[str, Any]:
    """A deployment of so many small web servers."""
    labels = {"app": name}
    container = {"name": "web", "image": IMAGE, "resources": {"requests": {"cpu": "30m", "memory": "50Mi"}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


@contextmanager
def _without_cycles() -> Iterator[None]:
    """Values that are never changed form no cycles: looking for some among millions would take half of the time.

    What has been made is never looked at later either; it goes when nobody holds it any more, like everything else.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()

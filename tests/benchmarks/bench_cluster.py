"""A running cluster: from nothing to all running at Kubernetes' own published limits, a rollout, and a player's step.

The peer is KWOK, which also runs no containers: its site says that it makes 20 nodes or pods a second and keeps 100,000
pods (https://kwok.sigs.k8s.io/). That figure is published, not measured here.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

from vlearn.bench import Measurement
from vlearn.sim.kubernetes.cluster import play, run, started
from vlearn.sim.kubernetes.cluster.actions import Update
from vlearn.sim.kubernetes.cluster.growth import deployment, grown, running_pods

SIZES = ((500, 15_000), (5000, 150_000))
LIMITS = (60.0, 4096.0)
"""Seconds and mebibytes for the larger one."""
KWOK = 20.0
"""Pods a second."""


def measure() -> Iterator[Measurement]:
    """Each size in a process of its own, then a rollout of 1,000 replicas, then one step of a cluster of 20 nodes."""
    rates = []
    for nodes, pods in SIZES:
        command = [sys.executable, __file__, str(nodes), str(pods)]
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=3600).stdout.split()
        seconds, size = map(float, told)
        rates.append(seconds / pods)
        name = f"{nodes} nodes, {pods} pods"
        yield Measurement(f"{name}: all running", seconds, "s", f"limit of {LIMITS[0]:g} s", seconds / LIMITS[0])
        yield Measurement(f"{name}: memory", size, "MiB", f"limit of {LIMITS[1]:g} MiB", size / LIMITS[1])
        published = "KWOK as published"
        yield Measurement(f"{name}: pods a second", pods / seconds, "1/s", published, pods / seconds / KWOK)
    yield Measurement("a pod, large cluster", rates[1] * 1e6, "us", "a pod, small cluster", rates[1] / rates[0])
    seconds = _rollout(1000)
    yield Measurement("rollout of 1,000 replicas", seconds, "s", "limit of 2 s", seconds / 2.0)
    begin = time.perf_counter()
    steps = len(play(started(20).create(deployment("web", 100)), 30))
    each = (time.perf_counter() - begin) / steps * 1e3
    yield Measurement("a step of a cluster of 20 nodes", each, "ms", "limit of 50 ms", each / 50.0)


def _rollout(replicas: int) -> float:
    cluster = run(started(20, at_once=replicas, records=False).create(deployment("web", replicas)), 30)
    found = cluster.get("deployments.apps", "web")
    assert found is not None
    template = found["spec"]["template"]
    containers = [{**template["spec"]["containers"][0], "image": "nginx:1.28"}]
    after = {**found["spec"], "template": {**template, "spec": {**template["spec"], "containers": containers}}}
    cluster = replace(cluster, store=Update({**found, "spec": after}).apply(cluster.store))
    begin = time.perf_counter()
    cluster = run(cluster, 600)
    seconds = time.perf_counter() - begin
    status = (cluster.get("deployments.apps", "web") or {})["status"]
    assert status["updatedReplicas"] == status["availableReplicas"] == replicas, status
    return seconds


def _report(nodes: int, pods: int) -> None:
    begin = time.perf_counter()
    cluster = grown(nodes, pods)
    seconds = time.perf_counter() - begin
    assert running_pods(cluster) == pods, f"{running_pods(cluster)} pods run"
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    _report(int(sys.argv[1]), int(sys.argv[2]))

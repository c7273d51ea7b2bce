"""Chapter 14's autoscaler: load comes, and after five minutes it goes again."""

from functools import cache

from vlearn.lab.exercises.ch14_clusters import Manifest, applied, workload
from vlearn.sim.kubernetes.cluster import Cluster, play, run, started, with_demand
from vlearn.trace import Trace

LOADED, LATER = 300.0, 600.0
"""Seconds with load, and after it."""


def autoscaler(name: str, least: int, most: int, target: int) -> Manifest:
    """An autoscaler of a deployment by CPU; `target` is in percent of the requests."""
    wanted = {"type": "Utilization", "averageUtilization": target}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "minReplicas": least,
        "maxReplicas": most,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": wanted}}],
    }
    kind = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler"}
    return {**kind, "metadata": {"name": name}, "spec": spec}


@cache
def _up() -> Cluster:
    made = workload("Deployment", "web", cpu="500m", replicas=2)
    return run(applied(started(4), made, autoscaler("web", 2, 10, 50)), 60)


def scaled_by_load(cores: float) -> Trace[Cluster]:
    """Ten minutes after clients bring so many cores of work for five; they leave a tenth of a core behind."""
    loaded = with_demand(_up(), "app=web", cores)
    busy = play(loaded, LOADED)
    calm = play(with_demand(run(loaded, LOADED), "app=web", 0.1), LATER)
    return Trace(busy.start, (*busy.steps, *calm.steps))

"""Charts of a cluster over time: how many pods deployments want and have ready."""

from vlearn.blocks import Chart, Series
from vlearn.sim.kubernetes.cluster import Cluster
from vlearn.sim.kubernetes.controllers.counts import counted, wanted
from vlearn.trace import Trace


def replicas_over_time(trace: Trace[Cluster], name: str, namespace: str = "default") -> Chart:
    """What a deployment wants, and how many of its pods are ready, from the start of a run to its end."""
    begin = trace.start.now
    states = [trace.start, *(step.state for step in trace.steps)]
    series = []
    for label, count in (("wanted", wanted), ("ready", lambda each: counted(each, "readyReplicas"))):
        points: list[tuple[float, float]] = []
        for state in states:
            found = state.get("deployments.apps", name, namespace)
            value = float(count(found)) if found is not None else 0.0
            at = state.now - begin
            if points and points[-1][1] != value:
                points.append((at, points[-1][1]))
            if not points or points[-1] != (at, value):
                points.append((at, value))
        series.append(Series(label, tuple(x for x, _ in points), tuple(y for _, y in points)))
    return Chart(f"Pods of {name}", "seconds", "pods", tuple(series))

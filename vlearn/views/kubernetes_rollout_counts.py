"""What a rollout's chart counts: old and new pods, available or not, after every step of a run, and the two bounds.

Pods that are being deleted are not counted, as they do not count for either bound.
"""

from dataclasses import dataclass

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.pods import is_active, is_available
from vlearn.sim.kubernetes.cluster import Cluster
from vlearn.sim.kubernetes.cluster.ownership import owned
from vlearn.sim.kubernetes.controllers.counts import wanted
from vlearn.sim.kubernetes.controllers.revisions import find_new
from vlearn.sim.kubernetes.controllers.rolling import is_rolling, max_surge, max_unavailable
from vlearn.sim.kubernetes.store import Object
from vlearn.trace import Trace

SCALED = "ScalingReplicaSet"
"""The reason of the event by which a deployment says that it resizes a replica set."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many pods there are of each part that the chart has, at a moment in seconds since the start of the run."""

    at: float
    parts: tuple[int, int, int, int]

    @property
    def available(self) -> int:
        """Old and new ones that are available."""
        return self.parts[0] + self.parts[1]

    @property
    def total(self) -> int:
        """All that are not being deleted."""
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class Rollout:
    """A rollout as it is drawn: the counts after every step, and the bounds; None where the strategy has none."""

    name: str
    counts: tuple[Count, ...]
    least: int | None
    most: int | None


def rollout(trace: Trace[Cluster], name: str, namespace: str = "default") -> Rollout:
    """The rollout of a deployment in a run. New is what its template says in the end. Raises ModelError."""
    states = [trace.start, *(step.state for step in trace.steps)]
    final = _deployment(trace.final, name, namespace)
    sets = owned(trace.final.store, final, "replicasets.apps")
    new = find_new(final, sets)
    uid = new["metadata"]["uid"] if new is not None else ""
    counts = tuple(_counted(state, state.now - trace.start.now, name, namespace, uid) for state in states)
    if not is_rolling(final):
        return Rollout(name, counts, None, None)
    replicas = wanted(final)
    return Rollout(name, counts, replicas - max_unavailable(final), replicas + max_surge(final))


def milestones(trace: Trace[Cluster], name: str, namespace: str = "default") -> Trace[Cluster]:
    """The run without the steps that change nothing in the chart, but for the deployment's own decisions."""
    counts = rollout(trace, name, namespace).counts
    kept = tuple(
        step
        for step, before, after in zip(trace.steps, counts, counts[1:], strict=False)
        if before.parts != after.parts or SCALED in step.event.text
    )
    return Trace(trace.start, kept)


def _deployment(state: Cluster, name: str, namespace: str) -> Object:
    found = state.get("deployments.apps", name, namespace)
    if found is None:
        raise ModelError(f"there is no deployment {name!r} in namespace {namespace!r} at the end of this run")
    return found


def _counted(state: Cluster, at: float, name: str, namespace: str, new: str) -> Count:
    deployment = state.get("deployments.apps", name, namespace)
    if deployment is None:
        return Count(at, (0, 0, 0, 0))
    parts = [0, 0, 0, 0]
    least = deployment["spec"].get("minReadySeconds") or 0
    for each in owned(state.store, deployment, "replicasets.apps"):
        is_new = each["metadata"]["uid"] == new
        for pod in owned(state.store, each, "pods"):
            if is_active(pod):
                parts[is_new + 2 * (not is_available(pod, least, state.now))] += 1
    return Count(at, (parts[0], parts[1], parts[2], parts[3]))


def moments_of(found: Rollout) -> list[Count]:
    """How it was before the run, then the last count of every moment at which something changed."""
    last = {count.at: count for count in found.counts}
    kept = [Count(-margin_of(found), found.counts[0].parts)]
    for each in last.values():
        if kept[-1].parts != each.parts:
            kept.append(each)
    return kept


def margin_of(found: Rollout) -> float:
    """Seconds that are drawn before the run and after it, so that its first and its last state can be seen."""
    return max(found.counts[-1].at, 1.0) / 16

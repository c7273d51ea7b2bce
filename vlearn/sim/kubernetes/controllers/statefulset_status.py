"""The status of a stateful set: how many pods there are of which revision, and whether an update is over.

Source: pkg/controller/statefulset/stateful_set_control.go.
"""

from collections.abc import Sequence
from typing import Any

from vlearn.sim.kubernetes.api.pods import Pod, is_available, is_ready, is_terminating, phase, ready_since
from vlearn.sim.kubernetes.controllers.counts import nonzero, wanted
from vlearn.sim.kubernetes.controllers.history import History, name
from vlearn.sim.kubernetes.controllers.statefulset_identity import StatefulSet, revision_of
from vlearn.sim.kubernetes.controllers.statefulset_steps import StatefulSetStep, partition

_NO_STEP = StatefulSetStep()


def stateful_set_status(
    stateful_set: StatefulSet, pods: Sequence[Pod], now: float, history: History, step: StatefulSetStep = _NO_STEP
) -> dict[str, Any]:
    """The status that the controller writes after a step. `pods` are the set's own, as they were before it."""
    least = stateful_set["spec"].get("minReadySeconds") or 0
    current, update = name(history.current), name(history.update)
    ready = [pod for pod in pods if phase(pod) == "Running" and is_ready(pod)]
    alive = [revision_of(pod) for pod in pods if not is_terminating(pod)]
    updated, replicas = alive.count(update), wanted(stateful_set)
    kept = alive.count(current) - sum(revision_of(pod) == current for pod in step.replace)
    if partition(stateful_set) is not None and updated == len(ready) == len(pods) == replicas:
        current, kept = update, updated
    counters = {
        "observedGeneration": stateful_set["metadata"].get("generation") or 0,
        "readyReplicas": len(ready),
        "currentReplicas": kept,
        "updatedReplicas": updated,
        "conditions": (stateful_set.get("status") or {}).get("conditions") or (),
    }
    return {
        "replicas": len(pods),
        "availableReplicas": sum(is_available(pod, least, now) for pod in ready),
        "currentRevision": current,
        "updateRevision": update,
        "collisionCount": history.collisions,
        **nonzero(counters),
    }


def next_available(stateful_set: StatefulSet, pods: Sequence[Pod], now: float) -> float | None:
    """In how many seconds the next ready pod has been so for minReadySeconds; None where none is about to."""
    least = stateful_set["spec"].get("minReadySeconds") or 0
    since = (ready_since(pod) for pod in pods if not is_available(pod, least, now))
    # Available is a pod only after that moment, and times are written to the second.
    left = [each + least - now + 1 for each in since if each is not None]
    return max(0.0, min(left)) if left else None

"""A daemon set's rolling update: which old pods go now, so that no more than maxUnavailable are missing; its status.

Source: pkg/controller/daemon/update.go. Leaves out maxSurge.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.intstr import scaled
from vlearn.sim.kubernetes.api.pods import Pod, is_available, is_terminating
from vlearn.sim.kubernetes.controllers.counts import nonzero
from vlearn.sim.kubernetes.controllers.daemonset import DaemonSet, Node, is_updated, should_run


def outdated(
    daemon_set: DaemonSet, nodes: Sequence[Node], pods: Mapping[str, Sequence[Pod]], hash: str, now: float
) -> tuple[Pod, ...]:
    """The pods to delete, in the order of their nodes. `pods` are the daemon set's, by the name of their node."""
    strategy = daemon_set["spec"].get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return ()
    wanting = [node["metadata"]["name"] for node in nodes if should_run(daemon_set, node)[0]]
    most = (strategy.get("rollingUpdate") or {}).get("maxUnavailable", 1)
    allowed = max(1, scaled(most, len(wanting), up=True)) if most not in (0, "0%") else 0
    least = daemon_set["spec"].get("minReadySeconds") or 0
    unavailable = 0
    replaced: list[Pod] = []
    candidates: list[Pod] = []
    for name in wanting:
        present = [pod for pod in pods.get(name, ()) if not is_terminating(pod)]
        if not present:
            unavailable += 1
            continue
        pod = present[0]
        is_up = is_available(pod, least, now)
        unavailable += not is_up
        if not is_updated(pod, hash, None):
            # One that is not available costs nothing to replace.
            (candidates if is_up else replaced).append(pod)
    return (*replaced, *candidates[: max(0, allowed - unavailable)])


def daemon_set_status(
    daemon_set: DaemonSet, nodes: Sequence[Node], pods: Mapping[str, Sequence[Pod]], hash: str, now: float
) -> dict[str, Any]:
    """The status that the controller writes."""
    before = daemon_set.get("status") or {}
    least = daemon_set["spec"].get("minReadySeconds") or 0
    desired = current = wrong = ready = available = updated = 0
    for node in nodes:
        mine = [pod for pod in pods.get(node["metadata"]["name"], ()) if not is_terminating(pod)]
        runs, _ = should_run(daemon_set, node)
        desired += runs
        wrong += bool(mine) and not runs
        if not runs or not mine:
            continue
        current += 1
        is_here = is_available(mine[0], 0, now)
        ready += is_here
        available += is_available(mine[0], least, now)
        updated += is_updated(mine[0], hash, None)
    counters = {
        "observedGeneration": daemon_set["metadata"].get("generation") or 0,
        "updatedNumberScheduled": updated,
        "numberAvailable": available,
        "numberUnavailable": desired - available,
        "collisionCount": before.get("collisionCount"),
    }
    always = {
        "currentNumberScheduled": current,
        "numberMisscheduled": wrong,
        "desiredNumberScheduled": desired,
        "numberReady": ready,
    }
    return {**always, **nonzero(counters)}

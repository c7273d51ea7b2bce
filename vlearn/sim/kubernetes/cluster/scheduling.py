"""The scheduler as a component: it takes the next pod of its queue, binds it, or says why it fits nowhere.

A pod that failed waits until something has changed that may help it and its pause is over, or for five minutes.
Source: pkg/scheduler. Leaves out other profiles, scheduling gates' own queue, and waiting for victims to be gone: a pod
that preempted is tried again like any other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vlearn.sim.kubernetes.api.conditions import with_condition
from vlearn.sim.kubernetes.api.pods import is_terminal, is_terminating
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, Bind, Remove, SetStatus, Tell, key_of
from vlearn.sim.kubernetes.cluster.cluster_snapshot import HELPFUL, is_helpful, snapshot_of
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.cluster.scheduling_memory import Attempt, Remembered, attempt_of, failed, moved
from vlearn.sim.kubernetes.scheduler import Cycle, PodInfo, Snapshot, pod_info, schedule, schedule_many
from vlearn.sim.kubernetes.scheduler.bulk import brought_up
from vlearn.sim.kubernetes.scheduler.preemption import WAITING
from vlearn.sim.kubernetes.store import Change, Key, Object, Store
from vlearn.sim.kubernetes.store.tags import on_node

SCHEDULER = "default-scheduler"
QUEUE = Key("pods", "", "")
"""What the scheduler looks at: not one pod, but all that wait."""


@dataclass(frozen=True, slots=True)
class Scheduler:
    """`at_once`: how many pods it places in one look; more than one is for clusters too large to be watched."""

    at_once: int = 1
    name: str = SCHEDULER
    resources: tuple[str, ...] = ("pods", *HELPFUL)

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """The queue, when a pod comes that waits, or something changes that may help one."""
        waits = change.key.resource == "pods" and change.kind == "ADDED" and _waits(change.after)
        return (QUEUE,) if waits or is_helpful(change) else ()

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """Place the next pod, or the next ones."""
        remembered = moved(memory or Remembered(), store)
        pods = [pod for _, pod in store.under(on_node("")) if _waits(pod)]
        uids = {pod["metadata"]["uid"] for pod in pods}
        kept = {uid: each for uid, each in remembered.attempts.items() if uid in uids}
        remembered = replace(remembered, attempts=kept)
        now = store.now
        ready = [pod for pod in pods if attempt_of(pod, kept).ready <= now]
        if not pods:
            return NOTHING
        if not ready:
            return Work((), min(attempt_of(pod, kept).ready for pod in pods) - now, remembered)
        ready.sort(key=lambda pod: _order(pod, kept))
        if self.at_once > 1:
            return _placed_many(ready[: self.at_once], snapshot_of(store), remembered, now)
        cycle = schedule(pod_info(ready[0]), snapshot_of(store, ready[0]))
        if cycle.node is None:
            return Work(_refused(cycle, ready[0], now), 0.0, failed(remembered, ready[:1], now))
        return Work(_placed(ready[0], cycle.pod, cycle.node), 0.0 if len(ready) > 1 else None, remembered)

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """The pod has gone, or is going, meanwhile: on with the next."""
        return None


def next_cycle(store: Store, pod: Object) -> Cycle:
    """What the scheduler would decide on a pod now: the table that `kubectl describe` sums up in a line."""
    return schedule(pod_info(pod), snapshot_of(store, pod))


def _waits(pod: Object) -> bool:
    spec = pod["spec"]
    ours = spec.get("schedulerName", SCHEDULER) == SCHEDULER and not spec.get("schedulingGates")
    return ours and not spec.get("nodeName") and not is_terminating(pod) and not is_terminal(pod)


def _order(pod: Object, attempts: Mapping[str, Attempt]) -> tuple[Any, ...]:
    created = pod["metadata"]["creationTimestamp"]
    version = int(pod["metadata"]["resourceVersion"])
    return -(pod["spec"].get("priority") or 0), attempt_of(pod, attempts).failed, created, version


def _placed(pod: Object, name: str, node: str) -> tuple[Action, ...]:
    """`name` is the pod's with its namespace."""
    return Bind(key_of(pod), node), Tell(pod, "Scheduled", f"Successfully assigned {name} to {node}", SCHEDULER)


def _refused(cycle: Cycle, pod: Object, now: float) -> tuple[Action, ...]:
    told = Tell(pod, "FailedScheduling", cycle.message, SCHEDULER, "Warning")
    said = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": cycle.message}
    status = pod.get("status") or {}
    after = {**status, "conditions": list(with_condition(status.get("conditions") or (), said, now))}
    found = cycle.preemption
    if found is not None and found.node is None and found.message != WAITING:
        after.pop("nominatedNodeName", None)
    if found is None or found.node is None:
        return told, SetStatus(key_of(pod), after)
    uid = pod["metadata"]["uid"]
    gone: list[Action] = []
    for victim in found.victims:
        words = f"Preempted by pod {uid} on node {found.node}"
        gone += [Remove(key_of(victim.pod), victim.pod["metadata"]["uid"])]
        gone += [Tell(victim.pod, "Preempted", words, SCHEDULER)]
    return *gone, told, SetStatus(key_of(pod), {**after, "nominatedNodeName": found.node})


def _placed_many(pods: list[Object], cluster: Snapshot, remembered: Remembered, now: float) -> Work:
    actions: list[Action] = []
    infos: dict[int, Object] = {}
    unplaced: list[Object] = []
    late: list[tuple[int, PodInfo]] = []
    refusals: dict[str, Cycle] = {}

    def described() -> Iterable[PodInfo]:
        for pod in pods:
            info = pod_info(pod)
            infos[id(info)] = pod
            yield info

    for info, node in schedule_many(described(), cluster):
        pod = infos[id(info)]
        if node is not None:
            late.append((cluster.place[node], info))
            actions += _placed(pod, info.key, node)
            continue
        if late:
            cluster, late, refusals = brought_up(cluster, late), [], {}
        # Pods that differ in nothing that decides are told the same, until one has been placed.
        alike = repr((info.namespace, info.labels, info.spec))
        cycle = refusals.get(alike) or schedule(info, cluster)
        if cycle.preemption is None or cycle.preemption.node is None:
            refusals[alike] = cycle
        actions += _refused(cycle, pod, now)
        unplaced.append(pod)
    return Work(tuple(actions), 0.0, failed(remembered, unplaced, now))

"""The pod garbage collector: pods whose node no longer exists go, for no kubelet will ever report their end.

Source: pkg/controller/podgc, gcOrphaned. Leaves out nodes tainted out-of-service, and the limit of 12,500 ended pods.
"""

from collections.abc import Iterable
from typing import Any

from vlearn.sim.kubernetes.api.conditions import with_condition
from vlearn.sim.kubernetes.api.pods import is_terminal
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, Remove, SetStatus
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.store import Change, Key, Object, Store
from vlearn.sim.kubernetes.store.tags import on_node

QUARANTINE = 40.0
"""Seconds that a node must be gone."""


class PodGarbageCollector:
    """Looks at nodes. What it keeps in mind is since when one is gone."""

    name = "pod-garbage-collector-controller"
    resources = ("nodes", "pods")

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """A node that has gone, and that of a pod which is bound to one that is not there."""
        if change.key.resource == "nodes":
            return (change.key,) if change.kind != "MODIFIED" else ()
        node = Key("nodes", "", change.after["spec"].get("nodeName") or "")
        return (node,) if node.name and store.get(node) is None else ()

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """Wait out the quarantine, then delete the pods by force."""
        pods = store.under(on_node(key.name), "pods")
        if store.get(key) is not None or not pods:
            return NOTHING
        since = store.now if memory is None else memory
        if store.now < since + QUARANTINE:
            return Work((), since + QUARANTINE - store.now, since)
        return Work(tuple(action for each, pod in pods for action in _ended(each, pod, store.now)), None, since)

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """Nothing but to look again."""
        return None


def _ended(key: Key, pod: Object, now: float) -> tuple[Action, ...]:
    status = pod.get("status") or {}
    said = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "DeletionByPodGC",
        "message": "PodGC: node no longer exists",
    }
    failed = {
        **status,
        "phase": "Failed",
        "conditions": list(with_condition(status.get("conditions") or (), said, now)),
    }
    marked = () if is_terminal(pod) else (SetStatus(key, failed),)
    return (*marked, Remove(key, pod["metadata"]["uid"], grace=0))

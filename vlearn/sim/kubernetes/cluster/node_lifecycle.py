"""The node lifecycle controller, which notices that a node is lost, and the taint eviction controller, which clears it.

Source: pkg/controller/nodelifecycle, pkg/controller/tainteviction (one controller until 1.29). When a node was last
heard of comes from a callable, and not from its Lease: a renewal is no version of the store here.
"""

from collections.abc import Callable, Iterable
from typing import Any

from vlearn.sim.kubernetes.api.pods import is_terminating
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, Remove, SetStatus, Tell, Update
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.controllers.node_lifecycle import (
    MONITOR,
    readiness,
    silent_at,
    silent_status,
    unready_status,
    with_taints,
)
from vlearn.sim.kubernetes.controllers.taint_eviction import disrupted_status, eviction, execute_taints
from vlearn.sim.kubernetes.controllers.zones import may_evict
from vlearn.sim.kubernetes.store import Change, Key, Object, Store, collection
from vlearn.sim.kubernetes.store.tags import on_node


class NodeLifecycleController:
    """Marks silent nodes and their pods, and taints nodes by their conditions.

    `heard` is when the node of a name was last heard of, in seconds since 1970.
    """

    name = "node-lifecycle-controller"
    resources = ("nodes", "pods")

    def __init__(self, heard: Callable[[str], float]) -> None:
        self.heard = heard

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """The node; and a pod that has just been bound, because its node may be lost already."""
        if change.key.resource == "nodes":
            return (change.key,)
        bound = (
            change.kind != "DELETED" and _node_of(change.after) and _node_of(change.after) != _node_of(change.before)
        )
        return (change.key,) if bound else ()

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """First the status of a node that has fallen silent; its taints follow once that is written."""
        object = store.get(key)
        if object is None:
            return NOTHING
        return self._node(store, key, object) if key.resource == "nodes" else self._pod(store, key, object)

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """Nothing but to look again."""
        return None

    def _node(self, store: Store, key: Key, node: Object) -> Work:
        silent = silent_at(node, self.heard(key.name))
        if store.now >= silent:
            status = silent_status(node, store.now)
            if status["conditions"] != list((node.get("status") or {}).get("conditions") or ()):
                # The pods first: should one write fail, the node still differs, and all is tried again.
                return Work((*self._marks(store, node), SetStatus(key, status)), MONITOR)
        ready = readiness(node) == "True"
        nodes = [] if ready else [each for _, each in collection(store.objects, "nodes")]
        evicting = None if ready else may_evict(node, nodes, store.now)
        tainted = with_taints(node, store.now, evicting)
        again = MONITOR if store.now >= silent or not ready else silent - store.now
        return Work((Update(tainted),) if tainted is not node else (), again)

    def _marks(self, store: Store, node: Object) -> tuple[Action, ...]:
        if readiness(node) != "True":
            return ()
        name = node["metadata"]["name"]
        told = Tell(node, "NodeNotReady", f"Node {name} status is now: NodeNotReady", "node-controller")
        pods = [mark for key, pod in store.under(on_node(name), "pods") for mark in _mark(key, pod, store.now)]
        return (*pods, told)

    def _pod(self, store: Store, key: Key, pod: Object) -> Work:
        node = store.get(Key("nodes", "", _node_of(pod)))
        lost = node is not None and readiness(node) != "True" and (node.get("status") or {}).get("conditions")
        return Work(_mark(key, pod, store.now) if lost else ())


class TaintEvictionController:
    """Deletes pods that do not tolerate a NoExecute taint of their node, or no longer. Looks at one pod at a time."""

    name = "taint-eviction-controller"
    resources = ("nodes", "pods")

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """All pods of a node whose NoExecute taints have changed; a pod whose node or tolerations have."""
        if change.kind == "DELETED":
            return ()
        if change.key.resource == "nodes":
            before = [] if change.before is None else execute_taints(change.before)
            same = before == execute_taints(change.after)
            return () if same else [key for key, _ in store.under(on_node(change.key.name), "pods")]
        moved = _node_of(change.before) != _node_of(change.after)
        return (change.key,) if moved or _tolerations(change.before) != _tolerations(change.after) else ()

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """`memory` is the moment for which the pod's eviction is scheduled."""
        pod = store.get(key)
        node = None if pod is None else store.get(Key("nodes", "", _node_of(pod)))
        if pod is None or node is None or is_terminating(pod):
            return NOTHING
        due = eviction(pod, execute_taints(node), memory, store.now).due
        cancelled = memory is not None and (due is None or due != memory)
        told = (self._say(pod, "Cancelling deletion of Pod"),) if cancelled else ()
        if due is None:
            return Work(told)
        if store.now < due:
            return Work(told, due - store.now, due)
        marked = SetStatus(key, disrupted_status(pod, store.now))
        deleted = Remove(key, pod["metadata"]["uid"])
        return Work((*told, self._say(pod, "Marking for deletion Pod"), marked, deleted))

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """Nothing but to look again."""
        return None

    def _say(self, pod: Object, words: str) -> Tell:
        metadata = pod["metadata"]
        return Tell(pod, "TaintManagerEviction", f"{words} {metadata['namespace']}/{metadata['name']}", self.name)


def _mark(key: Key, pod: Object, now: float) -> tuple[Action, ...]:
    status = unready_status(pod, now)
    if status is None:
        return ()
    return SetStatus(key, status), Tell(pod, "NodeNotReady", "Node is not ready", "node-controller", "Warning")


def _node_of(pod: Object | None) -> str:
    return "" if pod is None else str(pod["spec"].get("nodeName") or "")


def _tolerations(pod: Object | None) -> Any:
    return None if pod is None else pod["spec"].get("tolerations")

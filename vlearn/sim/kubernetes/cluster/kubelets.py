"""The kubelets of a running cluster: each brings its machine to what the API server says of its pods.

One look is at one pod, or at the node as a whole: pressure, conditions, and what is left of pods that nobody knows any
more. A kubelet that is cut off goes on with what it last saw, and nobody hears of it.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from immutables import Map

from vlearn.sim.kubernetes.cluster.actions import Action, Remove, SetStatus, Tell
from vlearn.sim.kubernetes.cluster.cluster import Cluster, Item
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.node import Machine, PodSynced, Told, stop_pod, sync_node, sync_pod
from vlearn.sim.kubernetes.node.eviction import PERIOD
from vlearn.sim.kubernetes.store import Change, Key, Object, Store
from vlearn.sim.kubernetes.store.tags import on_node

KUBELET = "kubelet"
_HEEDED = ("uid", "deletionTimestamp", "deletionGracePeriodSeconds", "annotations", "labels")
"""Of a pod's metadata what a kubelet goes by."""


class Look(NamedTuple):
    """What a kubelet has done, whether the API server can be told, and what it wants to look at next."""

    work: Work
    heard: bool
    next: tuple[Item, ...] = ()


class Kubelets:
    """All of a cluster's machines, and the kubelets on those that are not down."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.changed: dict[str, Machine] = {}

    @property
    def machines(self) -> Map[str, Machine]:
        """The machines as they are now."""
        return self.cluster.machines.update(self.changed)

    def concerns(self, change: Change) -> Iterator[Item]:
        """The kubelet of the node that a pod is on, if it runs and hears of it."""
        node = change.after["spec"].get("nodeName")
        if node and _is_news(change) and self._runs(node) and node not in self.cluster.cut:
            yield item_of(node, change.key)

    def reconcile(self, store: Store, item: Item) -> Look:
        """One turn of a kubelet for one pod."""
        node = item.component.partition("/")[2]
        if not self._runs(node):
            return Look(NOTHING, False)
        seen = self.cluster.cut.get(node, store)
        machine = self.changed.get(node) or self.cluster.machines[node]
        if item.key.resource == "nodes":
            return self._housekeeping(machine, seen, store.now)
        pod = seen.get(item.key)
        if pod is None or pod["spec"].get("nodeName") != node:
            machine, ends = _stopped(machine, item.key, "", store.now)
            self.changed[node] = machine
            return Look(Work(again=ends), False)
        uid = pod["metadata"]["uid"]
        if uid not in machine.sandboxes:
            # Another pod of this name may not have ended yet; its end is seen when the node is looked at as a whole.
            machine, _ = _stopped(machine, item.key, uid, store.now)
        own = seen.get(home(node))
        done = sync_pod(machine, pod, store.now, self.cluster.registry, own)
        self.changed[node] = done.machine
        again = None if done.due is None else max(done.due - store.now, 0.0)
        return Look(Work(tuple(_actions(done, item.key, pod, node)), again), node not in self.cluster.cut)

    def _housekeeping(self, machine: Machine, store: Store, now: float) -> Look:
        """The kubelet's look at its node as a whole: memory, disk, and what is left of pods that nobody knows."""
        heard = machine.node not in self.cluster.cut
        node = store.get(home(machine.node))
        if node is None:
            return Look(NOTHING, heard)
        pods = {pod["metadata"]["uid"]: (key, pod) for key, pod in store.under(on_node(machine.node), "pods")}
        for uid in [uid for uid in machine.sandboxes if uid not in pods]:
            machine = stop_pod(machine, uid, now)
        done = sync_node(machine, [pod for _, pod in pods.values()], node, now)
        self.changed[machine.node] = done.machine
        told = [_said(each.about, each.told, machine.node) for each in done.told]
        status = node.get("status") or {}
        news = _without_heartbeat(status.get("conditions") or ()) != _without_heartbeat(done.conditions)
        written = [SetStatus(home(machine.node), {**status, "conditions": done.conditions})] if news else []
        idle = None if done.due is None else done.due - now
        again = PERIOD if pods or done.machine.sandboxes else idle
        evicted = (item_of(machine.node, pods[done.evicted][0]),) if done.evicted else ()
        return Look(Work((*told, *written), again), heard, evicted)

    def _runs(self, node: str) -> bool:
        down = self.cluster.down
        return node in self.cluster.machines and not (down and (kubelet(node) in down or power(node) in down))


def kubelet(node: str) -> str:
    """What a node's kubelet is called as a component."""
    return f"{KUBELET}/{node}"


def power(node: str) -> str:
    """What a node's machine itself is called among the things that can be down."""
    return f"machine/{node}"


def home(node: str) -> Key:
    """Where a node's object is."""
    return Key("nodes", "", node)


def item_of(node: str, key: Key) -> Item:
    """A pod for the kubelet of a node to look at."""
    return Item(kubelet(node), key)


def node_item(item: Item) -> Item:
    """The node itself, for the same kubelet."""
    return Item(item.component, home(item.component.partition("/")[2]))


def is_kubelets(item: Item) -> bool:
    """Whether an item is one for a kubelet."""
    return item.component.startswith(f"{KUBELET}/")


def _stopped(machine: Machine, key: Key, uid: str, now: float) -> tuple[Machine, float | None]:
    """Without what runs under this name and is not the pod of this uid: the API server no longer knows it.

    Where that takes time, the seconds until it has ended too.
    """
    ends = None
    for box in machine.sandboxes.values():
        if (box.namespace, box.name) == (key.namespace, key.name) and box.uid != uid:
            machine = stop_pod(machine, box.uid, now)
            if (at := machine.dues.get(box.uid)) is not None:
                ends = max(at - now, 0.0)
    return machine, ends


def _is_news(change: Change) -> bool:
    """Whether more than the status has changed, which is the kubelet's own to write."""
    before, after = change.before, change.after
    if before is None or change.kind == "DELETED" or before["spec"] is not after["spec"]:
        return True
    return any(before["metadata"].get(name) != after["metadata"].get(name) for name in _HEEDED)


def _said(about: Object, told: Told, node: str) -> Tell:
    return Tell(about, told.reason, told.message, KUBELET, told.type, node, told.field)


def _without_heartbeat(conditions: Iterable[Object]) -> list[Object]:
    return [{**each, "lastHeartbeatTime": None} for each in conditions]


def _actions(done: PodSynced, key: Key, pod: Object, node: str) -> Iterator[Action]:
    for each in done.told:
        yield _said(pod, each, node)
    if done.status is not None:
        yield SetStatus(key, done.status)
    if done.removed:
        yield Remove(key, pod["metadata"]["uid"], grace=0)

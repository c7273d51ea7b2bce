"""The daemon set controller: one pod on every node that is to have one.

Source: pkg/controller/daemon.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from vlearn.sim.kubernetes.api.pods import is_terminating, phase
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, Create, SetStatus
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.cluster.daemonset_pods import by_node, placed
from vlearn.sim.kubernetes.cluster.ownership import claimed
from vlearn.sim.kubernetes.cluster.workers import Controller, concerned, from_template, removal, written
from vlearn.sim.kubernetes.controllers.daemonset import HASH_LABEL, node_step
from vlearn.sim.kubernetes.controllers.daemonset_backoff import Pauses, left, longer, still
from vlearn.sim.kubernetes.controllers.daemonset_update import daemon_set_status, outdated
from vlearn.sim.kubernetes.controllers.history import history, name, surplus_revisions
from vlearn.sim.kubernetes.store import Change, Key, Object, Store, collection

DAEMON_SETS, REVISIONS = "daemonsets.apps", "controllerrevisions.apps"


class Remembered(NamedTuple):
    """After which failures the controller waits, and for which generation of the daemon set that holds."""

    generation: int | None
    pauses: Pauses


class DaemonSetController(Controller):
    """Creates a pod for each node, and deletes those that have no node any more."""

    name = "daemonset-controller"
    own = DAEMON_SETS
    by_owner = ("pods",)
    dependents = ("pods", "nodes")

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """Its own objects and pods; all of them when a node comes, goes, or changes in more than its heartbeat."""
        if change.key.resource != "nodes":
            return concerned(change, store, self.own)
        if change.before is not None and change.kind == "MODIFIED" and _asked(change.before) == _asked(change.after):
            return ()
        return [key for key, _ in collection(store.objects, DAEMON_SETS)]

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """One step on every node, then of the rolling update, then the status."""
        daemon_set = store.get(key)
        if daemon_set is None or daemon_set["metadata"].get("deletionTimestamp") is not None:
            return NOTHING
        mine, updates = claimed(store, daemon_set, "pods")
        revisions, adopted = claimed(store, daemon_set, REVISIONS)
        past = history(daemon_set, revisions)
        hash = _hash(name(past.update))
        nodes = [node for _, node in collection(store.objects, "nodes")]
        pods = by_node(mine)
        generation = daemon_set["metadata"].get("generation")
        pauses = still(memory.pauses, store.now) if memory and memory.generation == generation else {}
        actions, pauses = self._stepped(daemon_set, nodes, pods, hash, pauses, store.now)
        if not actions:
            for pod in outdated(daemon_set, nodes, pods, hash, store.now):
                actions += self._deleted(daemon_set, pod)
        status = daemon_set_status(daemon_set, nodes, pods, hash, store.now)
        live = {name(past.update), *(_revision(daemon_set, pod) for pod in mine)}
        tidy = map(removal, surplus_revisions(daemon_set, revisions, live))
        again = _again(daemon_set, pods, pauses, status, store.now)
        kept = Remembered(generation, pauses) if pauses else None
        return Work((*updates, *adopted, *written(past), *actions, SetStatus(key, status), *tidy), again, kept)

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """A pod that may not be created is reported, and the status is that of the pods that there are."""
        report = super().refused(store, key, action, error)
        daemon_set = store.get(key)
        if report is None or daemon_set is None:
            return report
        nodes = [node for _, node in collection(store.objects, "nodes")]
        hash = _hash(name(history(daemon_set, claimed(store, daemon_set, REVISIONS)[0]).update))
        pods = by_node(claimed(store, daemon_set, "pods")[0])
        return Work((*report.actions, SetStatus(key, daemon_set_status(daemon_set, nodes, pods, hash, store.now))))

    def _stepped(
        self,
        daemon_set: Object,
        nodes: Sequence[Object],
        pods: dict[str, list[Object]],
        hash: str,
        pauses: Pauses,
        now: float,
    ) -> tuple[list[Action], Pauses]:
        """What is to be done on all nodes, and the pauses after what failed there."""
        creates: list[Action] = []
        deletes: list[Action] = []
        by_name = {node["metadata"]["name"]: node for node in nodes}
        for at, node in by_name.items():
            step = node_step(daemon_set, node, pods.get(at, ()))
            for pod in step.delete:
                if pod in step.finished:
                    if phase(pod) == "Failed":
                        if left(pauses, at, now) > 0:
                            continue
                        pauses = longer(pauses, at, now)
                    deletes.append(self._found(daemon_set, pod, at))
                deletes += self._deleted(daemon_set, pod)
            if step.create:
                creates.append(self._created(daemon_set, at, hash))
        for gone in sorted(pods.keys() - by_name.keys()):
            for pod in pods[gone]:
                deletes += self._deleted(daemon_set, pod)
        return creates + deletes, pauses

    def _created(self, daemon_set: Object, node: str, hash: str) -> Create:
        told = self.say(daemon_set, "SuccessfulCreate", "Created pod: {name}")
        template = placed(daemon_set["spec"]["template"], node)
        return from_template(daemon_set, template, told, labels={HASH_LABEL: hash})

    def _found(self, daemon_set: Object, pod: Object, node: str) -> Action:
        failed = phase(pod) == "Failed"
        kind, verb = ("failed", "kill") if failed else ("succeeded", "delete")
        which = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
        words = f"Found {kind} daemon pod {which} on node {node}, will try to {verb} it"
        reason = f"{kind.title()}DaemonPod"
        return self.say(daemon_set, reason, words, "Warning" if failed else "Normal")

    def _deleted(self, daemon_set: Object, pod: Object) -> list[Action]:
        words = f"Deleted pod: {pod['metadata']['name']}"
        return [removal(pod), self.say(daemon_set, "SuccessfulDelete", words)]


def _hash(revision: str) -> str:
    return revision.rpartition("-")[2]


def _again(
    daemon_set: Object, pods: dict[str, list[Object]], pauses: Pauses, status: dict[str, Any], now: float
) -> float | None:
    """Seconds until a pod that failed may be replaced, or one that is ready counts as available."""
    failed = [node for node, there in pods.items() if any(_has_failed(pod) for pod in there)]
    waits = [wait for node in failed if (wait := left(pauses, node, now)) > 0]
    least = daemon_set["spec"].get("minReadySeconds") or 0
    if least and status.get("numberAvailable", 0) < status["numberReady"]:
        waits.append(least + 1.0)
    return min(waits, default=None)


def _has_failed(pod: Object) -> bool:
    return phase(pod) == "Failed" and not is_terminating(pod)


def _revision(daemon_set: Object, pod: Object) -> str:
    label = (pod["metadata"].get("labels") or {}).get(HASH_LABEL, "")
    return f"{daemon_set['metadata']['name']}-{label}"


def _asked(node: Object) -> Any:
    """What of a node decides whether a daemon runs there."""
    return node["metadata"].get("labels"), (node.get("spec") or {}).get("taints")

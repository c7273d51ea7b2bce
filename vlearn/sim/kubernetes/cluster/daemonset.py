"""The daemon set controller: one pod on every node that is to have one.

Source: pkg/controller/daemon.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.affinity import REQUIRED
from vlearn.sim.kubernetes.cluster.actions import Action, Create, SetStatus, Update
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.cluster.ownership import claimed
from vlearn.sim.kubernetes.cluster.workers import Controller, concerned, from_template, removal
from vlearn.sim.kubernetes.controllers.daemonset import HASH_LABEL, node_step, tolerations
from vlearn.sim.kubernetes.controllers.daemonset_update import daemon_set_status, outdated
from vlearn.sim.kubernetes.controllers.history import history, name, surplus_revisions
from vlearn.sim.kubernetes.store import Change, Key, Object, Store, collection

DAEMON_SETS, REVISIONS = "daemonsets.apps", "controllerrevisions.apps"


class DaemonSetController(Controller):
    """Creates a pod for each node, and deletes those that have no node any more."""

    name = "daemonset-controller"
    own = DAEMON_SETS
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
        written: list[Action] = []
        if past.write is not None:
            written.append(Update(past.write) if "uid" in past.write["metadata"] else Create(past.write))
        hash = _hash(name(past.update))
        nodes = [node for _, node in collection(store.objects, "nodes")]
        pods: dict[str, list[Object]] = {}
        for pod in mine:
            pods.setdefault(_node(pod), []).append(pod)
        actions = self._stepped(daemon_set, nodes, pods, hash)
        if not actions:
            for pod in outdated(daemon_set, nodes, pods, hash, store.now):
                actions += self._deleted(daemon_set, pod)
        status = daemon_set_status(daemon_set, nodes, pods, hash, store.now)
        live = {name(past.update), *(_revision(daemon_set, pod) for pod in mine)}
        tidy = map(removal, surplus_revisions(daemon_set, revisions, live))
        return Work((*updates, *adopted, *written, *actions, SetStatus(key, status), *tidy))

    def _stepped(
        self, daemon_set: Object, nodes: Sequence[Object], pods: dict[str, list[Object]], hash: str
    ) -> list[Action]:
        creates: list[Action] = []
        deletes: list[Action] = []
        known = {node["metadata"]["name"] for node in nodes}
        for node in nodes:
            step = node_step(daemon_set, node, pods.get(node["metadata"]["name"], ()))
            for pod in step.delete:
                deletes += self._deleted(daemon_set, pod)
            if step.create:
                creates.append(self._created(daemon_set, node["metadata"]["name"], hash))
        for gone in pods.keys() - known:
            for pod in pods[gone]:
                deletes += self._deleted(daemon_set, pod)
        return creates + deletes

    def _created(self, daemon_set: Object, node: str, hash: str) -> Create:
        template = daemon_set["spec"]["template"]
        spec = {**template["spec"], "tolerations": list(tolerations(template["spec"]))}
        term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
        affinity = dict(spec.get("affinity") or {})
        # The scheduler binds daemon pods like all others: the node is asked for as an affinity to its name.
        affinity["nodeAffinity"] = {**(affinity.get("nodeAffinity") or {}), REQUIRED: {"nodeSelectorTerms": [term]}}
        told = self.say(daemon_set, "SuccessfulCreate", "Created pod: {name}")
        placed = {**template, "spec": {**spec, "affinity": affinity}}
        return from_template(daemon_set, placed, told, labels={HASH_LABEL: hash})

    def _deleted(self, daemon_set: Object, pod: Object) -> list[Action]:
        words = f"Deleted pod: {pod['metadata']['name']}"
        return [removal(pod), self.say(daemon_set, "SuccessfulDelete", words)]


def _hash(revision: str) -> str:
    return revision.rpartition("-")[2]


def _revision(daemon_set: Object, pod: Object) -> str:
    label = (pod["metadata"].get("labels") or {}).get(HASH_LABEL, "")
    return f"{daemon_set['metadata']['name']}-{label}"


def _node(pod: Object) -> str:
    """Where a pod is, or is to be: until it is bound its affinity says so."""
    bound = pod["spec"].get("nodeName")
    if bound:
        return str(bound)
    required = ((pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}).get(REQUIRED) or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field["key"] == "metadata.name":
                return str(field["values"][0])
    return ""


def _asked(node: Object) -> Any:
    """What of a node decides whether a daemon runs there."""
    return node["metadata"].get("labels"), (node.get("spec") or {}).get("taints")

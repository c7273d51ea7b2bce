"""The replica set controller: as many pods as wanted, no more, no less.

Source: pkg/controller/replicaset. Leaves out expectations: this controller's view of the pods is never behind.
"""

from typing import Any

from vlearn.sim.kubernetes.api.pods import is_active
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, SetStatus
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.cluster.ownership import claimed, controller_of, owned
from vlearn.sim.kubernetes.cluster.workers import REJECTED, Controller, failed_at_birth, from_template, removal
from vlearn.sim.kubernetes.controllers.counts import wanted
from vlearn.sim.kubernetes.controllers.replicaset import replica_set_status, replica_set_step
from vlearn.sim.kubernetes.store import Key, Object, Store

REPLICA_SETS = "replicasets.apps"


class ReplicaSetController(Controller):
    """Creates and deletes the pods of replica sets."""

    name = "replicaset-controller"
    own = REPLICA_SETS
    by_owner = ("pods",)

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """One step towards spec.replicas, then the status as it was before the step's effects show."""
        replica_set = store.get(key)
        if replica_set is None:
            return NOTHING
        pods, updates = claimed(store, replica_set, "pods")
        active = [pod for pod in pods if is_active(pod)]
        step = replica_set_step(replica_set, pods, _related(store, replica_set, pods), store.now)
        told = self.say(replica_set, "SuccessfulCreate", "Created pod: {name}")
        waits = step.create > 0 and any(failed_at_birth(pod, store.now) for pod in pods)
        creates = [from_template(replica_set, replica_set["spec"]["template"], told)] * (0 if waits else step.create)
        deletes: list[Action] = []
        for pod in step.delete:
            name = pod["metadata"]["name"]
            deletes += [removal(pod), self.say(replica_set, "SuccessfulDelete", f"Deleted pod: {name}")]
        status = replica_set_status(replica_set, active, store.now)
        again = REJECTED if waits else _until_available(replica_set, status)
        return Work((*updates, *creates, *deletes, SetStatus(key, status)), again)

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """A pod that may not be created is reported on the replica set, and tried again later and later."""
        report = super().refused(store, key, action, error)
        replica_set = store.get(key)
        if report is None or replica_set is None:
            return report
        active = [pod for pod in owned(store, replica_set, "pods") if is_active(pod)]
        status = replica_set_status(replica_set, active, store.now, ("FailedCreate", error.message))
        return Work((*report.actions, SetStatus(key, status)))


def _related(store: Store, replica_set: Object, pods: list[Object]) -> list[Object]:
    """The pods of all replica sets of the same owner: a node with many of them gives one up first."""
    reference = controller_of(replica_set)
    if reference is None or len(pods) <= wanted(replica_set):
        return pods
    owner = store.get(Key("deployments.apps", replica_set["metadata"]["namespace"], reference["name"]))
    if owner is None:
        return pods
    return [pod for each in owned(store, owner, REPLICA_SETS) for pod in owned(store, each, "pods")]


def _until_available(replica_set: Object, status: dict[str, Any]) -> float | None:
    """Seconds until pods that are ready now count as available."""
    least: float = replica_set["spec"].get("minReadySeconds") or 0
    some_wait = status.get("availableReplicas", 0) < status.get("readyReplicas", 0)
    # The clock must have passed the moment, not just reached it.
    return least + 1.0 if least and some_wait else None

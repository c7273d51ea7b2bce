"""The deployment controller: one replica set a template, and pods that move from the old ones to the new one.

It never rolls back by itself: a rollout that gets nowhere is reported, and stays. Source: pkg/controller/deployment.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.conditions import condition, with_condition
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, Create, SetStatus, Update
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.cluster.deployment_revision import FAILED_CREATE, Revised, collided, revised, with_progress
from vlearn.sim.kubernetes.cluster.ownership import claimed, owned
from vlearn.sim.kubernetes.cluster.replicaset import REPLICA_SETS
from vlearn.sim.kubernetes.cluster.workers import Controller, is_ending, removal
from vlearn.sim.kubernetes.controllers.counts import wanted
from vlearn.sim.kubernetes.controllers.recreate import old_pods_running
from vlearn.sim.kubernetes.controllers.revisions import find_new, surplus_history
from vlearn.sim.kubernetes.controllers.rolling import Sizes, is_rolling, max_surge, reconcile_new, reconcile_old
from vlearn.sim.kubernetes.controllers.rollout import counted_status, deployment_status, has_deadline, is_complete
from vlearn.sim.kubernetes.controllers.scaling import annotations_need_update, annotations_of, is_scaling, scale
from vlearn.sim.kubernetes.store import Change, Key, Object, Store, collection

DEPLOYMENTS = "deployments.apps"


class DeploymentController(Controller):
    """Sizes the replica sets of deployments."""

    name = "deployment-controller"
    own = DEPLOYMENTS
    dependents = (REPLICA_SETS, "pods")

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """Its own objects and their replica sets; of pods only that one is gone, which Recreate waits for."""
        if change.key.resource != "pods":
            return super().concerns(change, store)
        if change.kind != "DELETED":
            return ()
        return _waiting(store, change.key.namespace)

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """One step: at most one of new, scale up, scale down; then the status."""
        found = store.get(key)
        if found is None:
            return NOTHING
        deployment = _noted(found, store.now)
        replica_sets, updates = claimed(store, deployment, REPLICA_SETS)
        if deployment["metadata"].get("deletionTimestamp") is not None:
            return Work((*updates, self._status(key, deployment, replica_sets, store.now)))
        new = find_new(deployment, replica_sets)
        if deployment["spec"].get("paused") or is_scaling(deployment, replica_sets):
            old = [each for each in replica_sets if each is not new]
            resized = self._resized(deployment, replica_sets, scale(deployment, new, old))
            return Work((*updates, *resized, self._status(key, deployment, replica_sets, store.now)))
        if not is_rolling(deployment):
            down = self._recreated(store, deployment, replica_sets, new)
            if down is not None:
                status = deployment_status(deployment, replica_sets, new, store.now)
                return Work((*updates, *down, SetStatus(key, status)), self._deadline(deployment))
        rev = revised(deployment, replica_sets, self.say, store.now)
        if rev.actions:
            return Work((*updates, *rev.actions), self._deadline(rev.deployment))
        return self._rolled(key, rev, replica_sets, updates, store.now)

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """A replica set that may not be created stops the rollout; a name that is taken is counted for another."""
        deployment = store.get(key)
        if not isinstance(action, Create) or deployment is None or is_ending(error):
            return None
        if error.reason == "AlreadyExists":
            return Work((collided(deployment),))
        words = f'Failed to create new replica set "{action.object["metadata"]["name"]}": {error.message}'
        told = self.say(deployment, FAILED_CREATE, words, "Warning")
        if not has_deadline(deployment):
            return Work((told,))
        return Work((with_progress(deployment, "False", FAILED_CREATE, words, store.now), told))

    def _rolled(
        self, key: Key, rev: Revised, replica_sets: Sequence[Object], updates: Sequence[Action], now: float
    ) -> Work:
        assert rev.new is not None, "revised creates the new replica set or finds it"
        deployment, new = rev.deployment, rev.new
        old = [each for each in replica_sets if each["metadata"]["uid"] != new["metadata"]["uid"]]
        sizes = reconcile_new(deployment, replica_sets, new) or (
            reconcile_old(deployment, [_certain(each) for each in old], _certain(new)) if is_rolling(deployment) else {}
        )
        status = deployment_status(deployment, replica_sets, new, now)
        tidy: list[Action] = []
        if not sizes and is_complete(deployment, status):
            tidy = [removal(each) for each in surplus_history(deployment, old)]
        resized = self._resized(deployment, replica_sets, sizes)
        return Work((*updates, *resized, *tidy, SetStatus(key, status)), self._deadline(deployment))

    def _recreated(
        self, store: Store, deployment: Object, replica_sets: Sequence[Object], new: Object | None
    ) -> list[Action] | None:
        """What Recreate does before anything new may start; None when nothing old is left."""
        old = [each for each in replica_sets if each is not new]
        running = {each["metadata"]["name"]: 0 for each in old if wanted(each) > 0}
        if running:
            return self._resized(deployment, replica_sets, running)
        pods = {each["metadata"]["uid"]: owned(store, each, "pods") for each in replica_sets}
        return [] if old_pods_running(new["metadata"]["uid"] if new else None, old, pods) else None

    def _resized(self, deployment: Object, replica_sets: Sequence[Object], sizes: Sizes) -> list[Action]:
        """The updates that give replica sets these sizes, and the annotations that every one of them carries."""
        replicas = wanted(deployment)
        numbers = replicas, replicas + max_surge(deployment)
        actions: list[Action] = []
        for each in replica_sets:
            name, before = each["metadata"]["name"], wanted(each)
            size = sizes.get(name, before)
            needed = before > 0 and annotations_need_update(each, *numbers)
            if size == before and not needed:
                continue
            annotations = {**(each["metadata"].get("annotations") or {}), **annotations_of(*numbers)}
            metadata = {**each["metadata"], "annotations": annotations}
            actions.append(Update({**each, "metadata": metadata, "spec": {**each["spec"], "replicas": size}}))
            if size != before:
                way = "up" if size > before else "down"
                words = f"Scaled {way} replica set {name} from {before} to {size}"
                actions.append(self.say(deployment, "ScalingReplicaSet", words))
        return actions

    def _status(self, key: Key, deployment: Object, replica_sets: Sequence[Object], now: float) -> SetStatus:
        return SetStatus(key, counted_status(deployment, replica_sets, find_new(deployment, replica_sets), now))

    def _deadline(self, deployment: Object) -> float | None:
        """Seconds until lack of progress would be worth saying."""
        return float(deployment["spec"]["progressDeadlineSeconds"] + 1) if has_deadline(deployment) else None


def _certain(replica_set: Object) -> Object:
    """With no more available pods than it is to have: what its status still counts beyond these is about to go.

    Upstream takes the status as it is, and one that lags behind may cost it more pods than maxUnavailable.
    """
    status = replica_set.get("status") or {}
    sure = min(status.get("availableReplicas", 0), wanted(replica_set))
    return {**replica_set, "status": {**status, "availableReplicas": sure}}


def _noted(deployment: Object, now: float) -> Object:
    """With what a pause or its end says of the progress: the deadline does not run meanwhile, and then begins anew."""
    reason = (condition(deployment, "Progressing") or {}).get("reason")
    paused = bool(deployment["spec"].get("paused"))
    over = not has_deadline(deployment) or reason == "ProgressDeadlineExceeded"
    if over or paused == (reason == "DeploymentPaused"):
        return deployment
    why = ("DeploymentPaused", "Deployment is paused") if paused else ("DeploymentResumed", "Deployment is resumed")
    said = {"type": "Progressing", "status": "Unknown", "reason": why[0], "message": why[1]}
    status = deployment.get("status") or {}
    conditions = with_condition(status.get("conditions") or (), {**said, "lastUpdateTime": timestamp(now)}, now)
    return {**deployment, "status": {**status, "conditions": list(conditions)}}


def _waiting(store: Store, namespace: str) -> list[Key]:
    found = collection(store.objects, DEPLOYMENTS, namespace)
    return [key for key, each in found if not is_rolling(each)]

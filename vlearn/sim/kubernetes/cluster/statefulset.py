"""The stateful set controller: pods with names and claims of their own, one after the other.

Source: pkg/controller/statefulset, stateful_set.go and stateful_pod_control.go.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.cluster.actions import Action, Create, SetStatus, Tell, Update
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.cluster.ownership import claimed
from vlearn.sim.kubernetes.cluster.workers import REJECTED, Controller, failed_at_birth, removal, written
from vlearn.sim.kubernetes.controllers.history import History, Revision, history, name, surplus_revisions
from vlearn.sim.kubernetes.controllers.statefulset import stateful_set_step
from vlearn.sim.kubernetes.controllers.statefulset_identity import (
    claim_templates,
    is_member,
    parent_and_ordinal,
    revision_of,
)
from vlearn.sim.kubernetes.controllers.statefulset_status import next_available, stateful_set_status
from vlearn.sim.kubernetes.controllers.statefulset_steps import StatefulSetStep
from vlearn.sim.kubernetes.store import Key, Object, Store, collection

STATEFUL_SETS = "statefulsets.apps"
REVISIONS = "controllerrevisions.apps"
CLAIMS = "persistentvolumeclaims"


class StatefulSetController(Controller):
    """Creates, replaces and deletes the pods of stateful sets, and creates their claims."""

    name = "statefulset-controller"
    own = STATEFUL_SETS
    by_owner = ("pods",)

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """One step towards spec, then the status as it was before the step's effects show."""
        stateful_set = store.get(key)
        if stateful_set is None:
            return NOTHING
        pods, updates = _members(store, stateful_set)
        revisions, adopted = claimed(store, stateful_set, REVISIONS)
        past = _history(store, stateful_set, revisions)
        step = stateful_set_step(stateful_set, pods, store.now, past, _claims(store, stateful_set))
        kept = tuple(pod for pod in step.delete if not failed_at_birth(pod, store.now))
        waits, step = len(kept) < len(step.delete), replace(step, delete=kept)
        status = stateful_set_status(stateful_set, pods, store.now, past, step)
        live = {name(past.current), name(past.update), *map(revision_of, pods)}
        actions = (
            *updates,
            *adopted,
            *written(past),
            *self._carried_out(stateful_set, step),
            SetStatus(key, status),
            *map(removal, surplus_revisions(stateful_set, revisions, live)),
        )
        return Work(actions, REJECTED if waits else next_available(stateful_set, pods, store.now))

    def refused(self, store: Store, key: Key, action: Action, error: StatusError) -> Work | None:
        """A pod or claim that may not be created is reported on the set, and tried again later and later."""
        stateful_set = store.get(key)
        if not isinstance(action, Create) or stateful_set is None or error.reason == "AlreadyExists":
            return None
        made, words = action.object, error.message
        if made["kind"] == "PersistentVolumeClaim":
            pod = _pod_of_claim(stateful_set, made["metadata"]["name"])
            words = f"failed to create PVC {made['metadata']['name']}: {words}"
        else:
            pod = made["metadata"]["name"]
        told = f"create Pod {pod} in StatefulSet {key.name} failed error: {words}"
        status = self._looked(store, stateful_set)
        return Work((self.say(stateful_set, "FailedCreate", told, "Warning"), SetStatus(key, status)))

    def _looked(self, store: Store, stateful_set: Object) -> dict[str, Any]:
        """The status as it is without any step."""
        pods, _ = _members(store, stateful_set)
        past = _history(store, stateful_set, claimed(store, stateful_set, REVISIONS)[0])
        return stateful_set_status(stateful_set, pods, store.now, past)

    def _carried_out(self, stateful_set: Object, step: StatefulSetStep) -> Iterator[Action]:
        for claim in step.own:
            yield Update(claim)
        for pod in step.mend:
            yield Update(pod)
            yield self._told(stateful_set, "update", pod)
        for each in step.claims:
            if each.pod not in step.create:
                yield from self._claim(stateful_set, each.claim, each.pod)
        for pod in step.create:
            for each in step.claims:
                if each.pod is pod:
                    yield from self._claim(stateful_set, each.claim, pod)
            yield Create(pod, self._told(stateful_set, "create", pod))
        for pod in (*step.delete, *step.replace):
            yield removal(pod)
            yield self._told(stateful_set, "delete", pod)

    def _told(self, stateful_set: Object, verb: str, pod: Object) -> Tell:
        own, name = stateful_set["metadata"]["name"], pod["metadata"]["name"]
        return self.say(stateful_set, f"Successful{verb.title()}", f"{verb} Pod {name} in StatefulSet {own} successful")

    def _claim(self, stateful_set: Object, claim: Object, pod: Object) -> Iterator[Action]:
        own, name, of = stateful_set["metadata"]["name"], claim["metadata"]["name"], pod["metadata"]["name"]
        words = f"create Claim {name} Pod {of} in StatefulSet {own} success"
        yield Create(claim, self.say(stateful_set, "SuccessfulCreate", words))


def _members(store: Store, stateful_set: Object) -> tuple[list[Object], tuple[Action, ...]]:
    """The set's pods, and the updates that adopt and release: only a pod of the right name is ever one of them."""
    pods, updates = claimed(store, stateful_set, "pods")
    ours = [pod for pod in pods if is_member(stateful_set, pod)]
    strangers = {pod["metadata"]["name"] for pod in pods if not is_member(stateful_set, pod)}
    kept = tuple(each for each in updates if not isinstance(each, Update) or _name(each) not in strangers)
    return ours, kept


def _name(update: Update) -> str:
    return str(update.object["metadata"]["name"])


def _history(store: Store, stateful_set: Object, revisions: list[Revision]) -> History:
    own = {name(each) for each in revisions}
    namespace = stateful_set["metadata"]["namespace"]
    others = {key.name for key, _ in collection(store.objects, REVISIONS, namespace) if key.name not in own}
    return history(stateful_set, revisions, others)


def _claims(store: Store, stateful_set: Object) -> dict[str, Object]:
    if not claim_templates(stateful_set):
        return {}
    return {key.name: each for key, each in collection(store.objects, CLAIMS, stateful_set["metadata"]["namespace"])}


def _pod_of_claim(stateful_set: Object, claim: str) -> str:
    return f"{stateful_set['metadata']['name']}-{parent_and_ordinal(claim)[1]}"

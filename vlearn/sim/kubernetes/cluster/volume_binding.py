"""The controller of volumes: binds them to claims, has them made, and reclaims them.

Source: pkg/controller/volume/persistentvolume. Upstream looks at every waiting claim again after 15 seconds; here it
does when a volume, a class or a pod that matters to it changes.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.pods import is_terminal
from vlearn.sim.kubernetes.cluster.actions import Action, Create, SetStatus, Tell, Update, key_of
from vlearn.sim.kubernetes.cluster.component import NOTHING, Work
from vlearn.sim.kubernetes.cluster.workers import Controller, removal
from vlearn.sim.kubernetes.controllers.volume_binding import claim_step
from vlearn.sim.kubernetes.controllers.volume_matching import claim_reference, class_of
from vlearn.sim.kubernetes.controllers.volume_protection import claim_names
from vlearn.sim.kubernetes.controllers.volume_provisioning import waits_for_consumer
from vlearn.sim.kubernetes.controllers.volume_reclaiming import volume_step
from vlearn.sim.kubernetes.controllers.volume_steps import BindStep
from vlearn.sim.kubernetes.store import Change, Key, Object, Store, collection

VOLUMES, CLAIMS, CLASSES, PODS = "persistentvolumes", "persistentvolumeclaims", "storageclasses.storage.k8s.io", "pods"


class VolumeBinder(Controller):
    """Looks at claims and at volumes."""

    name = "persistentvolume-controller"
    own = CLAIMS
    dependents = (VOLUMES, CLASSES, PODS)

    def concerns(self, change: Change, store: Store) -> Iterable[Key]:
        """The object itself and its counterpart; with a free volume or a class, every claim that still waits."""
        key, found = change.key, change.after
        match key.resource:
            case "pods":
                claims = (Key(CLAIMS, key.namespace, name) for name in claim_names(found))
                return tuple(each for each in claims if (held := store.get(each)) is not None and _waits(held))
            case "persistentvolumeclaims":
                versions = [each for each in (change.before, found) if each is not None]
                names = {each["spec"]["volumeName"] for each in versions if each["spec"].get("volumeName")}
                return (key, *(Key(VOLUMES, "", name) for name in sorted(names)))
            case "persistentvolumes":
                return (key, *_holder(found), *(_waiting(store) if _is_free(found) else ()))
        return tuple(_waiting(store))

    def reconcile(self, store: Store, key: Key, memory: Any) -> Work:
        """One step of a claim or of a volume."""
        found = store.get(key)
        if found is None:
            return NOTHING
        if key.resource == VOLUMES:
            holder = next(iter(_holder(found)), None)
            step = volume_step(found, store.get(holder) if holder is not None else None)
            return Work((*self._actions(store, found, step), *_phase(store, found, step)))
        volumes = {each.name: volume for each, volume in collection(store.objects, VOLUMES)}
        classes = {each.name: storage_class for each, storage_class in collection(store.objects, CLASSES)}
        waits = waits_for_consumer(classes.get(class_of(found)))
        step = claim_step(found, volumes, classes, *(_consumers(store, key) if waits else (None, ())))
        bound = volumes.get((step.claim or found)["spec"].get("volumeName") or "")
        phase = _phase(store, bound, step) if bound is not None else ()
        return Work((*self._actions(store, found, step), *phase, *_status(key, step)))

    def _actions(self, store: Store, about: Object, step: BindStep) -> Iterator[Action]:
        if step.create is not None:
            yield Create(step.create)
        if step.volume is not None:
            yield Update(step.volume)
        if step.claim is not None:
            yield Update(step.claim)
        for notice in step.notices:
            yield Tell(about, notice.reason, notice.message, notice.component or self.name, notice.type)


def _phase(store: Store, volume: Object, step: BindStep) -> Iterator[Action]:
    status = volume.get("status") or {}
    if step.phase and status.get("phase") != step.phase:
        changed = {**status, "phase": step.phase, "lastPhaseTransitionTime": timestamp(store.now)}
        yield SetStatus(key_of(volume), changed)
    if step.delete:
        yield removal(volume)


def _status(key: Key, step: BindStep) -> Iterator[Action]:
    if step.claim_status is not None:
        yield SetStatus(key, step.claim_status)


def _waits(claim: Object) -> bool:
    return (claim.get("status") or {}).get("phase") == "Pending"


def _is_free(volume: Object) -> bool:
    return (volume.get("status") or {}).get("phase") == "Available"


def _waiting(store: Store) -> Iterator[Key]:
    return (key for key, claim in collection(store.objects, CLAIMS) if _waits(claim))


def _holder(volume: Object) -> Iterator[Key]:
    reference = claim_reference(volume)
    if reference is not None:
        yield Key(CLAIMS, reference.get("namespace", ""), reference.get("name", ""))


def _consumers(store: Store, claim: Key) -> tuple[Object | None, tuple[str, ...]]:
    """The node of the first pod that uses the claim and has one, and the names of those that wait for a node."""
    pods = [pod for _, pod in collection(store.objects, PODS, claim.namespace) if claim.name in claim_names(pod)]
    alive = [pod for pod in pods if not is_terminal(pod)]
    nodes = (Key("nodes", "", pod["spec"]["nodeName"]) for pod in alive if pod["spec"].get("nodeName"))
    placed = (store.get(each) for each in nodes)
    waiting = tuple(pod["metadata"]["name"] for pod in alive if not pod["spec"].get("nodeName"))
    return next((each for each in placed if each is not None), None), waiting

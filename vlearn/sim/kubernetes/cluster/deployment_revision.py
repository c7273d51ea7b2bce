"""The replica set for a deployment's present template: found or created, and its revision counted.

Source: pkg/controller/deployment/sync.go, getNewReplicaSet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.conditions import condition, with_condition
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.cluster.actions import Action, Create, SetStatus, Tell, Update, key_of
from vlearn.sim.kubernetes.controllers.counts import wanted
from vlearn.sim.kubernetes.controllers.owners import controller_reference
from vlearn.sim.kubernetes.controllers.revisions import (
    HASH_LABEL,
    REVISION,
    find_new,
    next_revision,
    revision,
    template_hash,
)
from vlearn.sim.kubernetes.controllers.rolling import max_surge, new_replicas
from vlearn.sim.kubernetes.controllers.rollout import has_deadline
from vlearn.sim.kubernetes.controllers.scaling import annotations_of
from vlearn.sim.kubernetes.store import Object

NOT_COPIED = (
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)
"""Annotations of a deployment that its replica sets do not get."""
FAILED_CREATE = "ReplicaSetCreateError"


@dataclass(frozen=True, slots=True)
class Revised:
    """The deployment and its new replica set; with actions where these are still to be written."""

    deployment: Object
    new: Object | None
    actions: tuple[Action, ...] = ()


def revised(
    deployment: Object, replica_sets: Sequence[Object], say: Callable[[Object, str, str], Tell], now: float
) -> Revised:
    """Find the replica set of the template or create it, and see to the numbers of revisions on both."""
    new = find_new(deployment, replica_sets)
    number = next_revision([each for each in replica_sets if each is not new])
    if new is None:
        return _created(deployment, replica_sets, number, say, now)
    actions: list[Action] = []
    annotations = _annotations(deployment, new, number)
    least = deployment["spec"].get("minReadySeconds") or 0
    if annotations != (new["metadata"].get("annotations") or {}) or (new["spec"].get("minReadySeconds") or 0) != least:
        metadata = {**new["metadata"], "annotations": annotations}
        spec = {name: value for name, value in new["spec"].items() if name != "minReadySeconds"}
        actions.append(Update({**new, "metadata": metadata, "spec": {**spec, **_readiness(least)}}))
    # A template that was current before takes the next number, so that undoing twice leads forward again.
    current = max(number, revision(new))
    if revision(deployment) != current:
        marked = {**(deployment["metadata"].get("annotations") or {}), REVISION: str(current)}
        actions.append(Update({**deployment, "metadata": {**deployment["metadata"], "annotations": marked}}))
    if has_deadline(deployment) and condition(deployment, "Progressing") is None:
        words = f'Found new replica set "{new["metadata"]["name"]}"'
        actions.append(with_progress(deployment, "True", "FoundNewReplicaSet", words, now))
    return Revised(deployment, new, tuple(actions))


def collided(deployment: Object) -> SetStatus:
    """Something else has the new replica set's name: counted, the count makes another hash of the same template."""
    status = deployment.get("status") or {}
    return SetStatus(key_of(deployment), {**status, "collisionCount": (status.get("collisionCount") or 0) + 1})


def with_progress(deployment: Object, verdict: str, reason: str, message: str, now: float) -> SetStatus:
    """What the deployment's status says of its progress from now on."""
    status = deployment.get("status") or {}
    said = {"type": "Progressing", "status": verdict, "reason": reason, "message": message}
    conditions = with_condition(status.get("conditions") or (), {**said, "lastUpdateTime": timestamp(now)}, now)
    return SetStatus(key_of(deployment), {**status, "conditions": list(conditions)})


def _created(
    deployment: Object, replica_sets: Sequence[Object], number: int, say: Callable[[Object, str, str], Tell], now: float
) -> Revised:
    metadata, template = deployment["metadata"], deployment["spec"]["template"]
    digest = template_hash(template, (deployment.get("status") or {}).get("collisionCount"))
    name = f"{metadata['name']}-{digest}"
    inner = template.get("metadata") or {}
    labels = {**(inner.get("labels") or {}), HASH_LABEL: digest}
    selector = deployment["spec"]["selector"]
    replica_set: dict[str, Any] = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": name,
            "namespace": metadata["namespace"],
            "labels": labels,
            "annotations": _annotations(deployment, None, number),
            "ownerReferences": [controller_reference(deployment)],
        },
        "spec": {
            "replicas": 0,
            "selector": {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), HASH_LABEL: digest}},
            "template": {**template, "metadata": {**inner, "labels": labels}},
            **_readiness(deployment["spec"].get("minReadySeconds")),
        },
    }
    size = new_replicas(deployment, [*replica_sets, replica_set], replica_set)
    replica_set["spec"]["replicas"] = size
    actions: list[Action] = [Create(replica_set)]
    if size:
        words = f"Scaled up replica set {name} from 0 to {size}"
        actions.append(say(deployment, "ScalingReplicaSet", words))
    if revision(deployment) != number:
        marked = {**(metadata.get("annotations") or {}), REVISION: str(number)}
        actions.append(Update({**deployment, "metadata": {**metadata, "annotations": marked}}))
    message = f'Created new replica set "{name}"'
    if has_deadline(deployment):
        actions.append(with_progress(deployment, "True", "NewReplicaSetCreated", message, now))
    return Revised(deployment, None, tuple(actions))


def _readiness(seconds: int | None) -> dict[str, int]:
    return {"minReadySeconds": seconds} if seconds else {}


def _annotations(deployment: Object, replica_set: Object | None, number: int) -> Mapping[str, str]:
    """What the new replica set carries: the deployment's own, its revision, and its sizes."""
    given = (deployment["metadata"].get("annotations") or {}).items()
    copied = {key: value for key, value in given if key not in NOT_COPIED}
    replicas = wanted(deployment)
    if replica_set is None:
        return {**copied, REVISION: str(number), **annotations_of(replicas, replicas + max_surge(deployment))}
    before = replica_set["metadata"].get("annotations") or {}
    marked = {REVISION: str(number)} if revision(replica_set) < number else {}
    return {**before, **copied, **marked}

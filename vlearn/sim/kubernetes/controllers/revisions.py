"""Revisions of a deployment: which replica set has its template, the hash in the sets' names, and the history kept.

The hash is FNV-1a over the template as canonical JSON; Kubernetes hashes a printout of its own structures, so that the
letters differ from a real cluster's, the properties do not: equal templates have equal hashes, fields that say nothing
(null, empty) do not matter, a collision count gives another hash. Source: pkg/controller/deployment/util.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.moments import created
from vlearn.sim.kubernetes.controllers.counts import counted, wanted
from vlearn.sim.kubernetes.controllers.rolling import Deployment, ReplicaSet, oldest_first

HASH_LABEL = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
UNLIMITED = 2**31 - 1

# Structures and maps that mean nothing when empty; elsewhere an empty object says something, as in `emptyDir: {}`.
_HOLLOW = ("metadata", "labels", "annotations", "resources", "limits", "requests", "nodeSelector", "overhead")
_SAFE = "bcdfghjklmnpqrstvwxz2456789"


def normalised(value: Any, name: str = "") -> Any:
    """A template without what says nothing: nulls, empty lists, empty maps that the API treats as absent; else None."""
    if isinstance(value, Mapping):
        kept = {key: normalised(each, key) for key, each in value.items()}
        kept = {key: each for key, each in kept.items() if each is not None}
        return kept if kept or name not in _HOLLOW else None
    if isinstance(value, (list, tuple)):
        return [normalised(each) for each in value] or None
    return value


def same_template(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two templates are equal but for the hash label that the controller itself puts on."""
    return bool(normalised(_unlabelled(one)) == normalised(_unlabelled(other)))


def _unlabelled(template: Mapping[str, Any]) -> dict[str, Any]:
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH_LABEL}
    return {**template, "metadata": {**metadata, "labels": labels}}


def template_hash(template: Mapping[str, Any], collisions: int | None = None) -> str:
    """The label that ties pods to their replica set. Another count of collisions gives another hash."""
    text = json.dumps(normalised(template) or {}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = _fnv1a(text.encode() + (b"" if collisions is None else collisions.to_bytes(8, "little")))
    # Letters without vowels and without digits that look like letters: no hash spells a word.
    return "".join(_SAFE[ord(digit) % len(_SAFE)] for digit in str(digest))


def _fnv1a(data: bytes) -> int:
    digest = 0x811C9DC5
    for byte in data:
        digest = (digest ^ byte) * 0x01000193 & 0xFFFFFFFF
    return digest


def find_new(deployment: Deployment, replica_sets: Sequence[ReplicaSet]) -> ReplicaSet | None:
    """The replica set with the deployment's template, or None; the oldest where there are several."""
    template = deployment["spec"]["template"]
    ordered = oldest_first(replica_sets)
    return next((each for each in ordered if same_template(each["spec"]["template"], template)), None)


def revision(object: Mapping[str, Any]) -> int:
    """The number in the annotation, or 0."""
    value = (object.get("metadata", {}).get("annotations") or {}).get(REVISION, "")
    return int(value) if value.isdecimal() else 0


def next_revision(old: Sequence[ReplicaSet]) -> int:
    """The number of a template that becomes current, also when it was current before: rolling back goes up."""
    return max((revision(each) for each in old), default=0) + 1


def surplus_history(deployment: Deployment, old: Sequence[ReplicaSet]) -> tuple[ReplicaSet, ...]:
    """Which old replica sets to delete: the lowest revisions above revisionHistoryLimit, but none that is in use."""
    limit = deployment["spec"].get("revisionHistoryLimit")
    if limit is None or limit == UNLIMITED:
        return ()
    alive = [each for each in old if each["metadata"].get("deletionTimestamp") is None]
    ordered = sorted(alive, key=lambda each: (revision(each), created(each), each["metadata"]["name"]))
    return tuple(each for each in ordered[: max(0, len(alive) - limit)] if _is_idle(each))


def _is_idle(replica_set: ReplicaSet) -> bool:
    seen = (replica_set["metadata"].get("generation") or 0) <= counted(replica_set, "observedGeneration")
    return wanted(replica_set) == 0 and counted(replica_set, "replicas") == 0 and seen

"""What becomes of a stateful set's claims: kept for ever, or owned, so that they go with their pod or their set.

persistentVolumeClaimRetentionPolicy works by owner references alone: the garbage collector does the rest. Source:
pkg/controller/statefulset/stateful_set_utils.go.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.pods import Pod
from vlearn.sim.kubernetes.controllers.owners import controller_reference
from vlearn.sim.kubernetes.controllers.statefulset_identity import Claim, StatefulSet, ordinal_of, ordinals

Reference = Mapping[str, Any]


def goes(stateful_set: StatefulSet, when: str) -> bool:
    """Whether the policy deletes claims then: whenDeleted, whenScaled."""
    policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    return policy.get(when) == "Delete"


def with_owners(stateful_set: StatefulSet, pod: Pod, claim: Claim) -> Claim | None:
    """The claim with the owners that the policy wants, or None where it has them, or where it is somebody else's."""
    references = list(claim["metadata"].get("ownerReferences") or ())
    ours = [each for each in references if _names(each, stateful_set) or _names(each, pod)]
    if any(each["uid"] not in (_uid(stateful_set), _uid(pod)) for each in ours):
        return None
    others = [each for each in references if each not in ours]
    surplus = ordinal_of(pod) not in ordinals(stateful_set)
    wanted = [controller_reference(each) for each in _owners(stateful_set, pod, surplus)]
    if any(each.get("controller") for each in others):
        wanted = []
    if {each["uid"] for each in ours} == {each["uid"] for each in wanted}:
        return None
    return {**claim, "metadata": {**claim["metadata"], "ownerReferences": [*others, *wanted]}}


def is_stale(stateful_set: StatefulSet, pod: Pod, claim: Claim) -> bool:
    """Whether a new pod must wait for the claim to go: it is being deleted, or belongs to a pod before this one."""
    if claim["metadata"].get("deletionTimestamp") is not None:
        return True
    references = claim["metadata"].get("ownerReferences") or ()
    return goes(stateful_set, "whenScaled") and any(
        _names(each, pod) and each["uid"] != _uid(pod) for each in references
    )


def _owners(stateful_set: StatefulSet, pod: Pod, surplus: bool) -> tuple[Mapping[str, Any], ...]:
    if surplus and goes(stateful_set, "whenScaled"):
        return ({"apiVersion": "v1", "kind": "Pod", **pod},)
    return (stateful_set,) if goes(stateful_set, "whenDeleted") else ()


def _names(reference: Reference, owner: Mapping[str, Any]) -> bool:
    kind = owner.get("kind", "Pod")
    return bool(reference["kind"] == kind and reference["name"] == owner["metadata"]["name"])


def _uid(object: Mapping[str, Any]) -> str:
    return str(object["metadata"].get("uid", ""))

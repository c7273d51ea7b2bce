"""A deployment that is scaled amid a rollout: its replica sets grow and shrink in proportion to their sizes.

Each replica set carries the size and the greatest size that the deployment had when it was last scaled, in two
annotations; that is how a scaling is told from a rollout's own steps, and what the proportions refer to. Source:
pkg/controller/deployment, sync.go and util/deployment_util.go.
"""

from collections.abc import Sequence

from vlearn.sim.kubernetes.controllers.counts import all_wanted, counted, wanted
from vlearn.sim.kubernetes.controllers.rolling import (
    Deployment,
    ReplicaSet,
    Sizes,
    is_rolling,
    max_surge,
    oldest_first,
)

DESIRED = "deployment.kubernetes.io/desired-replicas"
MOST = "deployment.kubernetes.io/max-replicas"


def annotations_of(desired: int, most: int) -> dict[str, str]:
    """What the controller writes on every replica set whenever the deployment is scaled."""
    return {DESIRED: str(desired), MOST: str(most)}


def annotations_need_update(replica_set: ReplicaSet, desired: int, most: int) -> bool:
    """Whether a replica set does not carry these two annotations yet."""
    there = replica_set["metadata"].get("annotations") or {}
    return any(there.get(name) != value for name, value in annotations_of(desired, most).items())


def is_scaling(deployment: Deployment, replica_sets: Sequence[ReplicaSet]) -> bool:
    """Whether spec.replicas has changed since the active replica sets were last sized."""
    desired = (_annotated(each, DESIRED) for each in replica_sets if wanted(each) > 0)
    return any(size is not None and size != wanted(deployment) for size in desired)


def scale(deployment: Deployment, new: ReplicaSet | None, old: Sequence[ReplicaSet]) -> Sizes:
    """The sizes that change, by name. A sum of the sizes above replicas + surge can remain only when the largest set
    cannot give all that rounding left over; the rollout's next steps take that away.
    """
    replicas = wanted(deployment)
    only = active_or_latest(new, old)
    if only is not None:
        return {} if wanted(only) == replicas else {only["metadata"]["name"]: replicas}
    if new is not None and is_saturated(deployment, new):
        return {each["metadata"]["name"]: 0 for each in old if wanted(each) > 0}
    if not is_rolling(deployment):
        return {}
    active = [each for each in ([*old] if new is None else [*old, new]) if wanted(each) > 0]
    allowed = replicas + max_surge(deployment) if replicas > 0 else 0
    return _spread(deployment, active, allowed - all_wanted(active))


def _spread(deployment: Deployment, active: Sequence[ReplicaSet], to_add: int) -> Sizes:
    # Largest first; among equals the newer one grows first and the older one shrinks first.
    by_age = oldest_first(active)
    ordered = sorted(reversed(by_age) if to_add > 0 else by_age, key=lambda each: -wanted(each))
    sizes: Sizes = {}
    added = 0
    for each in ordered:
        share = _share(deployment, each, to_add - added) if to_add != added else 0
        sizes[each["metadata"]["name"]] = wanted(each) + share
        added += share
    if ordered:
        largest = ordered[0]["metadata"]["name"]
        sizes[largest] = max(0, sizes[largest] + to_add - added)
    before = {each["metadata"]["name"]: wanted(each) for each in ordered}
    return {name: size for name, size in sizes.items() if size != before[name]}


def _share(deployment: Deployment, replica_set: ReplicaSet, left: int) -> int:
    size = wanted(replica_set)
    if wanted(deployment) == 0:
        share = -size
    else:
        # Without the annotation the deployment's present size is the best guess of what the proportion refers to.
        before = _annotated(replica_set, MOST) or counted(deployment, "replicas") or size
        exact = size * (wanted(deployment) + max_surge(deployment)) / before
        share = int(exact + 0.5) - size
    return min(share, left) if left > 0 else max(share, left)


def active_or_latest(new: ReplicaSet | None, old: Sequence[ReplicaSet]) -> ReplicaSet | None:
    """The only replica set that has replicas; where none has, the newest one; None where several have."""
    everyone: list[ReplicaSet] = [*old] if new is None else [*old, new]
    active = [each for each in everyone if wanted(each) > 0]
    if len(active) == 1:
        return active[0]
    if active or not everyone:
        return None
    return new or oldest_first(old)[-1]


def is_saturated(deployment: Deployment, new: ReplicaSet) -> bool:
    """Whether the new replica set has all the deployment's replicas, and all of them available."""
    replicas = wanted(deployment)
    sizes = (_annotated(new, DESIRED), wanted(new), counted(new, "availableReplicas"))
    return all(size == replicas for size in sizes)


def _annotated(replica_set: ReplicaSet, name: str) -> int | None:
    value = (replica_set["metadata"].get("annotations") or {}).get(name, "")
    return int(value) if value.isdecimal() else None

"""A rolling update, one step: how far the new replica set may grow and the old ones may shrink.

Every function gives the new sizes of the replica sets that change, by name. The pods themselves come and go in the
replica sets' own controllers. Source: pkg/controller/deployment, rolling.go and util/deployment_util.go. Leaves out
counting terminating pods (podReplacementPolicy of a Deployment, alpha).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.intstr import scaled
from vlearn.sim.kubernetes.api.moments import created
from vlearn.sim.kubernetes.controllers.counts import all_counted, all_wanted, counted, wanted

Deployment = Mapping[str, Any]
ReplicaSet = Mapping[str, Any]
Sizes = dict[str, int]


def fenceposts(max_surge: int | str | None, max_unavailable: int | str | None, replicas: int) -> tuple[int, int]:
    """How many pods there may be too many and too few. Surge rounds up, unavailable down; never both 0.

    Raises Refused for a text that is no percentage.
    """
    surge = scaled(0 if max_surge is None else max_surge, replicas, up=True)
    unavailable = scaled(0 if max_unavailable is None else max_unavailable, replicas, up=False)
    # With neither, the update could not take a single step: validation refuses that, but two small percentages may
    # both round to nought.
    return (0, 1) if surge == unavailable == 0 else (surge, unavailable)


def is_rolling(deployment: Deployment) -> bool:
    """Whether the deployment's strategy is RollingUpdate, the default, rather than Recreate."""
    return bool((deployment["spec"].get("strategy") or {}).get("type", "RollingUpdate") == "RollingUpdate")


def _limits(deployment: Deployment) -> tuple[int, int]:
    if not is_rolling(deployment):
        return 0, 0
    rolling = (deployment["spec"].get("strategy") or {}).get("rollingUpdate") or {}
    return fenceposts(rolling.get("maxSurge"), rolling.get("maxUnavailable"), wanted(deployment))


def max_surge(deployment: Deployment) -> int:
    """How many pods above spec.replicas there may be; 0 for Recreate."""
    return _limits(deployment)[0]


def max_unavailable(deployment: Deployment) -> int:
    """How many of spec.replicas may be unavailable, at most all; 0 for Recreate, which has no such bound."""
    return min(_limits(deployment)[1], wanted(deployment))


def new_replicas(deployment: Deployment, replica_sets: Sequence[ReplicaSet], new: ReplicaSet) -> int:
    """The size that the new replica set may have now: as near to spec.replicas as the surge allows."""
    replicas = wanted(deployment)
    if not is_rolling(deployment):
        return replicas
    room = replicas + max_surge(deployment) - all_wanted(replica_sets)
    return wanted(new) if room <= 0 else wanted(new) + min(room, replicas - wanted(new))


def reconcile_new(deployment: Deployment, replica_sets: Sequence[ReplicaSet], new: ReplicaSet) -> Sizes:
    """Grow the new replica set as far as allowed, or cut it to spec.replicas. `replica_sets` are all, the new too."""
    replicas = wanted(deployment)
    size = replicas if wanted(new) > replicas else new_replicas(deployment, replica_sets, new)
    return {} if size == wanted(new) else {new["metadata"]["name"]: size}


def reconcile_old(deployment: Deployment, old: Sequence[ReplicaSet], new: ReplicaSet) -> Sizes:
    """Shrink the old replica sets: pods that are not available first, then as many as availability can spare."""
    everyone = (*old, new)
    least = wanted(deployment) - max_unavailable(deployment)
    # What the new set has promised but not made available yet must not be taken from the old ones as well.
    spare = all_wanted(everyone) - least - (wanted(new) - counted(new, "availableReplicas"))
    if all_wanted(old) == 0 or spare <= 0:
        return {}
    cleaned = clean_up_unhealthy(old, spare)
    rest = [_sized(each, cleaned) for each in old]
    return {**cleaned, **scale_down_old(deployment, rest, new)}


def clean_up_unhealthy(old: Sequence[ReplicaSet], most: int) -> Sizes:
    """Take up to so many pods from old replica sets that are not available, oldest set first."""
    sizes: Sizes = {}
    for each in oldest_first(old):
        unhealthy = wanted(each) - counted(each, "availableReplicas")
        taken = min(most, unhealthy)
        if wanted(each) > 0 and taken > 0:
            sizes[each["metadata"]["name"]] = wanted(each) - taken
            most -= taken
    return sizes


def scale_down_old(deployment: Deployment, old: Sequence[ReplicaSet], new: ReplicaSet | None) -> Sizes:
    """Take as many pods from the old replica sets as are available beyond the minimum, oldest set first."""
    everyone = old if new is None else (*old, new)
    least = wanted(deployment) - max_unavailable(deployment)
    spare = all_counted(everyone, "availableReplicas") - least
    sizes: Sizes = {}
    for each in oldest_first(old):
        taken = min(wanted(each), spare)
        if taken > 0:
            sizes[each["metadata"]["name"]] = wanted(each) - taken
            spare -= taken
    return sizes


def oldest_first(replica_sets: Sequence[ReplicaSet]) -> list[ReplicaSet]:
    """By creation, then by name."""
    return sorted(replica_sets, key=lambda each: (created(each), each["metadata"]["name"]))


def _sized(replica_set: ReplicaSet, sizes: Sizes) -> ReplicaSet:
    size = sizes.get(replica_set["metadata"]["name"])
    return replica_set if size is None else {**replica_set, "spec": {**replica_set["spec"], "replicas": size}}

"""Whether a node can reach the volumes of a pod, and take that many.

Bound claims: the volume's node affinity and zone. Unbound ones: a claim that is to be bound at once is waited for; one
that waits for its first consumer lets every node fit. Limits: volumes of one CSI driver on a node. Left out: choosing a
volume or a capacity for a waiting claim, in-tree disks, ReadWriteOncePod. Sources: the plug-ins VolumeBinding,
VolumeZone and NodeVolumeLimits.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.node_selection import node_selector
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.plugin import Check
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.terms import ZONE
from vlearn.sim.kubernetes.scheduler.verdict import UNRESOLVABLE, UNSCHEDULABLE, Verdict

ZONE_LABELS = (ZONE, "topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone")
BINDING = "VolumeBinding"

_UNBOUND = Verdict(BINDING, UNRESOLVABLE, ("pod has unbound immediate PersistentVolumeClaims",))
_AFFINITY = Verdict(BINDING, UNRESOLVABLE, ("node(s) didn't match PersistentVolume's node affinity",))
_ZONE = Verdict("VolumeZone", UNRESOLVABLE, ("node(s) had no available volume zone",))
_LIMIT = Verdict("NodeVolumeLimits", UNSCHEDULABLE, ("node(s) exceed max volume count",))


def volumes_bound(pod: PodInfo, snapshot: Snapshot) -> Check | None:
    """Every claim exists and is bound or may wait, and the bound volumes can be used from the node."""
    names = list(_claim_names(pod))
    if not names:
        return None
    for name in names:
        claim = snapshot.claims.get((pod.namespace, name))
        if claim is None:
            missing = Verdict(BINDING, UNRESOLVABLE, (f'persistentvolumeclaim "{name}" not found',))
            return lambda node: missing
        if not _volume_name(claim) and not _waits(claim, snapshot):
            return lambda node: _UNBOUND
    affinities = [
        ((each.get("spec") or {}).get("nodeAffinity") or {}).get("required") for each in _bound(pod, snapshot)
    ]
    matches = [match for match in map(node_selector, affinities) if match is not None]
    return (
        (lambda node: None if all(match(node.name, node.labels) for match in matches) else _AFFINITY)
        if matches
        else None
    )


def volumes_in_zone(pod: PodInfo, snapshot: Snapshot) -> Check | None:
    """A volume with a zone is used in that zone; a node that names no zone at all can use any."""
    wanted = [
        (label, set(value.split("__")))
        for volume in _bound(pod, snapshot)
        for label, value in ((volume.get("metadata") or {}).get("labels") or {}).items()
        if label in ZONE_LABELS
    ]
    if not wanted:
        return None

    def check(node: NodeInfo) -> Verdict | None:
        if not any(label in node.labels for label in ZONE_LABELS):
            return None
        return None if all(node.labels.get(label) in values for label, values in wanted) else _ZONE

    return check


def volumes_within_limits(pod: PodInfo, snapshot: Snapshot) -> Check | None:
    """No more volumes of a driver than the node takes; a volume that is there already costs nothing."""
    own = {(_driver(volume), _name(volume)) for volume in _bound(pod, snapshot)}
    if not own or not snapshot.volume_limits:
        return None

    def check(node: NodeInfo) -> Verdict | None:
        limits = snapshot.volume_limits.get(node.name, {})
        there = {(_driver(volume), _name(volume)) for other in node.pods for volume in _bound(other, snapshot)}
        after = Counter(driver for driver, _ in there | own)
        new = {driver for driver, _ in own - there}
        return _LIMIT if any(after[driver] > limits[driver] for driver in new if driver in limits) else None

    return check


def _claim_names(pod: PodInfo) -> Iterator[str]:
    for volume in pod.spec.get("volumes") or ():
        if "persistentVolumeClaim" in volume:
            yield volume["persistentVolumeClaim"]["claimName"]
        elif "ephemeral" in volume:
            yield f"{pod.name}-{volume['name']}"


def _bound(pod: PodInfo, snapshot: Snapshot) -> list[Mapping[str, Any]]:
    claims = (snapshot.claims.get((pod.namespace, name)) for name in _claim_names(pod))
    found = (snapshot.volumes.get(_volume_name(claim)) for claim in claims if claim is not None)
    return [volume for volume in found if volume is not None]


def _volume_name(claim: Mapping[str, Any]) -> str:
    return (claim.get("spec") or {}).get("volumeName") or ""


def _waits(claim: Mapping[str, Any], snapshot: Snapshot) -> bool:
    storage_class = snapshot.classes.get((claim.get("spec") or {}).get("storageClassName") or "", {})
    return storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"


def _driver(volume: Mapping[str, Any]) -> str:
    return str(((volume.get("spec") or {}).get("csi") or {}).get("driver", ""))


def _name(volume: Mapping[str, Any]) -> str:
    return str((volume.get("metadata") or {}).get("name", ""))

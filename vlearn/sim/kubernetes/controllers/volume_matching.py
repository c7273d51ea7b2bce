"""Which volume a claim gets: of its class and volume mode, with its access modes and labels, the smallest that fits.

A volume with fewer access modes comes first, so that a claim for little does not take what could do more; then the
smaller, then the first by name (upstream: any). Source: pkg/controller/volume/persistentvolume/index.go and
k8s.io/component-helpers/storage/volume. Leaves out VolumeAttributesClass.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.node_selection import node_selector
from vlearn.sim.kubernetes.api.quantity import Quantity, parse_quantity
from vlearn.sim.kubernetes.api.selector import selector_of

Volume = Mapping[str, Any]
Claim = Mapping[str, Any]
Node = Mapping[str, Any]

CLASS = "volume.beta.kubernetes.io/storage-class"


def best_volume(
    claim: Claim, volumes: Iterable[Volume], delayed: bool = False, node: Node | None = None
) -> Volume | None:
    """The volume to bind: one that names the claim, else the best that is free.

    A `delayed` claim waits for the node where it is first used: without one it gets only a volume that names it, with
    one only a volume that the node can use.
    """
    able = sorted((each for each in volumes if _could_hold(claim, each)), key=_rank)
    reserved = next((each for each in able if is_for(each, claim)), None)
    if reserved is not None:
        return reserved if _reaches(reserved, node) else None
    if delayed and node is None:
        return None
    selector = selector_of((claim.get("spec") or {}).get("selector"))
    for each in able:
        labels = each["metadata"].get("labels") or {}
        free = claim_reference(each) is None and (each.get("status") or {}).get("phase") == "Available"
        fits = class_of(each) == class_of(claim) and (selector is None or selector.matches(labels))
        if free and fits and _reaches(each, node):
            return each
    return None


def mismatch(claim: Claim, volume: Volume) -> str:
    """Why a claim may not have the volume that it names, in upstream's words; empty where it may."""
    if size_of(volume) < request_of(claim):
        return "requested PV is too small"
    if class_of(volume) != class_of(claim):
        return "storageClassName does not match"
    if not same_mode(claim, volume):
        return "incompatible volumeMode"
    return "" if _modes(claim) <= _modes(volume) else "incompatible accessMode"


def is_for(volume: Volume, claim: Claim) -> bool:
    """Whether the volume's claimRef means this claim: by name, and by uid where it has one."""
    reference, metadata = claim_reference(volume), claim["metadata"]
    if reference is None or (reference.get("name"), reference.get("namespace")) != (
        metadata["name"],
        metadata.get("namespace"),
    ):
        return False
    return not reference.get("uid") or bool(reference["uid"] == metadata.get("uid"))


def claim_reference(volume: Volume) -> Mapping[str, Any] | None:
    """The claim that a volume is bound to, or kept for."""
    found: Mapping[str, Any] | None = (volume.get("spec") or {}).get("claimRef")
    return found


def class_of(object: Volume | Claim) -> str:
    """The storage class of a volume or claim; empty for none."""
    written = (object["metadata"].get("annotations") or {}).get(CLASS)
    return str(written or (object.get("spec") or {}).get("storageClassName") or "")


def size_of(volume: Volume) -> Quantity:
    """Its capacity."""
    return parse_quantity(str((volume["spec"].get("capacity") or {}).get("storage") or "0"))


def request_of(claim: Claim) -> Quantity:
    """How much the claim asks for at least."""
    requests = (claim["spec"].get("resources") or {}).get("requests") or {}
    return parse_quantity(str(requests.get("storage") or "0"))


def same_mode(claim: Claim, volume: Volume) -> bool:
    """Whether both are file systems, or both block devices."""
    modes = [(each.get("spec") or {}).get("volumeMode") or "Filesystem" for each in (claim, volume)]
    return bool(modes[0] == modes[1])


def _could_hold(claim: Claim, volume: Volume) -> bool:
    stays = volume["metadata"].get("deletionTimestamp") is None
    return (
        stays and size_of(volume) >= request_of(claim) and same_mode(claim, volume) and _modes(claim) <= _modes(volume)
    )


def _rank(volume: Volume) -> tuple[int, int, str]:
    return len(_modes(volume)), size_of(volume).nanos, volume["metadata"]["name"]


def _modes(object: Volume | Claim) -> frozenset[str]:
    return frozenset((object.get("spec") or {}).get("accessModes") or ())


def _reaches(volume: Volume, node: Node | None) -> bool:
    """Whether the volume can be used from the node, by its node affinity."""
    matches = node_selector((volume["spec"].get("nodeAffinity") or {}).get("required"))
    if node is None or matches is None:
        return True
    return matches(node["metadata"]["name"], node["metadata"].get("labels") or {})

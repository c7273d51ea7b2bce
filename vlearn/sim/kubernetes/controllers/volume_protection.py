"""Finalizers that keep a claim while a pod uses it, and a volume while a claim is bound to it.

Source: pkg/controller/volume/pvcprotection and pvprotection. Upstream sets both at creation, by admission; here the
controllers do, as they do upstream for objects that have none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.pods import Pod
from vlearn.sim.kubernetes.controllers.volume_matching import Claim, Volume

CLAIM_FINALIZER = "kubernetes.io/pvc-protection"
VOLUME_FINALIZER = "kubernetes.io/pv-protection"


def protected_claim(claim: Claim, pods: Iterable[Pod]) -> Claim | None:
    """The claim with its finalizer, or without where it is to go and no pod on a node uses it; None: as it is."""
    name = claim["metadata"]["name"]
    return _protected(claim, CLAIM_FINALIZER, lambda: any(_is_placed(pod) and name in claim_names(pod) for pod in pods))


def protected_volume(volume: Volume) -> Volume | None:
    """The volume with its finalizer, or without where it is to go and not Bound; None: as it is."""
    return _protected(volume, VOLUME_FINALIZER, lambda: (volume.get("status") or {}).get("phase") == "Bound")


def claim_names(pod: Pod) -> Iterator[str]:
    """The claims that a pod names in its volumes, and those made for it."""
    for volume in (pod.get("spec") or {}).get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            yield str(volume["persistentVolumeClaim"].get("claimName", ""))
        elif volume.get("ephemeral"):
            yield f"{pod['metadata']['name']}-{volume['name']}"


def _is_placed(pod: Pod) -> bool:
    return bool((pod.get("spec") or {}).get("nodeName"))


def _protected(object: Mapping[str, Any], finalizer: str, is_used: Callable[[], bool]) -> Mapping[str, Any] | None:
    metadata = object["metadata"]
    finalizers = list(metadata.get("finalizers") or ())
    leaves = metadata.get("deletionTimestamp") is not None
    if leaves and finalizer in finalizers and not is_used():
        finalizers.remove(finalizer)
    elif not leaves and finalizer not in finalizers:
        finalizers.append(finalizer)
    else:
        return None
    return {**object, "metadata": {**metadata, "finalizers": finalizers}}

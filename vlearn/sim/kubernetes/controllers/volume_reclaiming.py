"""What becomes of a volume: free, bound, released when its claim has gone, and then kept or deleted.

Source: pkg/controller/volume/persistentvolume/pv_controller.go. Leaves out recycling, which has been deprecated for
years.
"""

from vlearn.sim.kubernetes.controllers.volume_matching import Claim, Volume, claim_reference
from vlearn.sim.kubernetes.controllers.volume_provisioning import PROVISIONED_BY
from vlearn.sim.kubernetes.controllers.volume_steps import BOUND_BY_CONTROLLER, BindStep, Notice, annotations_of


def volume_step(volume: Volume, claim: Claim | None) -> BindStep:
    """The step of a volume. `claim` is the one that its claimRef names, if there is one of this name."""
    reference = claim_reference(volume)
    if reference is None or not reference.get("uid"):
        return BindStep(phase="Available")
    if claim is None or claim["metadata"].get("uid") != reference["uid"]:
        return _reclaimed(volume)
    wanted = claim["spec"].get("volumeName")
    if not wanted:
        return BindStep()
    if wanted == volume["metadata"]["name"]:
        return BindStep(phase="Bound")
    if PROVISIONED_BY in annotations_of(volume) and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete":
        return _reclaimed(volume)
    return _unbound(volume)


def deletable(volume: Volume) -> str:
    """Why nobody can delete what is behind the volume, in upstream's words; empty where somebody can."""
    spec, name = volume["spec"], volume["metadata"]["name"]
    if PROVISIONED_BY in annotations_of(volume):
        return ""
    if "hostPath" in spec:
        path = str(spec["hostPath"].get("path", ""))
        temporary = path.startswith("/tmp/") and len(path) > len("/tmp/")
        return "" if temporary else f"host_path deleter only supports /tmp/.+ but received provided {path}"
    return f'error getting deleter volume plugin for volume "{name}": no deletable volume plugin matched'


def _reclaimed(volume: Volume) -> BindStep:
    """The claim has gone: the volume stays Released for somebody to look at, or goes too, as its policy says."""
    if volume["spec"].get("persistentVolumeReclaimPolicy") != "Delete":
        return BindStep(phase="Released")
    problem = deletable(volume)
    if problem:
        return BindStep(phase="Failed", notices=(Notice("VolumeFailedDelete", problem, "Warning"),))
    return BindStep(phase="Released", delete=volume["metadata"].get("deletionTimestamp") is None)


def _unbound(volume: Volume) -> BindStep:
    """The claim got another volume: this one is free again, or kept for the claim that its maker named."""
    spec = volume["spec"]
    if BOUND_BY_CONTROLLER in annotations_of(volume):
        annotations = {key: value for key, value in annotations_of(volume).items() if key != BOUND_BY_CONTROLLER}
        freed = {key: value for key, value in spec.items() if key != "claimRef"}
        free = {**volume, "metadata": {**volume["metadata"], "annotations": annotations}, "spec": freed}
        return BindStep(volume=free, phase="Available")
    reference = {key: value for key, value in spec["claimRef"].items() if key not in ("uid", "resourceVersion")}
    return BindStep(volume={**volume, "spec": {**spec, "claimRef": reference}}, phase="Available")

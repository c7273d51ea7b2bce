"""Binding: a claim and a volume that point at each other, and what becomes of the claim when the volume goes.

The volume's claimRef is written first, the claim's volumeName second; who made the binding is remembered in
annotations. Source: pkg/controller/volume/persistentvolume/pv_controller.go. The scheduler's share, for claims that
wait for their first consumer, is done here, once the pod has its node. Leaves out recycling, resizing and migration.
"""

from collections.abc import Mapping, Sequence

from vlearn.sim.kubernetes.controllers.volume_matching import (
    Claim,
    Node,
    Volume,
    best_volume,
    claim_reference,
    class_of,
    is_for,
    mismatch,
)
from vlearn.sim.kubernetes.controllers.volume_provisioning import (
    StorageClass,
    default_class,
    names_class,
    provisioned,
    reference_to,
    waits_for_consumer,
)
from vlearn.sim.kubernetes.controllers.volume_steps import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    BindStep,
    Notice,
    annotated,
    annotations_of,
    lost,
    pending,
)

_NO_VOLUME = "no persistent volumes available for this claim and no storage class is set"


def claim_step(
    claim: Claim,
    volumes: Mapping[str, Volume],
    classes: Mapping[str, StorageClass],
    node: Node | None = None,
    waiting: Sequence[str] = (),
) -> BindStep:
    """The step of a claim. `node` is where its first consumer has been put; `waiting` are pods without a node."""
    if BIND_COMPLETED in annotations_of(claim):
        return _kept(claim, volumes)
    wanted = claim["spec"].get("volumeName")
    if wanted:
        return _requested(claim, wanted, volumes.get(wanted))
    storage_class = classes.get(class_of(claim))
    delayed = waits_for_consumer(storage_class)
    volume = best_volume(claim, volumes.values(), delayed, node)
    if volume is not None:
        return bind_step(volume, claim)
    if not names_class(claim) and (found := default_class(classes.values())) is not None:
        return BindStep(claim={**claim, "spec": {**claim["spec"], "storageClassName": found["metadata"]["name"]}})
    if delayed and node is None:
        return pending(claim, _consumer_awaited(waiting))
    if class_of(claim):
        return provisioned(claim, storage_class, volumes, node)
    return pending(claim, Notice("FailedBinding", _NO_VOLUME))


def bind_step(volume: Volume, claim: Claim) -> BindStep:
    """Bind the two, or finish a binding that one of them has: a step that changes only what is not so yet."""
    bound_volume, bound_claim = volume, claim
    if (claim_reference(volume) or {}).get("uid") != claim["metadata"].get("uid"):
        own = claim_reference(volume) is not None
        bound_volume = annotated(volume, {} if own else {BOUND_BY_CONTROLLER: "yes"})
        bound_volume = {**bound_volume, "spec": {**volume["spec"], "claimRef": reference_to(claim)}}
    name, spec = volume["metadata"]["name"], claim["spec"]
    if spec.get("volumeName") != name or BIND_COMPLETED not in annotations_of(claim):
        given = {} if spec.get("volumeName") == name else {BOUND_BY_CONTROLLER: "yes"}
        bound_claim = annotated(claim, {BIND_COMPLETED: "yes", **given})
        bound_claim = {**bound_claim, "spec": {**spec, "volumeName": name}}
    status = claim.get("status") or {}
    capacity = status.get("capacity") if status.get("phase") == "Bound" else volume["spec"].get("capacity")
    bound = {**status, "phase": "Bound", "accessModes": volume["spec"].get("accessModes"), "capacity": capacity}
    return BindStep(
        volume=None if bound_volume is volume else bound_volume,
        claim=None if bound_claim is claim else bound_claim,
        phase="Bound",
        claim_status=bound,
    )


def _kept(claim: Claim, volumes: Mapping[str, Volume]) -> BindStep:
    """A claim that was bound stays so, or is lost."""
    wanted = claim["spec"].get("volumeName")
    if not wanted:
        return lost(
            claim, "ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!"
        )
    volume = volumes.get(wanted)
    if volume is None:
        return lost(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
    reference = claim_reference(volume)
    if reference is None or reference.get("uid") == claim["metadata"].get("uid"):
        return bind_step(volume, claim)
    words = "Two claims are bound to the same volume, this one is bound incorrectly"
    return lost(claim, "ClaimMisbound", words)


def _requested(claim: Claim, wanted: str, volume: Volume | None) -> BindStep:
    """A claim that names its volume gets that or none."""
    if volume is None:
        return pending(claim)
    if claim_reference(volume) is None:
        problem = mismatch(claim, volume)
        if not problem:
            return bind_step(volume, claim)
        words = f'Cannot bind to requested volume "{wanted}": {problem}'
        return pending(claim, Notice("VolumeMismatch", words, "Warning"))
    if is_for(volume, claim):
        return bind_step(volume, claim)
    words = f'volume "{wanted}" already bound to a different claim.'
    return pending(claim, Notice("FailedBinding", words, "Warning"))


def _consumer_awaited(waiting: Sequence[str]) -> Notice:
    if not waiting:
        return Notice("WaitForFirstConsumer", "waiting for first consumer to be created before binding")
    pods = f"pod {waiting[0]}" if len(waiting) == 1 else f"pods {','.join(waiting)}"
    return Notice("WaitForPodScheduled", f"waiting for {pods} to be scheduled")

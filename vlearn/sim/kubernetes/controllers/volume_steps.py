"""What a step of binding volumes to claims changes, and the annotations by which bindings are remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vlearn.sim.kubernetes.controllers.volume_matching import Claim, Volume

BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told of the object that the step is about; `component` is empty for the controller itself."""

    reason: str
    message: str
    type: Literal["Normal", "Warning"] = "Normal"
    component: str = ""


@dataclass(frozen=True, slots=True)
class BindStep:
    """What changes, in this order: objects but for their status, then phases. None and empty: nothing.

    `create` is a volume that a provisioner made; `claim_status` is that of the claim, `phase` that of the volume.
    """

    create: Volume | None = None
    volume: Volume | None = None
    claim: Claim | None = None
    phase: str = ""
    claim_status: Mapping[str, Any] | None = None
    delete: bool = False
    notices: tuple[Notice, ...] = ()


def annotations_of(object: Volume | Claim) -> Mapping[str, str]:
    """The annotations of a volume or claim."""
    return object["metadata"].get("annotations") or {}


def annotated(object: Volume | Claim, more: Mapping[str, str]) -> dict[str, Any]:
    """The object with more annotations."""
    annotations = {**annotations_of(object), **more}
    return {**object, "metadata": {**object["metadata"], **({"annotations": annotations} if annotations else {})}}


def pending(claim: Claim, *notices: Notice) -> BindStep:
    """The claim waits, and this is told of it."""
    return BindStep(claim_status=_without_volume(claim, "Pending"), notices=notices)


def lost(claim: Claim, reason: str, words: str) -> BindStep:
    """The claim has lost its volume; told once."""
    told = (claim.get("status") or {}).get("phase") == "Lost"
    return BindStep(
        claim_status=_without_volume(claim, "Lost"), notices=() if told else (Notice(reason, words, "Warning"),)
    )


def _without_volume(claim: Claim, phase: str) -> dict[str, Any]:
    status = {**(claim.get("status") or {}), "phase": phase}
    return {key: value for key, value in status.items() if key not in ("accessModes", "capacity")}

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

"""Where a spec states affinity: to nodes, to pods and against pods, each as a demand and as a preference."""

from collections.abc import Mapping
from typing import Any, Literal

Kind = Literal["nodeAffinity", "podAffinity", "podAntiAffinity"]

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def affinity(spec: Mapping[str, Any], kind: Kind, strength: str) -> Any:
    """What a spec says there: the NodeSelector of required node affinity, else a list of terms; None for nothing."""
    return ((spec.get("affinity") or {}).get(kind) or {}).get(strength)

"""What one step of a stateful set is made of, and what all its parts ask.

Source: pkg/controller/statefulset/stateful_set_control.go and stateful_set_utils.go.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from vlearn.sim.kubernetes.api.pods import Pod, is_available, is_terminating, phase
from vlearn.sim.kubernetes.controllers.statefulset_identity import Claim, StatefulSet, start_of

Claims = Mapping[str, Claim]
"""The claims of a namespace, by name."""


class OwnClaim(NamedTuple):
    """A claim to create, and the pod that it is for."""

    pod: Pod
    claim: Claim


@dataclass(frozen=True, slots=True)
class StatefulSetStep:
    """What one step does. Claims are created before the pods.

    `delete` are pods that have ended, and those beyond the last ordinal; `replace` is deleted for its old revision;
    `mend` are pods with the labels that they have lost; `own` are claims with other owners than before.
    """

    claims: tuple[OwnClaim, ...] = ()
    create: tuple[Pod, ...] = ()
    delete: tuple[Pod, ...] = ()
    replace: tuple[Pod, ...] = ()
    mend: tuple[Pod, ...] = ()
    own: tuple[Claim, ...] = ()


Verb = Literal["claims", "create", "delete", "replace", "mend", "own"]
Decisions = Generator[tuple[Verb, Any], None, bool]
"""What to do, in order; the result is whether to go no further in this step."""


def is_ordered(stateful_set: StatefulSet) -> bool:
    """Whether each pod waits for those before it."""
    return bool(stateful_set["spec"].get("podManagementPolicy") != "Parallel")


def partition(stateful_set: StatefulSet) -> int | None:
    """The lowest ordinal that an update reaches, or None where pods change only when they are deleted by hand."""
    strategy = stateful_set["spec"].get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return None
    return start_of(stateful_set) + int((strategy.get("rollingUpdate") or {}).get("partition") or 0)


def exists(pod: Pod) -> bool:
    """Whether the API has the pod; one that is still to be created has no phase."""
    return bool(phase(pod))


def is_unavailable(stateful_set: StatefulSet, pod: Pod, now: float) -> bool:
    """Whether the pod does not serve, or not for minReadySeconds yet, or not for much longer."""
    least = stateful_set["spec"].get("minReadySeconds") or 0
    return phase(pod) != "Running" or not is_available(pod, least, now) or is_terminating(pod)

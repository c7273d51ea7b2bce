"""A filter's verdict on a node, and the message a pod gets that fits none. Source: scheduler/framework/types.go."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Code = Literal["Unschedulable", "UnschedulableAndUnresolvable"]

UNSCHEDULABLE: Code = "Unschedulable"
"""The node does not fit, but might if pods left it: preemption looks at it."""
UNRESOLVABLE: Code = "UnschedulableAndUnresolvable"
"""The node does not fit, whichever pods leave it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a node is out. A node that is in has no verdict."""

    plugin: str
    code: Code
    reasons: tuple[str, ...]

    @property
    def message(self) -> str:
        """The reasons on one line."""
        return ", ".join(self.reasons)


def counted(nodes: int, verdicts: Iterable[Verdict]) -> str:
    """How many nodes are out for which reason: "0/3 nodes are available: 1 Insufficient cpu, 2 Too many pods."."""
    if not nodes:
        return "no nodes available to schedule pods"
    reasons = Counter(reason for verdict in verdicts for reason in verdict.reasons)
    return available(nodes, ", ".join(sorted(f"{count} {reason}" for reason, count in reasons.items())))


def available(nodes: int, why: str) -> str:
    """The sentence of a pod that fits nowhere."""
    return f"0/{nodes} nodes are available: {why}."

"""How long a daemon set waits before it replaces a pod that failed, on each node by itself.

A second, doubled with every failure up to 15 minutes, and forgotten after twice that. Without it, a controller and a
kubelet that rejects its pods would busy each other for ever. Source: pkg/controller/daemon, failedPodsBackoff.
"""

from collections.abc import Mapping
from typing import NamedTuple

FIRST, MOST = 1.0, 900.0


class Pause(NamedTuple):
    """How many seconds to wait, and since when."""

    wait: float
    since: float


Pauses = Mapping[str, Pause]
"""By node."""


def still(pauses: Pauses, now: float) -> Pauses:
    """Those that are not forgotten yet."""
    return {node: each for node, each in pauses.items() if now - each.since <= 2 * MOST}


def left(pauses: Pauses, node: str, now: float) -> float:
    """Seconds before a failed pod of this node may be replaced; 0: it may."""
    found = pauses.get(node)
    return 0.0 if found is None else max(0.0, found.since + found.wait - now)


def longer(pauses: Pauses, node: str, now: float) -> Pauses:
    """The pauses after one more failed pod of this node is replaced now."""
    found = pauses.get(node)
    return {**pauses, node: Pause(FIRST if found is None else min(2 * found.wait, MOST), now)}

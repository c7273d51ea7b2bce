"""Figure 8 of the paper: why a leader may not count replicas of an entry of an older term.

S1 leads term 2 and gets its entry b to S2 alone (a). S5 leads term 3 and takes in c at the same index (b). S1 leads
term 4 and brings b to a majority (c). Is b committed? S5 can still be elected in term 5, and overwrites it (d); unless
an entry of term 4 has reached the majority as well (e).
"""

from typing import Literal

from vlearn.sim.kubernetes.raft.actions import (
    Action,
    Crash,
    Deliver,
    LoseAll,
    Propose,
    Restart,
    election,
    replication,
)
from vlearn.sim.kubernetes.raft.rules import RAFT, Rules
from vlearn.sim.kubernetes.raft.state import Cluster
from vlearn.sim.kubernetes.raft.stepping import act
from vlearn.trace import Trace, run

Ending = Literal["d", "e"]


def _corrected(leader: str, follower: str) -> tuple[Action, ...]:
    """A follower that lacks entries refuses the newest message, and accepts the one that then comes."""
    return (Deliver(leader, follower, -1), Deliver(follower, leader, -1)) * 2


_OTHERS = ("S1", "S3", "S4", "S5")
SCENES: dict[str, tuple[Action, ...]] = {
    "before": (
        *election("S2", _OTHERS), LoseAll(),
        Propose("S2", "a"), LoseAll(),
        *replication("S2", _OTHERS), *replication("S2", _OTHERS),
    ),
    "a": (
        *election("S1", ("S3", "S4")), LoseAll(),
        Propose("S1", "b"), Deliver("S1", "S2"), Deliver("S2", "S1"), LoseAll(),
    ),
    "b": (
        Crash("S1"), *election("S5", ("S3",)), *election("S5", ("S3", "S4")), LoseAll(),
        Propose("S5", "c"), LoseAll(),
    ),
    "c": (
        Crash("S5"), Restart("S1"), *election("S1", ("S3",)), *election("S1", ("S3", "S4")),
        Deliver("S1", "S2", -1), Deliver("S2", "S1", -1), *_corrected("S1", "S3"), LoseAll(),
        Propose("S1", "d"), LoseAll(),
    ),
    "d": (
        Crash("S1"), Restart("S5"), *election("S5", ("S2",)), *election("S5", ("S2", "S3", "S4")),
        *_corrected("S5", "S2"), *_corrected("S5", "S3"), *_corrected("S5", "S4"), LoseAll(),
        Propose("S5", "e"), LoseAll(), *replication("S5", ("S2", "S3", "S4")),
    ),
    "e": (
        *replication("S1", ("S2", "S3")), LoseAll(),
        Crash("S1"), Restart("S5"), *election("S5", ("S2",)), *election("S5", ("S2", "S3", "S4")),
    ),
}  # fmt: skip
"""The figure's parts, and how all got the entry of term 1. Some attempts fail: a term in which others have voted."""


def figure_8(rules: Rules = RAFT, ending: Ending = "d") -> Trace[Cluster]:
    """The scenes up to (c) and one of the two endings, step by step."""
    actions = (action for scene in ("before", "a", "b", "c", ending) for action in SCENES[scene])
    return run(act, Cluster.begin(5, rules), actions)

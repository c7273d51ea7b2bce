"""The two kinds of plug-in, as rows of tables: a filter says whether a node fits, a score how much it is wanted.

What depends on the pod alone, or on the whole cluster, is computed once a cycle: `prepare` and `prepare_scores` give a
function of one node, or None where the pod has nothing that concerns the plug-in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.verdict import Verdict

Check: TypeAlias = Callable[[NodeInfo], Verdict | None]
Prepare: TypeAlias = Callable[[PodInfo, Snapshot], Check | None]
Rate: TypeAlias = Callable[[NodeInfo], int]
PrepareScores: TypeAlias = Callable[[PodInfo, Snapshot, Sequence[NodeInfo]], Rate | None]
Normalise: TypeAlias = Callable[[Sequence[int]], list[int]]

HIGHEST = 100
"""A normalised score runs from 0 to this."""
IGNORED = -1
"""The raw score of a node that a plug-in leaves out; it becomes 0."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A row of the table of filters."""

    name: str
    prepare: Prepare


@dataclass(frozen=True, slots=True)
class Score:
    """A row of the table of scores: the raw score of a node, what makes 0 to 100 of all of them, and its weight."""

    name: str
    weight: int
    prepare: PrepareScores
    normalise: Normalise


def as_they_are(scores: Sequence[int]) -> list[int]:
    """Raw scores that run from 0 to 100 already."""
    return list(scores)


def up_to_highest(scores: Sequence[int]) -> list[int]:
    """Scaled so that the largest is 100; all stay 0 where the largest is 0."""
    largest = max(scores, default=0)
    return [HIGHEST * score // largest for score in scores] if largest else list(scores)


def down_from_highest(scores: Sequence[int]) -> list[int]:
    """Scaled and reversed: the largest becomes 0, and all are 100 where the largest is 0."""
    largest = max(scores, default=0)
    return [HIGHEST - HIGHEST * score // largest for score in scores] if largest else [HIGHEST] * len(scores)

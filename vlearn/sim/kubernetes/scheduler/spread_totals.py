"""What the default spreading over nodes and zones adds to the totals of all nodes, kept true while pods are placed.

Nodes of one zone with equally many siblings score the same, and that leaves few scores to compute: a table of zones by
counts, in which every node has its place. The arithmetic is that of `topology_spread`, step by step, so that not one
rounding differs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from vlearn.sim.kubernetes.api.node_selection import required_nodes
from vlearn.sim.kubernetes.scheduler.infos import NodeInfo, PodInfo
from vlearn.sim.kubernetes.scheduler.node_rows import MANY, Numbers
from vlearn.sim.kubernetes.scheduler.plugin import HIGHEST
from vlearn.sim.kubernetes.scheduler.scores import SCORES
from vlearn.sim.kubernetes.scheduler.siblings import Siblings
from vlearn.sim.kubernetes.scheduler.terms import HOSTNAME, ZONE
from vlearn.sim.kubernetes.scheduler.topology_spread import DEFAULTS, NAME

Truths: TypeAlias = npt.NDArray[np.bool_]
Reals: TypeAlias = npt.NDArray[np.float64]

WEIGHT = next(score.weight for score in SCORES if score.name == NAME)
SKEWS = dict(DEFAULTS)
ROOM = 4
"""How many siblings more than any node has now the table has columns for; it grows when they are filled."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The nodes by what spreading sees of them: `kind` of each row; of each kind its zone, and which labels it has."""

    kind: Numbers
    zone: Numbers
    has_zone: Truths
    has_name: Truths


def places_of(nodes: Sequence[NodeInfo]) -> Places:
    """The kinds of these nodes. Without a label a node counts to the zone whose name is empty."""
    kinds: dict[tuple[str | None, bool], int] = {}
    zones: dict[str, int] = {}
    kind = [kinds.setdefault((node.labels.get(ZONE), HOSTNAME in node.labels), len(kinds)) for node in nodes]
    zone = [zones.setdefault(name or "", len(zones)) for name, _ in kinds]
    has_zone, has_name = [name is not None for name, _ in kinds], [named for _, named in kinds]
    return Places(
        np.array(kind, np.int64), np.array(zone, np.int64), np.array(has_zone, bool), np.array(has_name, bool)
    )


@dataclass(slots=True)
class Spread:
    """The table and the nodes' cells in it; `there` counts the nodes of each cell.

    The last row is for nodes that do not fit. `counted` are the nodes whose pods count for their zone; `seen` and
    `left_out` are how many siblings and how many full nodes are in it.
    """

    siblings: Siblings
    places: Places
    counted: Truths
    kind: Numbers
    counts: Numbers
    by_zone: Numbers
    columns: int = 0
    cell: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    there: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    names: Reals = field(default_factory=lambda: np.zeros(0))
    zone_weight: float = 0.0
    seen: int = 0
    left_out: int = 0

    def follow(self, full: Sequence[int]) -> None:
        """Count the siblings that came since, and leave out the nodes that are full, in the order in which they are."""
        came, out = self.siblings.rows[self.seen :], full[self.left_out :]
        self.seen, self.left_out = len(self.siblings.rows), len(full)
        for row in came:
            self.counts[row] += 1
            self.by_zone[self.places.zone[self.places.kind[row]]] += self.counted[row]
        self.kind[out] = len(self.places.zone)
        if len(out) + len(came) > MANY or any(self.counts[row] >= self.columns for row in came):
            self._fill()
        else:
            for row in (*came, *out):
                self._move(row)
        if out:
            self._weigh()

    def added_to(self, totals: Numbers) -> Numbers:
        """Totals with the score of each node on top; those of nodes that do not fit are left alone."""
        places, columns = self.places, self.columns
        zones = np.where(places.has_zone, self.by_zone[places.zone] * self.zone_weight + SKEWS[ZONE] - 1, 0.0)
        raw = np.floor(self.names + zones[:, None] + 0.5).astype(np.int64).ravel()
        rated = raw[self.there[:-columns] > 0]
        if not len(rated):
            return totals
        # Quicker than min and max, which matters for arrays of a dozen.
        low, high = int(np.minimum.reduce(rated)), int(np.maximum.reduce(rated))
        table = np.zeros(len(self.there), np.int64)
        table[:-columns] = WEIGHT * (HIGHEST * (high + low - raw) // high if high else HIGHEST)
        added: Numbers = totals + table.take(self.cell)
        return added

    def _move(self, row: int) -> None:
        self.there[self.cell[row]] -= 1
        self.cell[row] = now = self.kind[row] * self.columns + self.counts[row]
        self.there[now] += 1

    def _fill(self) -> None:
        """Give every node its cell anew, in a table with columns to spare."""
        self.columns = int(self.counts.max(initial=0)) + ROOM
        self.cell = self.kind * self.columns + self.counts
        self.there = np.bincount(self.cell, minlength=(len(self.places.zone) + 1) * self.columns)
        self._weigh()

    def _weigh(self) -> None:
        """What depends on how many nodes fit, and in how many zones these are."""
        places = self.places
        fitting = np.bincount(self.kind, minlength=len(places.zone) + 1)[:-1]
        self.zone_weight = log(len(set(places.zone[fitting > 0].tolist())) + 2)
        names = np.arange(self.columns) * log(int(fitting.sum()) + 2) + SKEWS[HOSTNAME] - 1
        self.names = np.where(places.has_name[:, None], names, 0.0)


def usable_rows(pod: PodInfo, nodes: Sequence[NodeInfo]) -> Truths:
    """Which nodes a pod itself wants; the siblings on others count for no zone."""
    wanted = required_nodes(pod.spec)
    return np.array([wanted is None or wanted(node.name, node.labels) for node in nodes], bool)


def spread_of(siblings: Siblings, places: Places, fits: Truths, counted: Truths, left_out: int = 0) -> Spread:
    """The table of this moment; `left_out` is how many full nodes do not fit already."""
    rows, zones = np.array(siblings.rows, np.int64), len(places.zone)
    by_zone = np.bincount(places.zone[places.kind[rows[counted[rows]]]], minlength=zones)
    counts = np.bincount(rows, minlength=len(fits))
    kind = np.where(fits, places.kind, zones)
    spread = Spread(siblings, places, counted, kind, counts, by_zone, seen=len(rows), left_out=left_out)
    spread._fill()
    return spread

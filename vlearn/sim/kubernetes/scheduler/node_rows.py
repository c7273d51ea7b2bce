"""Every node as a row of whole numbers, which placing a pod changes: what totals are computed from.

Lists are quick to read one by one, numpy to read at once; `Rows` keeps both, and brings numpy's up to date when it is
asked for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from vlearn.sim.kubernetes.scheduler.infos import NodeInfo
from vlearn.sim.kubernetes.scheduler.resources import Resources

Numbers: TypeAlias = npt.NDArray[np.int64]
Row: TypeAlias = list[int]
"""Processor, memory, storage, pods."""
MANY = 10
"""From so many changed rows on, numpy is quicker."""


@dataclass(slots=True)
class Rows:
    """What each node has, what its pods ask for, and what scores assume that they use.

    `changed` names the rows in the order in which pods were placed on them.
    """

    capacity: list[Row]
    used: list[Row]
    scored: list[Row]
    changed: list[int] = field(default_factory=list)
    _tables: tuple[Numbers, Numbers, Numbers] | None = None
    _known: int = 0

    def place(self, row: int, request: Row, scored: Row) -> None:
        """Put a pod on a node: what it asks for, and what scores assume that it uses."""
        self.used[row] = [one + more for one, more in zip(self.used[row], request, strict=True)]
        self.scored[row] = [one + more for one, more in zip(self.scored[row], scored, strict=True)]
        self.changed.append(row)

    def tables(self) -> tuple[Numbers, Numbers, Numbers]:
        """Capacity, use and assumed use of every node, which is a column."""
        if self._tables is None:
            self._tables = _table(self.capacity), _table(self.used), _table(self.scored)
        else:
            for row in self.changed[self._known :]:
                self._tables[1][:, row], self._tables[2][:, row] = self.used[row], self.scored[row]
        self._known = len(self.changed)
        return self._tables


def rows_of(nodes: Sequence[NodeInfo]) -> Rows:
    """The nodes and their pods of this moment."""
    return Rows(
        [row_of(node.allocatable, node.allowed_pods) for node in nodes],
        [row_of(node.requested, len(node.pods)) for node in nodes],
        [row_of(node.scored, len(node.pods)) for node in nodes],
    )


def row_of(amounts: Resources, pods: int) -> Row:
    """The row of these amounts."""
    return [amounts.cpu, amounts.memory, amounts.storage, pods]


def _table(rows: Sequence[Row]) -> Numbers:
    return np.array(rows, np.int64).reshape(-1, 4).T.copy()

"""What is to be looked at now: each item once, in the order in which they came or as somebody chooses."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from vlearn.sim.kubernetes.cluster.cluster import Item

Choose = Callable[[int], int]
"""Given how many items wait, which of them is next."""


def first(waiting: int) -> int:
    """First come, first served."""
    return 0


class Queue:
    """The items in their order."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._order = deque(items)
        self._known = set(self._order)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._order)

    def put(self, item: Item) -> None:
        """Behind all others, unless it waits already."""
        if item not in self._known:
            self._known.add(item)
            self._order.append(item)

    def take(self, choose: Choose, may: Callable[[Item], bool] | None = None) -> Item | None:
        """Take out the one that is chosen of those that `may` be looked at (without it all); None where none may."""
        possible = range(len(self._order)) if may is None else [n for n, item in enumerate(self._order) if may(item)]
        if not possible:
            return None
        at = possible[choose(len(possible))]
        self._order.rotate(-at)
        item = self._order.popleft()
        self._order.rotate(at)
        self._known.discard(item)
        return item

"""When what happens: a heap of planned moments, and the clock that goes from one to the next.

Why not SimPy: there a visit is a generator and each wait an event object with callbacks, on top of the same heap, and
what a suspended generator holds cannot be shown as a state. Here an entry is (time, order, act, argument);
`order` counts up, so simultaneous events happen in the order in which they were planned, on every machine.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Any


class Agenda:
    """What is planned, and what happens next. `now` is in nanoseconds."""

    __slots__ = ("heap", "now", "order")

    def __init__(self) -> None:
        self.now = 0
        self.heap: list[tuple[int, int, Callable[[Any], None], Any]] = []
        self.order = count().__next__

    def at(self, time: int, act: Callable[[Any], None], argument: object) -> None:
        """Plan something."""
        heappush(self.heap, (time, self.order(), act, argument))

    def run(self, until: int | None = None) -> None:
        """Let everything happen, or what happens until then, in the order of time; what an act raises ends the run."""
        heap = self.heap
        while heap and (until is None or heap[0][0] <= until):
            self.now, _, act, argument = heappop(heap)
            act(argument)

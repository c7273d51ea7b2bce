"""The accesses of one processor after the switch to post-copy, read in order and held up where a page is missing.

Times count from the moment at which the machine resumed at the destination. An access is due at its guest time since
then plus all that the processor has waited so far.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vlearn.sim.migration.patterns import NO_PAGES, Pages, Pattern


@dataclass(slots=True)
class Stream:
    """A reader over a pattern from guest time `start` on, in chunks of `span` seconds."""

    pattern: Pattern
    start: float
    span: float
    lag: float = 0.0
    made: int = 0
    chunk: int = 0
    at: int = 0
    times: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    pages: Pages = field(default_factory=lambda: NO_PAGES)
    writes: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))

    def due_before(self, limit: float) -> tuple[NDArray[np.float64], Pages]:
        """When the accesses of the present chunk that are due before the limit are due, and to which pages."""
        while self.at == len(self.times) and self.chunk * self.span + self.lag < limit:
            self._load()
        due = self.times[self.at :] + self.lag
        count = int(np.searchsorted(due, limit))
        return due[:count], self.pages[self.at : self.at + count]

    def next_before(self, limit: float) -> tuple[float, int, bool] | None:
        """The next access if it is due before the limit: when, the page, and whether it writes."""
        while self.at == len(self.times):
            if self.chunk * self.span + self.lag >= limit:
                return None
            self._load()
        due = float(self.times[self.at] + self.lag)
        return (due, int(self.pages[self.at]), bool(self.writes[self.at])) if due < limit else None

    def horizon(self) -> float:
        """Up to when the loaded chunk says all that there is, its own last access included.

        The chunk's end and an access just before it are rounded differently, so that the access can come out later.
        """
        end = self.chunk * self.span + self.lag
        return max(end, float(np.nextafter(self.times[-1] + self.lag, np.inf))) if len(self.times) else end

    def make(self) -> bool:
        """Make the next access, of which it is known that there is one; whether it writes."""
        while self.at == len(self.times):
            self._load()
        writes = bool(self.writes[self.at])
        self.pass_by(1)
        return writes

    def pass_by(self, count: int) -> None:
        """Make accesses of which nobody asks anything."""
        self.at += count
        self.made += count

    def skip(self, count: int) -> None:
        """Go on behind accesses that have been made before; the pattern has so many."""
        for _ in range(count):
            self.make()

    def _load(self) -> None:
        begin = self.start + self.chunk * self.span
        times, self.pages, self.writes = self.pattern.accesses(begin, self.start + (self.chunk + 1) * self.span)
        self.times = times - self.start
        self.at = 0
        self.chunk += 1

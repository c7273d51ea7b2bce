"""Patterns made of patterns: several at once, one after another, a hot set, a recording.

The working set that a guest writes to is what decides whether pre-copy converges; Clark et al. (NSDI 2005) call it the
writable working set. `hot_set` is its simplest form.
"""

from dataclasses import dataclass
from math import floor, isfinite

import numpy as np
from numpy.typing import NDArray

from vlearn.errors import ModelError
from vlearn.sim.migration.patterns import NO_PAGES, PAGE, Accesses, Pages, Pattern, Uniform


@dataclass(frozen=True, slots=True)
class Together:
    """Several patterns at once."""

    parts: tuple[Pattern, ...]

    @property
    def beyond(self) -> int:
        """The highest of its parts'."""
        return max((part.beyond for part in self.parts), default=0)

    def written(self, start: float, end: float) -> Pages:
        """Part by part."""
        return np.concatenate([part.written(start, end) for part in self.parts]) if self.parts else NO_PAGES

    def accesses(self, start: float, end: float) -> Accesses:
        """Those of all parts by time; at the same moment, by part."""
        return by_time([part.accesses(start, end) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Phases:
    """Patterns in turn, each for some seconds, then again from the first. A pattern's time stands still in between."""

    turns: tuple[tuple[float, Pattern], ...]

    def __post_init__(self) -> None:
        if not self.turns or not all(isfinite(seconds) and seconds > 0 for seconds, _ in self.turns):
            raise ModelError("phases last some seconds each, more than 0; give at least one (seconds, pattern)")

    @property
    def beyond(self) -> int:
        """The highest of its patterns'."""
        return max(pattern.beyond for _, pattern in self.turns)

    def written(self, start: float, end: float) -> Pages:
        """What the patterns that have their turn in the span write."""
        return np.concatenate([NO_PAGES, *(one.written(a, b) for one, a, b, _ in self._turns(start, end))])

    def accesses(self, start: float, end: float) -> Accesses:
        """Likewise, by time."""
        shifted = []
        for pattern, own_start, own_end, shift in self._turns(start, end):
            times, pages, writes = pattern.accesses(own_start, own_end)
            shifted.append((times + shift, pages, writes))
        return by_time(shifted)

    def _turns(self, start: float, end: float) -> list[tuple[Pattern, float, float, float]]:
        """Which pattern is on, from when to when by its own clock, and how far that clock lags behind the guest's."""
        cycle = sum(seconds for seconds, _ in self.turns)
        found = []
        for number in range(floor(start / cycle), floor(end / cycle) + 1):
            begin = number * cycle
            for seconds, pattern in self.turns:
                low, high = max(start, begin), min(end, begin + seconds)
                if low < high:
                    shift = begin - number * seconds
                    found.append((pattern, low - shift, high - shift, shift))
                begin += seconds
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """Writes that were recorded: guest times in ascending order and a page for each. Before and after, nothing."""

    times: NDArray[np.float64]
    pages: Pages

    @property
    def beyond(self) -> int:
        """The page after the highest."""
        return int(self.pages.max()) + 1 if len(self.pages) else 0

    def written(self, start: float, end: float) -> Pages:
        """The pages recorded in the span."""
        first, last = np.searchsorted(self.times, (start, end))
        return self.pages[first:last]

    def accesses(self, start: float, end: float) -> Accesses:
        """The writes recorded in the span."""
        first, last = np.searchsorted(self.times, (start, end))
        return self.times[first:last], self.pages[first:last], np.ones(last - first, bool)


def hot_set(memory: int, hot: int, rate: float, share: float = 0.9, seed: int = 0) -> Together:
    """A share of the writes goes to the first `hot` bytes, the rest to all other memory, at `rate` bytes a second."""
    if not 0 <= share <= 1:
        raise ModelError(f"a share lies between 0 and 1; {share} does not")
    if not PAGE <= hot < memory:
        raise ModelError(f"the hot set has at least a page and less than the memory's {memory} bytes, not {hot}")
    cold = Uniform(memory - hot, rate * (1 - share), hot, seed=seed + 1)
    return Together((Uniform(hot, rate * share, seed=seed), cold))


def by_time(parts: list[Accesses]) -> Accesses:
    """Accesses of several patterns in one order."""
    if not parts:
        return np.empty(0), NO_PAGES, np.empty(0, bool)
    times, pages, writes = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(times, kind="stable")
    return times[order], pages[order], writes[order]

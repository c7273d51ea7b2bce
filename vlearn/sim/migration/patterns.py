"""Which pages a guest touches, as values: a pattern says what happens between any two moments of the guest's time.

A pattern has no state. The page of the k-th access is a function of k (for `Uniform` a hash of it), so a run can be cut
into rounds anywhere, and the step model and the bitmaps see the same accesses. Rates are bytes a second, a page of 4
KiB being touched once for every 4096 of them. Left out: what is written; every write leaves a content never seen
before.
"""

from dataclasses import dataclass, field
from math import floor, isfinite
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vlearn.errors import ModelError

PAGE = 4096
Pages: TypeAlias = NDArray[np.int64]
Accesses: TypeAlias = tuple[NDArray[np.float64], Pages, NDArray[np.bool_]]
"""Guest times in order, the pages touched then, and whether each access writes."""

NO_PAGES: Pages = np.empty(0, np.int64)
NO_PAGES.flags.writeable = False


class Pattern(Protocol):
    """Accesses over the guest's time, which stands still while the guest is paused."""

    @property
    def beyond(self) -> int:
        """The lowest page number that the pattern and all pages above it never touch."""

    def written(self, start: float, end: float) -> Pages:
        """The pages written from `start` up to, not including, `end`; a page comes as often as it is written."""

    def accesses(self, start: float, end: float) -> Accesses:
        """Reads and writes in the same span, by time."""


@dataclass(frozen=True, slots=True)
class Idle:
    """Touches nothing."""

    @property
    def beyond(self) -> int:
        """No page."""
        return 0

    def written(self, start: float, end: float) -> Pages:
        """None."""
        return NO_PAGES

    def accesses(self, start: float, end: float) -> Accesses:
        """None."""
        return np.empty(0), NO_PAGES, np.empty(0, bool)


IDLE = Idle()


@dataclass(frozen=True, slots=True)
class Steady:
    """Accesses at a constant rate in bytes a second to `size` bytes from `offset` on; all write, or all read."""

    size: int
    rate: float
    offset: int = 0
    writes: bool = True
    pages: int = field(init=False)
    first: int = field(init=False)
    per_second: float = field(init=False)

    def __post_init__(self) -> None:
        for name, value in (("size", self.size), ("offset", self.offset)):
            if value < 0 or value % PAGE:
                raise ModelError(f"{name} is in bytes, a multiple of {PAGE} that is not negative; {value} is not")
        if not self.size:
            raise ModelError("a pattern over 0 bytes touches nothing: give IDLE")
        if not isfinite(self.rate) or self.rate < 0:
            raise ModelError(f"a rate is in bytes a second and not negative; {self.rate} is not")
        object.__setattr__(self, "pages", self.size // PAGE)
        object.__setattr__(self, "first", self.offset // PAGE)
        object.__setattr__(self, "per_second", self.rate / PAGE)

    @property
    def beyond(self) -> int:
        """The page after the last of the region."""
        return self.first + self.pages

    def page_of(self, number: Pages) -> Pages:
        """The page of each access, counted from 0."""
        raise NotImplementedError

    def written(self, start: float, end: float) -> Pages:
        """The pages of the accesses in the span, if they write."""
        return self.page_of(self._numbers(start, end)) if self.writes else NO_PAGES

    def accesses(self, start: float, end: float) -> Accesses:
        """The k-th access comes when k + 1 of them are due."""
        number = self._numbers(start, end)
        times = (number + 1) / self.per_second if len(number) else np.empty(0)
        return times, self.page_of(number), np.full(len(number), self.writes)

    def _numbers(self, start: float, end: float) -> Pages:
        return np.arange(floor(start * self.per_second), floor(end * self.per_second), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Sequential(Steady):
    """From end to end, over and over: no page twice before every other one."""

    def page_of(self, number: Pages) -> Pages:
        """One after another."""
        return self.first + number % self.pages


@dataclass(frozen=True, slots=True)
class Uniform(Steady):
    """Every page as likely as any other; `seed` picks the run."""

    seed: int = 0

    def page_of(self, number: Pages) -> Pages:
        """A hash of the access's number (the finalizer of SplitMix64; Steele, Lea and Flood, OOPSLA 2014)."""
        mixed = number.astype(np.uint64) + np.uint64((self.seed * 0xD1342543DE82EF95 + 1) % (1 << 64))
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
        return self.first + (mixed % np.uint64(self.pages)).astype(np.int64)

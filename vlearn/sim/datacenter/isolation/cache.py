"""A set-associative cache that two virtual machines share: which lines it holds, whose they are, what a load costs.

A line's set is its number modulo the sets; within a set the least recently used line gives way. `split` gives each
owner ways of its own, as cache allocation by class of service does. Left out: other levels, slices with a hashed index,
prefetching, and replacement that only approximates least recent use.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from vlearn.errors import ModelError

HIT, MISS = 40, 200
"""Cycles of a load, in orders of magnitude: from the last cache, and from memory (E)."""
OWNERS = ("attacker", "victim")


class Line(NamedTuple):
    """A line that is in the cache: whose, and its number."""

    owner: str
    number: int


@dataclass(frozen=True, slots=True)
class Cache:
    """Sets of lines, the least recently used first; `split` is whether owners have half of the ways each."""

    sets: tuple[tuple[Line, ...], ...]
    ways: int
    split: bool = False

    @classmethod
    def of(cls, sets: int, ways: int, split: bool = False) -> "Cache":
        """An empty cache."""
        if sets < 1 or ways < 1 or (split and ways % len(OWNERS)):
            raise ModelError(f"a cache has a set and a way or more, an even number if split; not {sets} and {ways}")
        return cls(((),) * sets, ways, split)

    @property
    def room(self) -> int:
        """How many lines of a set an owner can fill."""
        return self.ways // len(OWNERS) if self.split else self.ways

    def load(self, owner: str, number: int) -> tuple["Cache", int]:
        """The cache after a load, and the cycles that it took."""
        if owner not in OWNERS or number < 0:
            raise ModelError(f"{OWNERS} load lines numbered from 0; not {owner!r} line {number}")
        index = number % len(self.sets)
        line, held = Line(owner, number), self.sets[index]
        kept = [other for other in held if other != line]
        rivals = [other for other in kept if not self.split or other.owner == owner]
        if len(rivals) >= self.room:
            kept.remove(rivals[0])
        filled = (*self.sets[:index], (*kept, line), *self.sets[index + 1 :])
        return replace(self, sets=filled), HIT if line in held else MISS

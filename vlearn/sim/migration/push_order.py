"""Which missing pages a post-copy pushes next, found in a bitmap: upwards from a page, or around one."""

import numpy as np
from numpy.typing import NDArray

from vlearn.sim.migration.patterns import Pages

SPAN = 64
"""How many pages are looked through first; then twice as many each time."""


def upwards(missing: NDArray[np.bool_], start: int, count: int) -> Pages:
    """Up to so many missing pages from `start` on."""
    span = max(count, SPAN)
    while True:
        found = missing[start : start + span].nonzero()[0]
        if len(found) >= count or start + span >= len(missing):
            return found[:count] + start
        span *= 2


def downwards(missing: NDArray[np.bool_], end: int, count: int) -> Pages:
    """Up to so many missing pages below `end`, from the highest down."""
    span = max(count, SPAN)
    while True:
        start = max(0, end - span)
        found = missing[start:end].nonzero()[0]
        if len(found) >= count or not start:
            return found[::-1][:count] + start
        span *= 2


def around(missing: NDArray[np.bool_], pivot: int, below: bool, count: int) -> Pages:
    """Above and below the pivot in turn, below first if so; where one side has no more, the other alone."""
    sides = [upwards(missing, pivot, count), downwards(missing, pivot, count)]
    if below:
        sides.reverse()
    both = min(map(len, sides))
    mixed = np.empty(2 * both, np.int64)
    mixed[0::2], mixed[1::2] = sides[0][:both], sides[1][:both]
    return np.concatenate([mixed, sides[0][both:], sides[1][both:]])[:count]

"""The order in which a round visits the pages: ascending, or scattered over the whole memory.

Xen scatters them, so that neighbours, which are often written together, do not come together. Here the k-th page of a
scattered round is k times a stride that shares no factor with the number of pages; Xen permutes bits instead.
"""

from collections.abc import Iterator
from math import gcd

import numpy as np
from numpy.typing import NDArray

from vlearn.sim.migration.patterns import Pages

SEGMENT = 1 << 20
"""How many pages are looked through at once, so that a terabyte needs no list of all its pages."""


def stride_of(pages: int, scattered: bool) -> int:
    """1, or about 0.618 times the number of pages: consecutive visits are then far apart, and stay spread evenly."""
    if not scattered or pages < 3:
        return 1
    stride = int(pages * 0.6180339887498949)
    while gcd(stride, pages) != 1:
        stride += 1
    return stride


def visited(pages: int, scattered: bool) -> Iterator[int]:
    """Every page once, in order."""
    stride = stride_of(pages, scattered)
    return (number * stride % pages for number in range(pages))


def visited_of(chosen: NDArray[np.bool_], scattered: bool) -> Iterator[Pages]:
    """The chosen pages in the same order, some at a time."""
    pages = len(chosen)
    stride = stride_of(pages, scattered)
    for begin in range(0, pages, SEGMENT):
        end = min(begin + SEGMENT, pages)
        if stride == 1:
            found: Pages = np.flatnonzero(chosen[begin:end]) + begin
        else:
            number = np.arange(begin, end, dtype=np.int64) * stride % pages
            found = number[chosen[number]]
        if len(found):
            yield found

"""Which way of a full set gives place: replacement policies as a table.

A policy keeps a small tuple for each set. LRU and FIFO keep the ways in the order in which they will go; the tree (the
pseudo-LRU of many processors) keeps one bit for each inner node, which says which half to look for the victim in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Order: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: its memory for so many ways, what a hit and a fill of a way make of it, and the way that goes next."""

    start: Callable[[int], Order]
    hit: Callable[[Order, int], Order]
    fill: Callable[[Order, int], Order]
    victim: Callable[[Order], int]


def _first_way_first(ways: int) -> Order:
    return tuple(range(ways))


def _to_the_back(order: Order, way: int) -> Order:
    return (*(other for other in order if other != way), way)


def _unchanged(order: Order, way: int) -> Order:
    return order


def _front(order: Order) -> int:
    return order[0]


def _all_left(ways: int) -> Order:
    return (0,) * (ways - 1)


def _point_away(tree: Order, way: int) -> Order:
    """Make every node on the path to the way point to its other half. Node n has children 2n + 1 and 2n + 2."""
    bits, node = list(tree), way + len(tree)
    while node:
        parent = (node - 1) // 2
        bits[parent] = node % 2  # a left child is odd: then point right
        node = parent
    return tuple(bits)


def _follow(tree: Order) -> int:
    node = 0
    while node < len(tree):
        node = 2 * node + 1 + tree[node]
    return node - len(tree)


POLICIES = {
    "LRU": Policy(_first_way_first, _to_the_back, _to_the_back, _front),
    "FIFO": Policy(_first_way_first, _unchanged, _to_the_back, _front),
    "tree-PLRU": Policy(_all_left, _point_away, _point_away, _follow),
}

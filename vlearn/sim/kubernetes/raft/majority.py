"""How many members must agree, and how many may fail. Source: etcd documentation, FAQ (failure tolerance)."""

from collections.abc import Iterable

from vlearn.errors import ModelError


def quorum(members: int) -> int:
    """The smallest majority: any two of them have a member in common. Raises ModelError for a cluster of none."""
    if members < 1:
        raise ModelError(f"{members} members make no cluster: there must be 1 or more")
    return members // 2 + 1


def tolerance(members: int) -> int:
    """How many members may fail while the others still commit."""
    return members - quorum(members)


def tolerance_table(sizes: Iterable[int] = range(1, 10)) -> tuple[tuple[int, int, int], ...]:
    """Cluster size, majority and failure tolerance, as etcd's FAQ prints them."""
    return tuple((size, quorum(size), tolerance(size)) for size in sizes)

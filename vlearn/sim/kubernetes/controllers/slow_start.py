"""Slow start: pods are created in batches of 1, 2, 4, 8 and so on, so that a quota that refuses them all is asked once.

Source: slowStartBatch of pkg/controller/replicaset.
"""

from collections.abc import Callable


def batches(count: int, first: int = 1) -> tuple[int, ...]:
    """The sizes of the batches when everything succeeds: 10 is 1, 2, 4, 3."""
    sizes = []
    size = first
    while count > 0:
        sizes.append(min(size, count))
        count -= sizes[-1]
        size *= 2
    return tuple(sizes)


def slow_start(count: int, succeeds: Callable[[int], bool]) -> tuple[int, int]:
    """How many calls are made and how many succeed when a batch with a failure is the last. Calls count from 0."""
    calls = successes = 0
    for size in batches(count):
        won = sum(succeeds(call) for call in range(calls, calls + size))
        calls, successes = calls + size, successes + won
        if won < size:
            break
    return calls, successes

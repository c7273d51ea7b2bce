"""The combinations of a matrix, in the order in which GitHub makes the jobs.

Source: GitHub's documentation, "Running variations of jobs in a workflow". A matrix makes 256 jobs at most.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import TypeAlias

from vlearn.errors import ModelError

Combination: TypeAlias = dict[str, str]
MOST = 256


def combinations(
    axes: dict[str, tuple[str, ...]],
    exclude: Sequence[Combination] = (),
    include: Sequence[Combination] = (),
    line: int = 0,
) -> tuple[Combination, ...]:
    """All values with all values; then without those that match `exclude`; then with what `include` adds.

    An inclusion is added to every combination of which it changes no value of an axis; where there is none, it is a
    combination of its own. Raises ModelError for more than 256, or for none.
    """
    if prod(len(values) for values in axes.values()) > MOST:
        raise ModelError(f"line {line}: the matrix makes more than {MOST} jobs; GitHub makes no more than that")
    made = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())] if axes else []
    originals = [one for one in made if not any(_matches(one, out) for out in exclude)]
    found = [dict(one) for one in originals]
    found += list(_included(originals, found, include))
    if not 0 < len(found) <= MOST:
        raise ModelError(f"line {line}: the matrix makes {len(found)} jobs; it must be 1 to {MOST}")
    return tuple(found)


def _matches(one: Combination, part: Combination) -> bool:
    return all(one.get(key) == value for key, value in part.items())


def _included(
    originals: Sequence[Combination], found: Sequence[Combination], include: Sequence[Combination]
) -> Iterator[Combination]:
    for more in include:
        fits = [
            now
            for original, now in zip(originals, found, strict=True)
            if all(original.get(key, value) == value for key, value in more.items())
        ]
        for now in fits:
            now.update(more)
        if not fits:
            yield dict(more)


def name(job: str, one: Combination) -> str:
    """The job's name with the values in brackets: `test (3.12, ubuntu)`."""
    return f"{job} ({', '.join(one.values())})"

"""What forms of different questions demand of one another: few questions in common, and the same length and difficulty.

Their points are equal because a blueprint's points are exact. All have as many questions, so that a difference of
averages is linear: it is at most `t` where the difference of the sums is at most `t` times the number of questions.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from vlearn.exams.blueprint import Parallel
from vlearn.exams.demand import Demand, Grid, Row
from vlearn.questions.entry import Entry
from vlearn.questions.notation import amount, written

ZERO, ONE = Fraction(0), Fraction(1)


def alike(parallel: Parallel, entries: Sequence[Entry], grid: Grid) -> Iterator[Demand]:
    """The demands on any two forms."""
    each = dict.fromkeys(range(grid.candidates), ONE)
    equal = (Row(_difference(each, f, g, grid), ZERO, ZERO) for f, g in grid.pairs if g == f + 1)
    yield Demand(("parallel",), "equally many questions on all forms", tuple(equal))
    shared = f"at most {amount(parallel.overlap, 'question{s}')}" if parallel.overlap else "no question"
    rows = _shared(parallel.overlap, grid) if parallel.overlap else _distinct(grid)
    yield Demand(("parallel", "overlap"), f"{shared} common to two forms", tuple(rows))
    if (most := parallel.difficulty) is not None:
        levels = {i: Fraction(entry.difficulty) for i, entry in enumerate(entries)}
        words = f"average difficulties of two forms at most {written(most)} apart"
        allowed = dict.fromkeys(each, -most)
        rows = (
            Row(_sum(_difference(levels, *pair, grid), grid.spread(allowed, pair[0])), at_most=ZERO)
            for f, g in grid.pairs
            for pair in ((f, g), (g, f))
        )
        yield Demand(("parallel", "difficulty"), words, tuple(rows))
    if (most := parallel.minutes) is not None:
        minutes = {i: entry.minutes for i, entry in enumerate(entries)}
        rows = (Row(_difference(minutes, f, g, grid), -most, most) for f, g in grid.pairs)
        yield Demand(("parallel", "minutes"), f"two forms at most {amount(most, 'minute{s}')} apart", tuple(rows))


def _distinct(grid: Grid) -> Iterator[Row]:
    """No candidate is on two forms."""
    for i in range(grid.candidates):
        places = (column for form in range(grid.forms) for column in grid.spread({i: ONE}, form))
        yield Row(dict.fromkeys(places, ONE), at_most=ONE)


def _shared(most: int, grid: Grid) -> Iterator[Row]:
    """A candidate is in both forms of a pair as soon as each has it, and few are in both.

    Where `u` forms have a candidate, at least `u - 1` pairs do. This says nothing new of whole numbers, but without it
    the solver, which begins with fractions, takes long to find that there are too few questions.
    """
    for i in range(grid.candidates):
        everywhere = dict[int, Fraction]()
        for form in range(grid.forms):
            everywhere |= grid.spread({i: ONE}, form)
        for n, (f, g) in enumerate(grid.pairs):
            both = _sum(grid.spread({i: ONE}, f), grid.spread({i: ONE}, g))
            yield Row({**both, grid.in_both(i, n): -ONE}, at_most=ONE)
        if grid.forms > 2:
            yield Row({**everywhere, **{grid.in_both(i, n): -ONE for n in range(len(grid.pairs))}}, at_most=ONE)
    for n in range(len(grid.pairs)):
        yield Row({grid.in_both(i, n): ONE for i in range(grid.candidates)}, at_most=Fraction(most))


def _difference(weights: Mapping[int, Fraction], form: int, other: int, grid: Grid) -> dict[int, Fraction]:
    """The sum over one form less that over another."""
    return grid.spread(weights, form) | grid.spread({i: -weight for i, weight in weights.items()}, other)


def _sum(some: Mapping[int, Fraction], others: Mapping[int, Fraction]) -> dict[int, Fraction]:
    return {i: some.get(i, ZERO) + others.get(i, ZERO) for i in {**some, **others}}

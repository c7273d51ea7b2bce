"""Which demands conflict: few of them, and none to spare.

QuickXplain (Junker, AAAI 2004) drops demands until each one left is needed. Then smaller conflicts are sought by
hitting sets (Reiter, 1987; Ignatiev and others, CP 2015): a conflict holds a demand out of every set of demands whose
removal lets the others be met, so the smallest choice of demands that hits all such sets found so far is itself the
smallest conflict, or else it can be met and gives another such set.
"""

from collections.abc import Sequence
from fractions import Fraction

from vlearn.exams.demand import Demand, Row
from vlearn.exams.solve import optimum

WORK = 30_000
"""How much work the search for a smaller conflict may be: a run of the solver is a hundred and one a column."""


def conflict(demands: Sequence[Demand], columns: int, work: int = WORK, nodes: int | None = None) -> tuple[Demand, ...]:
    """Demands, in their order, that cannot be met together; the conflict must exist. Without any one of them they can.

    No other conflict has fewer demands where that is proved within `work`, which depends on no clock: 150 runs of the
    solver for a bank of a hundred candidates. Where it is not, none of them is to spare, and that is all. Raises
    NoProofError where one of these runs ends without a proof, after so many `nodes` at the latest.
    """
    found, runs = _irreducible(demands, columns, nodes), work // (100 + columns)
    left_out: list[frozenset[int]] = []
    while runs > 0 and len(hitting := _hitting(left_out, len(demands))) < len(found):
        met, run = _met_with(hitting, demands, columns, runs, nodes)
        if not run:
            return tuple(demands[i] for i in hitting)
        runs -= run
        left_out.append(frozenset(range(len(demands))) - met)
    return found


def _hitting(sets: Sequence[frozenset[int]], demands: int) -> tuple[int, ...]:
    """The fewest demands that hit every set; of several such choices one of early demands."""
    hit = [Demand((), "", (Row(dict.fromkeys(sorted(some), Fraction(1)), Fraction(1)),)) for some in sets]
    return optimum(hit, [-(demands**2 + i) for i in range(demands)]) or ()


def _met_with(
    some: Sequence[int], demands: Sequence[Demand], columns: int, runs: int, nodes: int | None
) -> tuple[set[int], int]:
    """Demands that can be met beside these, more of them if more runs are left, and how many it took; 0 if none can."""

    def met_by(some: Sequence[int]) -> set[int]:
        choice = optimum([demands[i] for i in some], [0] * columns, nodes)
        return set() if choice is None else {i for i, demand in enumerate(demands) if demand.met_by(choice)}

    met, run = met_by(some), 1
    if not met.issuperset(some):
        return set(), 0
    for i in range(len(demands)):
        if i not in met and run < runs:
            met, run = met_by(sorted({*met, i})) or met, run + 1
    return met, run


def _irreducible(demands: Sequence[Demand], columns: int, nodes: int | None) -> tuple[Demand, ...]:
    """QuickXplain, which prefers early demands."""

    def possible(some: Sequence[Demand]) -> bool:
        return optimum(some, [0] * columns, nodes) is not None

    def search(kept: tuple[Demand, ...], grown: bool, rest: tuple[Demand, ...]) -> tuple[Demand, ...]:
        if grown and not possible(kept):
            return ()
        if len(rest) == 1:
            return rest
        early, late = rest[: len(rest) // 2], rest[len(rest) // 2 :]
        needed_late = search((*kept, *early), True, late)
        return (*search((*kept, *needed_late), bool(needed_late), early), *needed_late)

    return search((), False, tuple(demands))

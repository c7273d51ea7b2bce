"""The choice of columns that meets every demand and is worth most: a mixed integer program, solved by HiGHS.

Rows are scaled to whole numbers, the search runs on one thread to a proof, and its answer is checked again in exact
arithmetic. No other package that bundles HiGHS, such as OR-tools, can be imported into the same process.
"""

from collections.abc import Sequence
from math import inf, lcm
from typing import TYPE_CHECKING

from vlearn.errors import BlueprintError
from vlearn.exams.demand import Demand, Row

if TYPE_CHECKING:
    from highspy import HighsLp

OPTIONS: dict[str, bool | int | float] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
    "mip_max_nodes": 200_000,  # a few hundred are usual; a limit on time would make machines differ
}

NODES = 1_000
"""The limit for several forms at once, whose nodes take a hundredth of a second and more."""

LARGEST = 10**6
"""The largest whole number in a program: HiGHS takes a choice within a millionth of 0 or 1 for made."""


class NoProofError(BlueprintError):
    """The search ended without a choice and without a proof that there is none."""


def optimum(demands: Sequence[Demand], worth: Sequence[int], nodes: int | None = None) -> tuple[int, ...] | None:
    """Indices of the best choice among `len(worth)` columns; None where it is proved that no choice exists.

    Raises NoProofError where the search ends without either, after so many nodes at the latest, and BlueprintError
    where the numbers are too fine for floating point.
    """
    import highspy  # half a second, which only those who make an exam pay

    if not worth:
        return () if all(demand.met_by(()) for demand in demands) else None
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", nodes)
    solver.passModel(_program(demands, worth))
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        ended = solver.modelStatusToString(status)
        raise NoProofError(
            f"the search for an exam ended without one and without a proof that there is none ({ended}): "
            f"give some of the exact numbers in the blueprint a range"
        )
    chosen = tuple(i for i, taken in enumerate(solver.getSolution().col_value) if taken > 0.5)
    for demand in demands:
        if not demand.met_by(chosen):
            raise _too_fine(demand)
    return chosen


def _too_fine(demand: Demand) -> BlueprintError:
    return BlueprintError(f"{demand.wants}: the numbers behind this are too fine to solve for; use fewer decimals")


def _program(demands: Sequence[Demand], worth: Sequence[int]) -> "HighsLp":
    import highspy

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(worth), sum(len(demand.rows) for demand in demands)
    lp.sense_, lp.col_cost_ = highspy.ObjSense.kMaximize, [float(w) for w in worth]
    lp.col_lower_, lp.col_upper_ = [0.0] * len(worth), [1.0] * len(worth)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(worth)
    starts, columns, values = [0], list[int](), list[float]()
    lower, upper = list[float](), list[float]()
    for demand in demands:
        for row in demand.rows:
            scale = _scale(row)
            numbers = [float(weight * scale) for weight in row.weights.values()]
            ends = [None if end is None else float(end * scale) for end in (row.at_least, row.at_most)]
            if any(abs(number) > LARGEST for number in (*numbers, *ends) if number is not None):
                raise _too_fine(demand)
            columns += row.weights
            values += numbers
            starts.append(len(columns))
            lower.append(-inf if ends[0] is None else ends[0])
            upper.append(inf if ends[1] is None else ends[1])
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_, matrix.index_, matrix.value_ = starts, columns, values
    lp.row_lower_, lp.row_upper_ = lower, upper
    return lp


def _scale(row: Row) -> int:
    """By what the numbers of a row are multiplied to be whole."""
    numbers = (*row.weights.values(), row.at_least, row.at_most)
    return lcm(*{n.denominator for n in numbers if n is not None})

"""The choice of candidates that meets every demand and is worth most: a mixed integer program, solved by HiGHS.

Demands are scaled to whole numbers, the search runs on one thread to a proof, and its answer is checked again in exact
arithmetic. No other package that bundles HiGHS, such as OR-tools, can be imported into the same process.
"""

from collections.abc import Sequence
from math import inf, lcm
from typing import TYPE_CHECKING

from vlearn.errors import BlueprintError
from vlearn.exams.demands import Demand

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

LARGEST = 10**6
"""The largest whole number in a program: HiGHS takes a choice within a millionth of 0 or 1 for made."""


def optimum(demands: Sequence[Demand], worth: Sequence[int]) -> tuple[int, ...] | None:
    """Indices of the best choice among `len(worth)` candidates; None where it is proved that no choice exists.

    Raises BlueprintError where the search ends without either, or the numbers are too fine for floating point.
    """
    import highspy  # half a second, which only those who make an exam pay

    if not worth:
        return () if all(demand.met_by(()) for demand in demands) else None
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    solver.passModel(_program(demands, worth))
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        ended = solver.modelStatusToString(status)
        raise BlueprintError(
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
    lp.num_col_, lp.num_row_ = len(worth), len(demands)
    lp.sense_, lp.col_cost_ = highspy.ObjSense.kMaximize, [float(w) for w in worth]
    lp.col_lower_, lp.col_upper_ = [0.0] * len(worth), [1.0] * len(worth)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(worth)
    starts, columns, values = [0], list[int](), list[float]()
    lower, upper = list[float](), list[float]()
    for demand in demands:
        least, most = demand.at_least, demand.at_most
        numbers = [n for n in (*demand.weights.values(), least, most) if n is not None]
        scale = lcm(*(n.denominator for n in numbers))
        if any(abs(n * scale) > LARGEST for n in numbers):
            raise _too_fine(demand)
        columns += demand.weights
        values += [float(weight * scale) for weight in demand.weights.values()]
        starts.append(len(columns))
        lower.append(-inf if least is None else float(least * scale))
        upper.append(inf if most is None else float(most * scale))
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_, matrix.index_, matrix.value_ = starts, columns, values
    lp.row_lower_, lp.row_upper_ = lower, upper
    return lp

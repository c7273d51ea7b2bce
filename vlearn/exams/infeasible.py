"""Why no exam meets a blueprint, in words: what is short by itself, or else a conflict with no demand to spare.

Every demand is first counted alone. If each could be met, `vlearn.exams.conflict` finds few that conflict, and the
solver says how near the others let the foremost of them come.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm

from vlearn.exams.blueprint import Blueprint
from vlearn.exams.conflict import conflict
from vlearn.exams.demand import Demand, Grid, Row
from vlearn.exams.solve import optimum
from vlearn.questions.notation import amount, written


def explain(blueprint: Blueprint, demands: Sequence[Demand], grid: Grid, nodes: int | None = None) -> str:
    """Why no choice of these columns meets the demands; a line for each demand that is short by itself."""
    named, had = "what must_not names", f"what the ledger bars ({len(blueprint.used)})"
    barred = " and ".join([named] * bool(blueprint.must_not) + [had] * bool(blueprint.used))
    apart = f", apart from {barred}" if barred else ""
    short = [
        f"{blueprint.at(d.where)}the blueprint wants {words}{apart}" for d in demands if (words := shortage(d, grid))
    ]
    if short:
        return "\n".join(short)
    core = conflict(demands, grid.columns, nodes=nodes)
    listed = "; ".join(d.wants + (f" (line {line})" if (line := blueprint.line(d.where)) else "") for d in core)
    counted = next((d for d in core if d.noun and len(d.rows) == 1), None)
    near = nearest(counted, [d for d in core if d is not counted], grid.columns) if counted else ""
    none = "no choice of questions meets" if grid.forms == 1 else f"no questions for {grid.forms} forms meet"
    return f"{blueprint.at(core[0].where)}{none} all of these at once: {listed}{near}"


def shortage(demand: Demand, grid: Grid) -> str:
    """What the candidates lack for this demand alone, or nothing: `6 numeric questions; the bank has 4`."""
    if not demand.noun and not demand.mean:
        return ""
    row = demand.rows[0]
    least, most = row.at_least, row.at_most
    weights = {i % grid.candidates: weight for i, weight in row.weights.items()}.values()
    if not demand.noun:
        # Some question must be chosen, and whichever it is breaks the bound all by itself.
        low = least is not None and all(weight < least for weight in weights)
        high = most is not None and all(weight > most for weight in weights)
        return demand.wants if weights and (low or high) else ""
    if least is None:
        return ""
    if (supply := sum(weights, Fraction(0))) < least:
        return f"{demand.wants}; the bank has {written(supply)}"
    below, above = _around(least, weights)
    if most is not None and above > most:
        return f"{demand.wants}; those in the bank add up to {written(below)} or {written(above)}, nothing between"
    return ""


def _around(target: Fraction, weights: Collection[Fraction]) -> tuple[Fraction, Fraction]:
    """The nearest sums of some of the weights at or below and at or above a target that all of them together reach.

    Exact and without a solver: bit n of `sums` says that n is a sum. No sum above the one sought is kept.
    """
    scale = lcm(target.denominator, *(weight.denominator for weight in weights))
    goal, sizes = int(target * scale), [int(weight * scale) for weight in weights]
    sums, kept = 1, (1 << goal + max(sizes, default=0) + 1) - 1
    for size in sizes:
        sums |= sums << size & kept
    up_to_goal, from_goal = sums & ((2 << goal) - 1), sums >> goal
    lowest = (from_goal & -from_goal).bit_length() - 1
    return Fraction(up_to_goal.bit_length() - 1, scale), Fraction(goal + lowest, scale)


def nearest(demand: Demand, others: Sequence[Demand], columns: int) -> str:
    """How near to the demand, which has one row, a choice comes that meets the others."""
    (row,) = demand.rows
    scale = lcm(*(weight.denominator for weight in row.weights.values()))
    worth = [int(row.weights.get(i, 0) * scale) for i in range(columns)]
    choices = []
    if row.at_least is not None:
        upwards = replace(demand, rows=(Row(row.weights, at_most=row.at_least),))
        choices.append(optimum((*others, upwards), worth))
    if row.at_most is not None:
        downwards = replace(demand, rows=(Row(row.weights, at_least=row.at_most),))
        choices.append(optimum((*others, downwards), [-w for w in worth]))
    totals = sorted({row.total(choice) for choice in choices if choice is not None})
    *less, last = totals
    told = "".join(f"{written(total)} or " for total in less) + amount(last, demand.noun)
    return f"; the nearest that the others allow is {told}"

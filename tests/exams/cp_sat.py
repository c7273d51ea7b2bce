"""A program of its own, since OR-tools and HiGHS cannot live in one process: problems as JSON in, CP-SAT's answers out.

A problem is a worth for each column and rows `[[[column, weight], ...], at least, at most]` of whole numbers; the
answer is the best choice, or null where CP-SAT proves that there is none.
"""

import json
import sys


def best(worth, rows):
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    taken = [model.new_bool_var(f"x{i}") for i in range(len(worth))]
    for weights, least, most in rows:
        total = sum(weight * taken[i] for i, weight in weights)
        if least is not None:
            model.add(total >= least)
        if most is not None:
            model.add(total <= most)
    model.maximize(sum(w * x for w, x in zip(worth, taken, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), solver.status_name(status)
    return [i for i, x in enumerate(taken) if solver.value(x)] if status == cp_model.OPTIMAL else None


if __name__ == "__main__":
    json.dump([best(**problem) for problem in json.load(sys.stdin)], sys.stdout)

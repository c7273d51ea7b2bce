"""Seconds to pack 10,000 machines, beside the limit set for it, and how far from the lower bound the packing is."""

from collections.abc import Iterator
from random import Random

from vlearn.bench import Measurement, best_of
from vlearn.sim.datacenter.consolidation import FITS, SERVER, exact, lower_bound, made_up, pack, problem
from vlearn.sim.datacenter.consolidation.packing import Problem

COUNT, LIMIT = 10_000, 5.0
HARD = Problem(tuple("abcdefghij"), tuple((size,) for size in (44, 24, 24, 22, 21, 17, 8, 8, 6, 6)), (61,))


def measure() -> Iterator[Measurement]:
    """Lower is better. A gap is the share by which a packing may be above the optimum."""
    workloads = made_up(COUNT, Random(1))
    for sizing in ("peak", "hour"):
        given = problem(workloads, SERVER, sizing=sizing)
        bound = lower_bound(given)
        for fit in FITS:
            seconds = best_of(lambda given=given, fit=fit: pack(given, fit), 2)
            hosts, name = pack(given, fit).hosts, f"{fit}-fit decreasing, by {sizing}"
            yield Measurement(f"{name}: {COUNT:,} machines", seconds, "s", "5 s", seconds / LIMIT)
            yield Measurement(f"{name}: {hosts} servers", hosts, "servers", f"lower bound {bound}", hosts / bound)
    seconds = best_of(lambda: lower_bound(problem(workloads, SERVER, sizing="hour")), 2)
    yield Measurement("problem and lower bound, by hour", seconds, "s", "5 s", seconds / LIMIT)
    yield Measurement("optimum of 10 machines", best_of(lambda: exact(HARD), 3), "s")

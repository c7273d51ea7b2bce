"""Simulated accesses a second under shadow paging, beside nested paging's rate on the same workload in the same run."""

from collections.abc import Iterator
from random import Random

from vlearn.bench import Measurement, best_of
from vlearn.sim.memory.shadow.compare import nested_costs, shadow_costs
from vlearn.sim.memory.shadow.workloads import work

ACCESSES = 1000


def measure() -> Iterator[Measurement]:
    """Higher is better; the ratio says how many times nested paging's rate the shadow's is. The set-up is included."""
    for name, churn in (("steady", 0.0), ("one page in twenty moves", 0.05)):
        workload = work(Random(1), 128, ACCESSES, churn=churn)
        nested = ACCESSES / best_of(lambda workload=workload: nested_costs(workload), 3)
        shadow = ACCESSES / best_of(lambda workload=workload: shadow_costs(workload), 3)
        yield Measurement(f"nested paging, {name}", nested, "accesses/s")
        yield Measurement(f"shadow paging, {name}", shadow, "accesses/s", "nested", shadow / nested)

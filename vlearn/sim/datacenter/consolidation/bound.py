"""How few servers could do: a lower bound that no packing beats, and the optimum of small cases.

The bound is that of Martello and Toth, taken for each resource by itself: what is larger than half a server shares it
with nothing as large, and only the room beside it is left for the rest. Source: Martello and Toth, "Lower bounds and
reduction procedures for the bin packing problem", Discrete Applied Mathematics 28 (1990), L2. The optimum is a mixed
integer program, solved by HiGHS to a proof.
"""

from collections.abc import Sequence

import numpy as np

from vlearn.errors import ModelError
from vlearn.sim.datacenter.consolidation.packing import FITS, Packing, Problem, overfull, pack

LARGEST = 30
"""Demands that `exact` takes on."""
OPTIONS: dict[str, bool | int | float] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_max_nodes": 20_000,  # a limit on time would make machines differ
}


def lower_bound(given: Problem) -> int:
    """Servers that every packing needs."""
    columns = zip(*given.demands, strict=True) if given.demands else ()
    bounds = (_one_resource(sizes, full) for sizes, full in zip(columns, given.capacity, strict=False))
    return max(bounds, default=0) or min(1, len(given.demands))


def _one_resource(sizes: Sequence[int], full: int) -> int:
    """L2 for one resource: the best over all sizes up to half a server of leaving smaller ones out."""
    ordered = np.sort(np.array(sizes, dtype=np.int64))
    sums = np.concatenate(([0], np.cumsum(ordered)))
    half = int(np.searchsorted(ordered, full // 2, side="right"))
    large, most = len(ordered) - half, 0
    for least in (0, *np.unique(ordered[:half]).tolist()):
        alone = len(ordered) - int(np.searchsorted(ordered, full - least, side="right"))
        shared = large - min(alone, large)
        beside = shared * full - int(sums[half + shared] - sums[half])
        small = int(sums[half] - sums[np.searchsorted(ordered[:half], least, side="left")])
        most = max(most, large + (max(0, -(-(small - beside) // full)) if full else 0))
    return most


def exact(given: Problem) -> Packing:
    """A packing with as few servers as possible. Raises ModelError beyond LARGEST demands, or without a proof."""
    if len(given.demands) > LARGEST:
        raise ModelError(f"{len(given.demands)} demands are too many to prove an optimum; take {LARGEST} or fewer")
    known = min((pack(given, fit) for fit in FITS), key=lambda packing: packing.hosts)
    if known.hosts == lower_bound(given):
        return known
    found = _solved(given, known.hosts)
    if overfull(given, found):
        raise ModelError("these demands are too fine for the solver: measure them in larger units")
    return found


def _solved(given: Problem, hosts: int) -> Packing:
    """Each demand in one server, no server too full, and as few servers on as can be: x(demand, server) and on(server).

    Servers are numbered by the first demand in them, so demand n is in one of the first n + 1.
    """
    import highspy  # half a second, which only those who ask for an optimum pay

    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    on = [solver.addBinary(obj=1.0) for _ in range(hosts)]
    places = [[solver.addBinary() for _ in range(min(n + 1, hosts))] for n in range(len(given.demands))]
    for row in places:
        solver.addConstr(sum(row[1:], row[0]) == 1)
    for host in range(hosts):
        for resource, full in enumerate(given.capacity):
            terms = [d[resource] * row[host] for d, row in zip(given.demands, places, strict=True) if host < len(row)]
            solver.addConstr(sum(terms[1:], terms[0]) <= full * on[host])
        if host:
            solver.addConstr(on[host - 1] >= on[host])
    solver.minimize()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise ModelError(f"no proof within {OPTIONS['mip_max_nodes']} nodes of the search: take fewer demands")
    taken = [int(np.argmax([solver.val(x) for x in row])) for row in places]
    numbers = {server: n for n, server in enumerate(dict.fromkeys(taken))}
    return Packing(tuple(numbers[server] for server in taken))

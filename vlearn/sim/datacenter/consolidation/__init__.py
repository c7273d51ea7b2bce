"""Consolidation: many workloads on few servers, with room to spare, and what that saves.

workloads = made_up(200, Random(1))          # load: or workload("web", "shop", 4000, 8192), Workload(...)
given = problem(workloads, SERVER)           # packing: sized by peak, by hour or by mean, with headroom
pack(given, "best").hosts, lower_bound(given), exact(small).hosts    # packing, bound
compare(workloads, SERVER).saved             # report: both fleets in figures; power: watts, energy, overloaded
run(live, furnish(workloads, SERVER), [*moves(given, packing), Hour(11)])    # room: the moves, and then the hours
"""

from vlearn.sim.datacenter.consolidation.bound import exact, lower_bound
from vlearn.sim.datacenter.consolidation.load import SERVER, SHAPES, Server, Workload, curve, made_up, workload
from vlearn.sim.datacenter.consolidation.packing import (
    FITS,
    Packing,
    Problem,
    largest_first,
    loads,
    overfull,
    pack,
    problem,
)
from vlearn.sim.datacenter.consolidation.power import energy, overloaded, utilization, watts
from vlearn.sim.datacenter.consolidation.report import Consolidation, Fleet, compare, fleet
from vlearn.sim.datacenter.consolidation.room import Hour, Move, Room, furnish, live, moves

__all__ = [
    "FITS",
    "SERVER",
    "SHAPES",
    "Consolidation",
    "Fleet",
    "Hour",
    "Move",
    "Packing",
    "Problem",
    "Room",
    "Server",
    "Workload",
    "compare",
    "curve",
    "energy",
    "exact",
    "fleet",
    "furnish",
    "largest_first",
    "live",
    "loads",
    "lower_bound",
    "made_up",
    "moves",
    "overfull",
    "overloaded",
    "pack",
    "problem",
    "utilization",
    "watts",
    "workload",
]

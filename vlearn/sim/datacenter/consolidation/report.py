"""A data centre before and after consolidation: what is saved, and what is risked."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from vlearn.sim.datacenter.consolidation.bound import lower_bound
from vlearn.sim.datacenter.consolidation.load import Server, Workload
from vlearn.sim.datacenter.consolidation.packing import FITS, Packing, Sizing, pack, problem
from vlearn.sim.datacenter.consolidation.power import energy, overloaded, utilization


@dataclass(frozen=True, slots=True)
class Fleet:
    """Servers that are on, the share of cores busy, kWh a day, workloads lost with the fullest server, and overloads.

    `overloads` counts the hours of servers in which workloads want more cores than there are.
    """

    hosts: int
    utilization: float
    energy: float
    lost_with_one: int
    overloads: int


@dataclass(frozen=True, slots=True)
class Consolidation:
    """Both fleets, the packing that leads from one to the other, and the bound that no packing beats."""

    before: Fleet
    after: Fleet
    packing: Packing
    bound: int

    @property
    def gap(self) -> float:
        """By which share the packing may be above the optimum; 0 if it is proved to be one."""
        return self.after.hosts / self.bound - 1 if self.bound else 0.0

    @property
    def saved(self) -> float:
        """The share of the energy that is saved; negative if consolidation costs more."""
        return 1 - self.after.energy / self.before.energy if self.before.energy else 0.0


def fleet(workloads: Sequence[Workload], packing: Packing, server: Server) -> Fleet:
    """The figures of one way to place the workloads."""
    return Fleet(
        packing.hosts,
        utilization(workloads, packing, server),
        energy(workloads, packing, server),
        max(map(len, packing.guests()), default=0),
        len(overloaded(workloads, packing, server)),
    )


def compare(
    workloads: Sequence[Workload], server: Server, headroom: Fraction = Fraction(1, 10), sizing: Sizing = "peak"
) -> Consolidation:
    """One workload a server, against the best of the fits, decreasing."""
    given = problem(workloads, server, headroom, sizing)
    packing = min((pack(given, fit) for fit in FITS), key=lambda found: found.hosts)
    alone = Packing(tuple(range(len(workloads))))
    return Consolidation(
        fleet(workloads, alone, server), fleet(workloads, packing, server), packing, lower_bound(given)
    )

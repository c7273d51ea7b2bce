"""Consolidation as packing: which workload goes to which server, so that few servers are needed and none is too full.

A demand is a row of whole numbers, one a resource, and so is the capacity of a server; all servers are alike. First fit
takes the first server with room, best fit the one with least of it, and aligned fit the one whose room is most like
the demand: much memory where much memory is wanted. Decreasing means largest first, by the squares of the shares of a
server. No heuristic is best on all inputs: `bound` says how far from the optimum one can be, `exact` finds it for small
cases. Source: Panigrahy et al., "Heuristics for vector bin packing", 2011.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.datacenter.consolidation.load import Server, Workload

Demand: TypeAlias = tuple[int, ...]
Sizing: TypeAlias = Literal["peak", "hour", "mean"]
SIZINGS: tuple[Sizing, ...] = ("peak", "hour", "mean")
"""By each workload's own peak, by what all need in each hour, or by the mean, which leaves servers overloaded."""
Fit: TypeAlias = Literal["first", "best", "aligned"]
FITS: tuple[Fit, ...] = ("first", "best", "aligned")
WHOLE = 1 << 20
"""What a whole server counts as where demands are compared: whole numbers, so that every machine decides alike."""
MOST = 10**12
"""The largest capacity: beyond it the numbers of numpy are too small for comparisons."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Demands by name, what a server holds of each resource, and the units that resources are counted in."""

    names: tuple[str, ...]
    demands: tuple[Demand, ...]
    capacity: Demand
    units: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.names) != len(self.demands):
            raise ModelError(f"{len(self.names)} names for {len(self.demands)} demands: give each demand one")
        if not self.capacity or min(self.capacity) < 0 or max(self.capacity) > MOST:
            raise ModelError(f"a capacity has 1 resource or more, each from 0 to {MOST:,}; {self.capacity} does not")
        for name, demand in zip(self.names, self.demands, strict=True):
            if len(demand) != len(self.capacity) or min(demand) < 0:
                raise ModelError(f"{name!r} needs {demand}; give {len(self.capacity)} resources, each 0 or more")
            for n, (needed, there) in enumerate(zip(demand, self.capacity, strict=True)):
                if needed > there:
                    unit = self.units[n] if self.units else f"of resource {n}"
                    raise ModelError(f"{name!r} needs {needed} {unit}; no server has more than {there} to give")


@dataclass(frozen=True, slots=True)
class Packing:
    """The server of each demand in order, numbered from 0 without gaps."""

    servers: tuple[int, ...]

    @property
    def hosts(self) -> int:
        """How many servers are on."""
        return max(self.servers, default=-1) + 1

    def guests(self) -> tuple[tuple[int, ...], ...]:
        """The demands on each server, by their number."""
        found: list[list[int]] = [[] for _ in range(self.hosts)]
        for demand, server in enumerate(self.servers):
            found[server].append(demand)
        return tuple(map(tuple, found))


def problem(
    workloads: Sequence[Workload], server: Server, headroom: Fraction = Fraction(1, 10), sizing: Sizing = "peak"
) -> Problem:
    """The packing of these workloads; `headroom` is the share of each server that stays free."""
    if not 0 <= headroom < 1:
        raise ModelError(f"headroom is a share from 0 to less than 1, such as Fraction(1, 10), not {headroom}")
    if sizing not in SIZINGS:
        raise ModelError(f"there is no sizing {sizing!r}{did_you_mean(sizing, SIZINGS)}; there are {SIZINGS}")
    cores, memory = (int(there * (1 - headroom)) for there in (server.cores, server.memory))
    loads = [w.load if sizing == "hour" else (w.peak if sizing == "peak" else w.mean,) for w in workloads]
    demands = tuple((*load, w.memory) for load, w in zip(loads, workloads, strict=True))
    hours = len(workloads[0].load) if sizing == "hour" and workloads else 1
    return Problem(
        tuple(w.name for w in workloads), demands, (*[cores] * hours, memory), (*["millicores"] * hours, "MiB")
    )


def pack(given: Problem, fit: Fit = "first", decreasing: bool = True) -> Packing:
    """By first, best or aligned fit, largest demand first or in the order given."""
    if fit not in FITS:
        raise ModelError(f"fit is one of {', '.join(FITS)}, not {fit!r}")
    size = np.array(given.capacity, dtype=np.int64)
    demands, shares = _demands_and_shares(given)
    order = largest_first(given) if decreasing else range(len(demands))
    room: NDArray[np.int64] = np.tile(size, (max(1, len(demands)), 1))
    servers, used = np.zeros(len(demands), dtype=np.int64), 0
    for number in order:
        fits = (room[: used + 1] >= demands[number]).all(axis=1)
        chosen = int(fits.argmax())
        if fit != "first" and chosen < used:
            among = np.flatnonzero(fits[:used])
            free = room[among] * WHOLE // np.maximum(size, 1)
            chosen = int(among[_score(fit, free, shares[number]).argmin()])
        room[chosen] -= demands[number]
        servers[number], used = chosen, max(used, chosen + 1)
    return Packing(tuple(servers.tolist()))


def largest_first(given: Problem) -> tuple[int, ...]:
    """The demands by number, in the order of decreasing fits; of those as large, the first."""
    shares = _demands_and_shares(given)[1]
    return tuple(np.argsort(-(shares**2).sum(axis=1), kind="stable").tolist())


def _demands_and_shares(given: Problem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of what is wanted, and of which share of a server that is."""
    size = np.array(given.capacity, dtype=np.int64)
    demands = np.array(given.demands, dtype=np.int64).reshape(-1, len(size))
    return demands, demands * WHOLE // np.maximum(size, 1)


def _score(fit: Fit, free: NDArray[np.int64], share: NDArray[np.int64]) -> NDArray[np.float64]:
    """The lower, the better: how much is free in all, or how little what is free has the shape of the demand."""
    score: NDArray[np.float64] = free.sum(axis=1).astype(np.float64)
    if fit == "aligned":
        score = -((free * share).sum(axis=1) / np.sqrt(np.maximum((free**2).sum(axis=1), 1)))
    return score


def loads(given: Problem, packing: Packing) -> tuple[Demand, ...]:
    """What each server has to carry. Raises ModelError if the packing is one of other demands."""
    if len(packing.servers) != len(given.demands):
        raise ModelError(f"this packing places {len(packing.servers)} demands; there are {len(given.demands)}")
    empty = (0,) * len(given.capacity)
    return tuple(
        tuple(map(sum, zip(empty, *(given.demands[n] for n in guests), strict=True))) for guests in packing.guests()
    )


def overfull(given: Problem, packing: Packing) -> tuple[int, ...]:
    """The servers that have to carry more than they can; none after `pack`."""
    carried = enumerate(loads(given, packing))
    return tuple(n for n, load in carried if any(a > b for a, b in zip(load, given.capacity, strict=True)))

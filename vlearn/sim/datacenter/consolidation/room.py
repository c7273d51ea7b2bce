"""A machine room that is consolidated, workload by workload, and then lives through a day.

At first each workload has a server of its own; one after another moves to a common one, and its old server is switched
off. Until an hour is given, a workload counts with its peak. Left out: what a move costs, which
`vlearn.sim.migration` has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.datacenter.consolidation.load import HOURS, Server, Workload
from vlearn.sim.datacenter.consolidation.packing import Packing, Problem, largest_first
from vlearn.sim.datacenter.consolidation.power import hourly, watts
from vlearn.trace import Event, Step


@dataclass(frozen=True, slots=True)
class Room:
    """Workloads, the common server of each, None while it has its own, and the hour, None while peaks count."""

    workloads: tuple[Workload, ...]
    server: Server
    places: tuple[int | None, ...]
    hour: int | None = None

    @property
    def hosts(self) -> int:
        """How many common servers are on."""
        return max((place for place in self.places if place is not None), default=-1) + 1

    @property
    def packing(self) -> Packing:
        """Common servers first, then those of the workloads that have not moved."""
        own = iter(range(self.hosts, self.hosts + len(self.places)))
        return Packing(tuple(next(own) if place is None else place for place in self.places))

    def load(self, number: int) -> int:
        """Millicores that a workload takes now."""
        workload = self.workloads[number]
        return workload.peak if self.hour is None else workload.load[self.hour]

    def watts(self, hour: int) -> float:
        """What all servers that are on draw in an hour."""
        return sum(watts(self.server, day[hour]) for day in hourly(self.workloads, self.packing))


@dataclass(frozen=True, slots=True)
class Move:
    """A workload moves to a common server, both by number; the next server that is off is switched on for it."""

    workload: int
    to: int


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the day passes, from 0 to 23."""

    hour: int


def furnish(workloads: Sequence[Workload], server: Server) -> Room:
    """The room before: a server for each workload."""
    return Room(tuple(workloads), server, (None,) * len(workloads))


def moves(given: Problem, packing: Packing) -> tuple[Move, ...]:
    """The moves that lead to a packing, the largest demand first."""
    return tuple(Move(number, packing.servers[number]) for number in largest_first(given))


def live(room: Room, action: Move | Hour) -> Iterator[Step[Room]]:
    """One move, or one hour."""
    match action:
        case Move(number, to):
            yield _move(room, number, to)
        case Hour(hour):
            yield _pass(room, hour)


def _move(room: Room, number: int, to: int) -> Step[Room]:
    if not 0 <= number < len(room.places) or not 0 <= to <= room.hosts:
        raise ModelError(
            f"workload {number} to server {to}: workloads are numbered 0 to {len(room.places) - 1}, and servers 0 to"
            f" {room.hosts}, the next that can be switched on"
        )
    if room.places[number] is not None:
        raise ModelError(f"{room.workloads[number].name} has moved already, to server {room.places[number]}")
    after = replace(room, places=(*room.places[:number], to, *room.places[number + 1 :]))
    on = ", which is switched on" if to == room.hosts else ""
    text = f"{room.workloads[number].name} moves to server {to}{on}; its own is switched off"
    return Step(Event("moved", text, (f"workload[{number}]",)), after)


def _pass(room: Room, hour: int) -> Step[Room]:
    if not 0 <= hour < HOURS:
        raise ModelError(f"hours run from 0 to {HOURS - 1}, not {hour}")
    after = replace(room, hour=hour)
    apart = furnish(room.workloads, room.server).watts(hour)
    text = f"{hour}:00: the servers draw {after.watts(hour):,.0f} W; one for each workload, {apart:,.0f} W"
    days = enumerate(hourly(room.workloads, room.packing))
    missing = {n: day[hour] - room.server.cores for n, day in days if day[hour] > room.server.cores}
    short = "".join(f"; server {n} lacks {lack / 1000:.1f} cores" for n, lack in missing.items())
    touched = tuple(f"server[{n}]" for n in missing)
    return Step(Event("overloaded" if missing else "hour", text + short, touched), after)

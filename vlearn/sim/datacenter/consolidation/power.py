"""What servers draw: a linear model, from the idle watts to the busy ones as the processor's load grows.

Source: Fan, Weber and Barroso, "Power provisioning for a warehouse-sized computer", ISCA 2007, which estimates the
power of whole servers from how busy their processors are. Left out: that measured curves are not quite straight (many
published SPECpower results rise most steeply just above idle), cooling and supply losses, disks and networks. A server
without workloads is switched off.
"""

from collections.abc import Sequence

from vlearn.errors import ModelError
from vlearn.sim.datacenter.consolidation.load import HOURS, Server, Workload
from vlearn.sim.datacenter.consolidation.packing import Packing


def watts(server: Server, load: int) -> float:
    """What a server draws at so many millicores; beyond all its cores it draws no more."""
    if load < 0:
        raise ModelError(f"a load is 0 millicores or more, not {load}")
    return server.idle + (server.busy - server.idle) * min(load, server.cores) / server.cores


def hourly(workloads: Sequence[Workload], packing: Packing) -> tuple[tuple[int, ...], ...]:
    """Millicores of each server in each hour."""
    if len(packing.servers) != len(workloads):
        raise ModelError(f"this packing places {len(packing.servers)} workloads; there are {len(workloads)}")
    return tuple(
        tuple(sum(workloads[n].load[hour] for n in guests) for hour in range(HOURS)) for guests in packing.guests()
    )


def energy(workloads: Sequence[Workload], packing: Packing, server: Server) -> float:
    """Kilowatt-hours a day."""
    return sum(watts(server, load) for day in hourly(workloads, packing) for load in day) / 1000


def utilization(workloads: Sequence[Workload], packing: Packing, server: Server) -> float:
    """The share of all cores that are on which is busy, on average over the day; 0 without servers."""
    cores = packing.hosts * server.cores * HOURS
    return sum(min(load, server.cores) for day in hourly(workloads, packing) for load in day) / cores if cores else 0.0


def overloaded(workloads: Sequence[Workload], packing: Packing, server: Server) -> tuple[tuple[int, int], ...]:
    """Server and hour wherever workloads want more cores than there are: they get slower, and queues grow."""
    days = enumerate(hourly(workloads, packing))
    return tuple((n, hour) for n, day in days for hour, load in enumerate(day) if load > server.cores)

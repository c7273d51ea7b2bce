"""A data centre in charts and tables: load curves, servers by the number of workloads, both fleets, and benefits.

Every number comes from a run of the model.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from vlearn.blocks import Chart, Series, Table
from vlearn.sim.datacenter.benefits import Benefit
from vlearn.sim.datacenter.consolidation import (
    Consolidation,
    Fleet,
    Packing,
    Problem,
    Server,
    Workload,
    lower_bound,
    pack,
)
from vlearn.sim.datacenter.consolidation.load import HOURS
from vlearn.sim.datacenter.consolidation.packing import Fit
from vlearn.sim.datacenter.consolidation.power import hourly
from vlearn.sim.datacenter.isolation import WAYS, provision

MOST_CURVES = 6
CLOCK = tuple(map(float, range(HOURS)))


def load_curves(workloads: Sequence[Workload], server: Server) -> Chart:
    """The load of each workload in per cent of a server's cores; of many, the first few."""
    series = tuple(
        Series(one.name, CLOCK, tuple(100 * load / server.cores for load in one.load))
        for one in workloads[:MOST_CURVES]
    )
    return Chart("Load over a day, a server for each", "hour", "cores busy (%)", series)


def day_of_servers(workloads: Sequence[Workload], packing: Packing, server: Server) -> Chart:
    """What the workloads of each server want, hour by hour, and the cores that it has; of many, the fullest."""
    days = sorted(enumerate(hourly(workloads, packing)), key=lambda day: -max(day[1]))[: MOST_CURVES - 1]
    wanted = [Series(f"server {n}", CLOCK, tuple(load / 1000 for load in day)) for n, day in sorted(days)]
    there = Series("cores there", CLOCK, (server.cores / 1000,) * HOURS)
    return Chart("What common servers have to carry", "hour", "cores", (*wanted, there))


def hosts_by_count(given: Callable[[int], Problem], counts: Iterable[int], fit: Fit = "first") -> Chart:
    """Servers by the number of workloads: in two orders, and the line that no packing gets beneath."""
    problems = {count: given(count) for count in counts}
    across = tuple(map(float, problems))
    series = [
        Series(name, across, tuple(float(pack(p, fit, decreasing).hosts) for p in problems.values()))
        for name, decreasing in (("as they come", False), ("largest first", True))
    ]
    bound = Series("lower bound", across, tuple(float(lower_bound(p)) for p in problems.values()))
    return Chart(f"Servers that are needed, by {fit} fit", "workloads", "servers", (*series, bound))


def energy_by_way(found: Mapping[str, Consolidation]) -> Chart:
    """Kilowatt-hours a day before, and after each way of sizing."""
    first = next(iter(found.values()))
    names = ("a server each", *found)
    drawn = (first.before.energy, *(one.after.energy for one in found.values()))
    return Chart("Energy of a day", "sized by", "energy (kWh)", (Series("energy", names, drawn),), "bar")


def fleets_table(found: Mapping[str, Consolidation]) -> Table:
    """Both fleets in figures, and how far the second may be above the optimum."""
    first = next(iter(found.values()))
    rows = [_fleet("a server each", first.before, "–")]
    rows += [_fleet(name, one.after, str(one.bound)) for name, one in found.items()]
    header = ("Sized by", "Servers", "No packing beats", "Cores busy", "kWh a day", "Lost with one", "Overloads")
    caption = "Lost with one: the workloads of the fullest server. Overloads: the hours in which a server lacks cores."
    return Table(header, tuple(rows), caption)


def _fleet(name: str, fleet: Fleet, bound: str) -> tuple[str, ...]:
    return (
        name,
        str(fleet.hosts),
        bound,
        f"{fleet.utilization:.0%}",
        f"{fleet.energy:.1f}",
        str(fleet.lost_with_one),
        str(fleet.overloads),
    )


def provisioning_chart(bandwidth: float, cached: bool) -> Chart:
    """Seconds until an application runs, by the way it is provided; the link carries so many bytes a second."""
    seconds = tuple(provision(way, bandwidth, cached).final.seconds for way in WAYS)
    title = "Until the application runs, orders of magnitude"
    return Chart(title, "way", "time (s)", (Series("seconds", tuple(WAYS), seconds),), "bar", log_y=True)


def benefits_table(found: Sequence[Benefit]) -> Table:
    """Each benefit as a quantity, before and after, and its price."""
    rows = tuple((one.name, one.quantity, _figure(one.before), _figure(one.after), one.price) for one in found)
    return Table(("Benefit", "As a quantity", "Without", "With", "The price"), rows)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"

"""Runs of services in charts and tables: queues over time, latency by percentile, what became of the requests.

Every number comes from a run of the model; times are drawn in the unit that the axis names.
"""

from collections.abc import Iterable, Mapping

from vlearn.blocks import Chart, Series, Table
from vlearn.errors import ModelError
from vlearn.sim.services.application import Application
from vlearn.sim.services.load import Load
from vlearn.sim.services.report import Report, Visits
from vlearn.sim.services.simulate import simulate
from vlearn.views.migration_timeline import seconds

PERCENTS = (50, 95, 99)


def queues_over_time(application: Application, report: Report, names: Iterable[str], title: str = "") -> Chart:
    """How many visits wait for each of these services, by second; the run must have been looked at (`every`)."""
    if not report.samples:
        raise ModelError("nobody looked at the queues of this run: give `every` to simulate")
    places = {service.name: n for n, service in enumerate(application.services)}
    times = tuple(sample.seconds for sample in report.samples)
    series = []
    for name in names:
        application.service(name)
        series.append(Series(name, times, tuple(float(one.queued[places[name]]) for one in report.samples)))
    return Chart(title or "What waits in the queues", "time (s)", "visits that wait", tuple(series))


def latencies(reports: Mapping[str, Report], who: str = "customers") -> Chart:
    """The time to an answer that 50, 95 and 99 percent do not exceed, by run. Left out: runs without an answer."""
    series = tuple(
        Series(name, tuple(f"{percent} %" for percent in PERCENTS),
               tuple(report[who].percentile(percent) * 1000 for percent in PERCENTS))
        for name, report in reports.items()
        if report[who].answered
    )  # fmt: skip
    return Chart("Time to an answer", "percentile", "time (ms)", series, "bar")


def outcomes(reports: Mapping[str, Report], *who: str, first: str = "Run") -> Table:
    """What became of the requests of each load in each run, and how long those that were answered took."""
    loads = who or ("customers",)
    rows = tuple((name, one, *_outcome(report[one])) for name, report in reports.items() for one in loads)
    header = (first, "Who asks", "Requests", "Answered", "Failed", *(f"{percent} %" for percent in PERCENTS))
    return Table(header, rows, "Times that so many percent of the answered requests did not exceed.")


def _outcome(visits: Visits) -> tuple[str, ...]:
    times = (seconds(visits.percentile(percent)) if visits.answered else "none" for percent in PERCENTS)
    counts = (visits.arrived, visits.answered, visits.failed)
    return *(f"{count:,}" for count in counts), *times


def servers_taken(application: Application, report: Report) -> Chart:
    """The share of each service's servers that is taken, and the share that works; the rest waits for a callee."""
    names = tuple(service.name for service in application.services)
    taken = Series("taken", names, tuple(report[name].utilization * 100 for name in names))
    working = Series("at work", names, tuple(_working(application, report, name) * 100 for name in names))
    return Chart("Servers taken, and servers at work", "service", "share of time (%)", (taken, working), "bar")


def _working(application: Application, report: Report, name: str) -> float:
    """By the mean work; of visits that fail and messages that are tried again, the work is not counted."""
    service = application.service(name)
    return report[name].throughput / service.capacity


def scaled(application: Application, name: str, counts: Iterable[int], load: Load, seed: int = 0) -> dict[str, Report]:
    """The same load with so many servers for one service, by their number."""
    return {str(count): simulate(application.scaled(name, count), load, seed=seed) for count in counts}

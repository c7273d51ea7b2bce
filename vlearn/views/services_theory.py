"""Queueing theory beside runs of the model: the curve of waiting, and Little's law, counted."""

from collections.abc import Iterable

from vlearn.blocks import Chart, Series, Table
from vlearn.sim.services import queueing
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.latency import Exponential, Latency
from vlearn.sim.services.load import Load
from vlearn.sim.services.report import Report
from vlearn.sim.services.simulate import simulate
from vlearn.views.migration_timeline import seconds

SHARES = (0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Utilizations at which the curve is drawn and the model run."""
NAME = "service"


def single(rate: float, work: Latency, servers: int = 1, requests: int = 5000, seed: int = 0) -> Report:
    """A run of one service under Poisson arrivals."""
    application = Application((Service(NAME, work, servers),))
    return simulate(application, Load((Call(NAME),), rate, requests), seed=seed)


def wait_by_utilization(
    work: float, servers: Iterable[int] = (1,), requests: int = 20_000, seed: int = 0, shares: Iterable[float] = SHARES
) -> Chart:
    """The mean wait by formula and by run, for each number of servers. Every run has random numbers of its own."""
    shares = tuple(shares)
    percents = tuple(share * 100 for share in shares)
    series = []
    for count in servers:
        rates = [share * count / work for share in shares]
        formula = tuple(queueing.mean_wait(rate, work, count) * 1000 for rate in rates)
        runs = (single(rate, Exponential(work), count, requests, seed + n)[NAME] for n, rate in enumerate(rates))
        word = f"{count} server{'s' * (count > 1)}"
        series.append(Series(f"{word}, formula", percents, formula))
        series.append(Series(f"{word}, run", percents, tuple(run.mean_wait * 1000 for run in runs)))
    title = f"The mean wait for work of {seconds(work)}, by utilization"
    return Chart(title, "utilization (%)", "mean wait (ms)", tuple(series))


def theory_beside(rate: float, work: float, servers: int, requests: int = 20_000, seed: int = 0) -> Table:
    """M/M/c by Erlang's formulas, and what a run of so many requests counted."""
    run = single(rate, Exponential(work), servers, requests, seed)[NAME]
    pairs = (
        ("Utilization", f"{queueing.utilization(rate, work, servers):.1%}", f"{run.utilization:.1%}"),
        ("Mean wait", seconds(queueing.mean_wait(rate, work, servers)), seconds(run.mean_wait)),
        ("Mean time, wait and work", seconds(queueing.mean_time(rate, work, servers)), seconds(run.mean_time)),
        ("Mean number there", f"{queueing.mean_number(rate, work, servers):.2f}", f"{run.mean_number:.2f}"),
    )
    caption = (
        f"{rate:g} arrivals a second, {seconds(work)} of work each, {servers} server{'s' * (servers > 1)}; a run of"
        f" {requests:,} requests."
    )
    return Table(("", "By formula", "In the run"), pairs, caption)


def little(report: Report, names: Iterable[str]) -> Table:
    """Little's law, counted: how many come a second, how long each stays, how many are there."""
    rows = tuple(
        (name, f"{one.throughput:.2f}", seconds(one.mean_time), f"{one.throughput * one.mean_time:.2f}",
         f"{_watched(report, name, n):.2f}")
        for n, name in enumerate(report.visits)
        if name in names and (one := report[name])
    )  # fmt: skip
    header = ("Service", "Answers a second (λ)", "Mean time (W)", "λ × W", "Seen there, on average (L)")
    return Table(header, rows, f"λ and W from the answers, L from {len(report.samples)} looks at the run.")


def _watched(report: Report, name: str, place: int) -> float:
    """The mean of working and queued over all looks. Services come first among visits, in the samples' order."""
    looks = report.samples
    return sum(one.working[place] + one.queued[place] for one in looks) / max(1, len(looks))

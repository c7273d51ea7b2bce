"""Migrations in charts: bytes by round, strategies side by side, and where pre-copy stops converging.

Every number comes from a run.
"""

from collections.abc import Callable, Iterable

from vlearn.blocks import Chart, Series, Table
from vlearn.sim.migration.estimate import estimate
from vlearn.sim.migration.machine import Link, VirtualMachine
from vlearn.sim.migration.patterns import PAGE
from vlearn.sim.migration.report import Report
from vlearn.sim.migration.strategies import PUSH_NAMES, PUSHES, PostCopy, Strategy
from vlearn.sim.migration.transfer import transfer
from vlearn.views.migration_timeline import seconds

MB = 1e6


def bytes_by_round(report: Report) -> Chart:
    """What each round sent, and what was dirty when it ended."""
    names = tuple("paused" if one.paused else str(one.number) for one in report.rounds)
    sent = Series("sent", names, tuple(one.sent_bytes / MB for one in report.rounds))
    dirty = Series("dirty at its end", names, tuple(one.dirtied * PAGE / MB for one in report.rounds))
    return Chart(f"{report.strategy}: bytes by round", "round", "memory (MB)", (sent, dirty), "bar")


def sent_over_time(report: Report) -> Chart:
    """What has been sent, and what is dirty, by the time at which a round ends; seconds since the first began."""
    times, sent, dirty = [0.0], [0.0], [0.0]
    for one in report.rounds:
        times.append(times[-1] + one.seconds)
        sent.append(sent[-1] + one.sent_bytes / MB)
        dirty.append(one.dirtied * PAGE / MB)
    series = Series("sent so far", tuple(times), tuple(sent)), Series("dirty", tuple(times), tuple(dirty))
    return Chart(f"{report.strategy}: along time", "time (s)", "memory (MB)", series)


def strategies_compared(machine: VirtualMachine, link: Link, strategies: Iterable[Strategy]) -> Chart:
    """Total time and downtime of each."""
    reports = [transfer(machine, link, strategy) for strategy in strategies]
    names = tuple(report.strategy for report in reports)
    total = Series("total time", names, tuple(report.total for report in reports))
    down = Series("downtime", names, tuple(report.downtime for report in reports))
    return Chart("The same machine, moved in several ways", "strategy", "time (s)", (total, down), "bar", log_y=True)


def downtime_by_write_rate(
    machine: Callable[[float], VirtualMachine], link: Link, strategies: Iterable[Strategy], rates: Iterable[float]
) -> Chart:
    """The downtime by the rate in bytes a second at which the machine that `machine` makes of it writes."""
    rates = tuple(rates)
    series = tuple(
        Series(
            strategy.name,
            tuple(rate / MB for rate in rates),
            tuple(transfer(machine(rate), link, strategy).downtime for rate in rates),
        )
        for strategy in strategies
    )
    return Chart("Downtime by how fast the guest writes", "write rate (MB/s)", "downtime (s)", series, log_y=True)


def left_by_round(
    memory: float, bandwidth: float, rates: Iterable[float], working_set: float, rounds: int = 8
) -> Chart:
    """What is left after each round by the arithmetic of rates: it shrinks, or it stays."""
    series = []
    for rate in rates:
        found = estimate(memory, rate, bandwidth, downtime_limit=0, working_set=working_set, rounds=rounds)
        left = (*found.rounds[1:], found.left)
        number = tuple(float(n) for n in range(1, len(left) + 1))
        series.append(Series(f"writes {rate / MB:g} MB/s", number, tuple(value / MB for value in left)))
    title = f"What a round leaves over a link of {bandwidth / MB:g} MB/s"
    return Chart(title, "round", "dirty memory (MB)", tuple(series), log_y=True)


def post_copies(machine: VirtualMachine, link: Link) -> Table:
    """The same machine moved by each way in which pages follow it: what was asked for, waited for, and how long."""
    reports = {push: transfer(machine, link, PostCopy(push, alone=1.0)) for push in PUSHES}
    rows = tuple(
        (
            PUSH_NAMES[push],
            f"{report.pages:,}",
            f"{report.faults:,}",
            f"{report.faults / report.pages:.1%}",
            seconds(report.waited),
            seconds(report.total),
            seconds(report.downtime),
        )
        for push, report in reports.items()
    )
    header = (
        "Pages follow by",
        "Pages sent",
        "Asked for",
        "Share of all",
        "Processors waited",
        "Total time",
        "Downtime",
    )
    return Table(header, rows, "Post-copy in three ways; on demand alone for one second, then the rest is pushed.")

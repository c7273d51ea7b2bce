"""What wrong readings of a log of deployments come to, for each of DORA's measures, and what is wrong with them."""

from collections.abc import Callable, Iterator
from statistics import mean, median
from typing import TypeAlias

from vlearn.questions.generators.delivery_scenes import percent
from vlearn.sim.delivery.measures import DAY, Deployment

DAYS = 5
HOUR = 60.0
Misread: TypeAlias = Callable[[tuple[Deployment, ...]], Iterator[tuple[str, str]]]
"""Wrong values of one measure, and why each is wrong."""


def lead_hours(log: tuple[Deployment, ...]) -> list[float]:
    """How many hours each commit took until it was live."""
    return [(one.at - moment) / HOUR for one in log for moment in one.committed]


def _wrong_frequency(log: tuple[Deployment, ...]) -> Iterator[tuple[str, str]]:
    commits, good = len(lead_hours(log)), sum(not one.failed for one in log)
    yield f"{commits / DAYS:g} a day", "These are commits a day. Several of them may go live in one deployment."
    yield f"{good / DAYS:g} a day", "A deployment counts even if it fails; the fail rate tells how many do."
    yield f"{len({one.at // DAY for one in log}) / DAYS:g} a day", "These are the days with a deployment, by all days."
    yield f"{round(DAYS / len(log), 2):g} a day", "These are the days from one deployment to the next: turn it over."
    yield f"{round(len(log) / 7, 2):g} a day", "The log is of five days, not of seven."


def _wrong_lead(log: tuple[Deployment, ...]) -> Iterator[tuple[str, str]]:
    leads = lead_hours(log)
    yield f"{round(mean(leads), 2):g} hours", "This is the mean, which one commit that lay about can move a lot."
    oldest = [(one.at - one.committed[0]) / HOUR for one in log]
    yield f"{median(oldest):g} hours", "This takes the oldest commit of each deployment. Every commit counts."
    newest = [(one.at - one.committed[-1]) / HOUR for one in log]
    yield f"{median(newest):g} hours", "This takes the newest commit of each deployment. The others waited longer."
    good = [(one.at - moment) / HOUR for one in log for moment in one.committed if not one.failed]
    yield f"{median(good):g} hours", "Commits of failed deployments count, too: they were live."
    yield f"{max(leads):g} hours", "This is the longest lead time of all."


def _wrong_rate(log: tuple[Deployment, ...]) -> Iterator[tuple[str, str]]:
    failed, commits = sum(one.failed for one in log), len(lead_hours(log))
    yield percent(failed / commits), "This divides by the commits. Deployments fail, not commits."
    yield percent(failed / (len(log) - failed)), "This divides by the good deployments, not by all of them."
    yield percent(failed / DAYS), "This divides by the days. It is a share of the deployments."
    bad = sum(len(one.committed) for one in log if one.failed)
    yield percent(bad / commits), "This is the share of commits that went live with a failure."
    yield percent(1 - failed / len(log)), "This is the share of deployments that did not fail."


def _wrong_recovery(log: tuple[Deployment, ...]) -> Iterator[tuple[str, str]]:
    found = [(one, one.recovered) for one in log if one.recovered is not None]
    spans = [until - one.at for one, until in found]
    yield f"{sum(spans):g} minutes", "This is the time of all failures together."
    yield (
        f"{round(mean([*spans, *[0.0] * (len(log) - len(spans))]), 1):g} minutes",
        "Deployments without trouble have no recovery.",
    )
    yield f"{round(mean(spans), 1):g} minutes", "This is the mean; a median is asked for."
    yield f"{max(spans):g} minutes", "This is the longest of the failures."
    yield f"{min(spans):g} minutes", "This is the shortest of the failures."
    since = [until - one.committed[0] for one, until in found]
    yield f"{median(since):g} minutes", "This counts from the commit. Users suffer from when it is live."


WRONG: tuple[Callable[[tuple[Deployment, ...]], Iterator[tuple[str, str]]], ...] = (
    _wrong_frequency,
    _wrong_lead,
    _wrong_rate,
    _wrong_recovery,
)

"""Questions whose key is DORA's measures of a log of deployments. Wrong options are figures of wrong readings of it."""

from collections.abc import Iterator
from itertools import pairwise
from random import Random
from statistics import mean, median

from vlearn.blocks import Table, Text
from vlearn.questions.generators.delivery_scenes import clock
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.sim.delivery.measures import DAY, Deployment, Measures, measures

DAYS = 5
FAILED = {4: 2, 5: 2, 6: 3}
"""How many of so many deployments fail: a share that is a whole number of percent."""
HOUR = 60.0
NAMES = ("deployment frequency", "change lead time", "change fail rate", "failed deployment recovery time")
_DEFINED = (
    "DORA's measures, taken of these five days: the deployment frequency is deployments a day; the change lead time is"
    " the median, over all commits, from the commit until it is live; the change fail rate is the share of deployments"
    " that failed; the failed deployment recovery time is the median, over those, from when it went live until service"
    " was restored."
)
_LOG = "A team's log of five days; it works around the clock, and every trouble was the deployment's and began with it."


def four_measures(rng: Random) -> Posed:
    """Compute all four measures of a log."""
    log = _log(rng)
    found = measures(log, DAYS)
    rows = tuple(zip(NAMES, _units(), _figures(found), strict=True))
    prompt = (Text(f"{_LOG} {_DEFINED} Fill in the four."), _table(log))
    return Posed(prompt, asked_below(("Measure", "Unit", "Value"), rows, "Value"), _solution(log, found))


def one_measure(rng: Random) -> Posed:
    """Which value has one of the measures?"""
    while True:
        log, place = _log(rng), rng.randrange(len(NAMES))
        right = _worded(place, measures(log, DAYS))
        wrong = [(text, why) for text, why in _WRONG[place](log) if text != right]
        if len({text for text, _ in wrong}) >= 3:
            break
    options, correct = distractors(rng, right, wrong, 3)
    prompt = (Text(f"{_LOG} {_DEFINED} What is the {NAMES[place]}?"), _table(log))
    return Posed(prompt, SingleChoice(options, correct), _solution(log, measures(log, DAYS)))


def _log(rng: Random) -> tuple[Deployment, ...]:
    """Four to six deployments of one to three commits, of which some failed; an odd number of commits."""
    while True:
        count = rng.choice((4, 5, 6))
        times = sorted(rng.sample(range(18, DAYS * 24 - 12), count))
        if any(later - earlier < 6 for earlier, later in pairwise(times)):
            continue
        failed = set(rng.sample(range(count), FAILED[count]))
        log = tuple(_deployment(rng, at * HOUR, n in failed) for n, at in enumerate(times))
        if sum(len(one.committed) for one in log) % 2 and any(len(one.committed) > 1 for one in log):
            return log


def _deployment(rng: Random, at: float, failed: bool) -> Deployment:
    leads = rng.sample((1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16), rng.choice((1, 1, 2, 3)))
    recovered = at + rng.choice((10, 20, 30, 40, 60, 80, 90, 120, 150, 180)) if failed else None
    return Deployment(at, tuple(sorted(at - lead * HOUR for lead in leads)), failed, recovered)


def _table(log: tuple[Deployment, ...]) -> Table:
    rows = tuple(
        (
            str(n),
            ", ".join(clock(moment) for moment in one.committed),
            clock(one.at),
            f"restored {clock(one.recovered)}" if one.recovered is not None else "none",
        )
        for n, one in enumerate(log, 1)
    )
    return Table(("Deployment", "Commits made", "Live", "Trouble"), rows, "Made up for this exercise")


def _units() -> tuple[str, ...]:
    return "a day", "hours", "percent", "minutes"


def _figures(found: Measures) -> tuple[str, ...]:
    assert found.lead_time is not None
    assert found.fail_rate is not None
    assert found.recovery_time is not None
    return (
        f"{found.deployment_frequency:g}",
        f"{found.lead_time / HOUR:g}",
        f"{_percent(found.fail_rate)}",
        f"{found.recovery_time:g}",
    )


def _percent(share: float) -> str:
    return f"{round(share * 100, 1):g}"


def _worded(place: int, found: Measures) -> str:
    return _SAID[place].format(_figures(found)[place])


_SAID = ("{} a day", "{} hours", "{}%", "{} minutes")


def _leads(log: tuple[Deployment, ...]) -> list[float]:
    return [(one.at - moment) / HOUR for one in log for moment in one.committed]


def _wrong_frequency(log: tuple[Deployment, ...]) -> Iterator[tuple[str, str]]:
    commits, good = len(_leads(log)), sum(not one.failed for one in log)
    yield f"{commits / DAYS:g} a day", "These are commits a day. Several of them may go live in one deployment."
    yield f"{good / DAYS:g} a day", "A deployment counts even if it fails; the fail rate tells how many do."
    yield f"{len({one.at // DAY for one in log}) / DAYS:g} a day", "These are the days with a deployment, by all days."
    yield f"{round(DAYS / len(log), 2):g} a day", "These are the days from one deployment to the next: turn it over."
    yield f"{round(len(log) / 7, 2):g} a day", "The log is of five days, not of seven."


def _wrong_lead(log: tuple[Deployment, ...]) -> Iterator[tuple[str, str]]:
    leads = _leads(log)
    yield f"{round(mean(leads), 2):g} hours", "This is the mean, which one commit that lay about can move a lot."
    oldest = [(one.at - one.committed[0]) / HOUR for one in log]
    yield f"{median(oldest):g} hours", "This takes the oldest commit of each deployment. Every commit counts."
    newest = [(one.at - one.committed[-1]) / HOUR for one in log]
    yield f"{median(newest):g} hours", "This takes the newest commit of each deployment. The others waited longer."
    good = [(one.at - moment) / HOUR for one in log for moment in one.committed if not one.failed]
    yield f"{median(good):g} hours", "Commits of failed deployments count, too: they were live."
    yield f"{max(leads):g} hours", "This is the longest lead time of all."


def _wrong_rate(log: tuple[Deployment, ...]) -> Iterator[tuple[str, str]]:
    failed, commits = sum(one.failed for one in log), len(_leads(log))
    yield f"{_percent(failed / commits)}%", "This divides by the commits. Deployments fail, not commits."
    yield f"{_percent(failed / (len(log) - failed))}%", "This divides by the good deployments, not by all of them."
    yield f"{_percent(failed / DAYS)}%", "This divides by the days. It is a share of the deployments."
    bad = sum(len(one.committed) for one in log if one.failed)
    yield f"{_percent(bad / commits)}%", "This is the share of commits that went live with a failure."
    yield f"{_percent(1 - failed / len(log))}%", "This is the share of deployments that did not fail."


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


_WRONG = (_wrong_frequency, _wrong_lead, _wrong_rate, _wrong_recovery)


def _solution(log: tuple[Deployment, ...], found: Measures) -> tuple[Text, Text]:
    frequency, lead, rate, recovery = _figures(found)
    leads = ", ".join(f"{hours:g}" for hours in sorted(_leads(log)))
    spans = sorted(one.recovered - one.at for one in log if one.recovered is not None)
    failed = sum(one.failed for one in log)
    told = Text(
        f"- deployment frequency: {len(log)} deployments / {DAYS} days = {frequency} a day\n"
        f"- change lead time: in order {leads} hours; the one in the middle is {lead}\n"
        f"- change fail rate: {failed} of {len(log)} deployments, {rate}%\n"
        f"- failed deployment recovery time: {', '.join(f'{span:g}' for span in spans)} minutes; median {recovery}"
    )
    return told, Text("The first two tell how fast a team delivers, the last two how stable what it delivers is.")

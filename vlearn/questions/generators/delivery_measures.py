"""Questions whose key is DORA's measures of a log of deployments."""

from itertools import pairwise
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.delivery_misreadings import DAYS, HOUR, WRONG, lead_hours
from vlearn.questions.generators.delivery_scenes import clock
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.sim.delivery.measures import Deployment, Measures, measures

FAILED = {4: 2, 5: 2, 6: 3}
"""How many of so many deployments fail: a share that is a whole number of percent."""
NAMES = ("deployment frequency", "change lead time", "change fail rate", "failed deployment recovery time")
_DEFINED = (
    "DORA's measures, taken of these five days: the deployment frequency is deployments a day; the change lead time is"
    " the median, over all commits, from the commit until it is live; the change fail rate is the share of deployments"
    " that failed; the failed deployment recovery time is the median, over those, from when it went live until service"
    " was restored."
)
_LOG = "A team's log of five days; it works around the clock, and every trouble was the deployment's and began with it."


_GROUPS = (
    "The first two tell how fast a team delivers, the fail rate how stable what it delivers is. The recovery time stood"
    " for stability in Accelerate (2018); DORA counts it with the speed by now."
)


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
        wrong = [(text, why) for text, why in WRONG[place](log) if text != right]
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
        f"{found.fail_rate * 100:g}",
        f"{found.recovery_time:g}",
    )


def _worded(place: int, found: Measures) -> str:
    return _SAID[place].format(_figures(found)[place])


_SAID = ("{} a day", "{} hours", "{}%", "{} minutes")


def _solution(log: tuple[Deployment, ...], found: Measures) -> tuple[Text, Text]:
    frequency, lead, rate, recovery = _figures(found)
    leads = ", ".join(f"{hours:g}" for hours in sorted(lead_hours(log)))
    spans = sorted(one.recovered - one.at for one in log if one.recovered is not None)
    failed = sum(one.failed for one in log)
    told = Text(
        f"- deployment frequency: {len(log)} deployments / {DAYS} days = {frequency} a day\n"
        f"- change lead time: in order {leads} hours; the one in the middle is {lead}\n"
        f"- change fail rate: {failed} of {len(log)} deployments, {rate}%\n"
        f"- failed deployment recovery time: {', '.join(f'{span:g}' for span in spans)} minutes; median {recovery}"
    )
    return told, Text(_GROUPS)

"""The log, the team and the services of chapter 13's exercises, and what the models say of them; figures made up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

from vlearn.blocks import Table
from vlearn.sim.delivery.measures import Deployment, Measures, measures
from vlearn.sim.delivery.phases import Strategy
from vlearn.sim.delivery.release import Release, RollOut, Service, Version, release
from vlearn.sim.delivery.team import Team
from vlearn.sim.delivery.year import sweep
from vlearn.trace import run
from vlearn.views.delivery_words import minutes

HOUR = 60.0
ROWS: tuple[tuple[float, tuple[float, ...], float | None], ...] = (
    (10, (4, 7), None),
    (34, (10, 29, 32), 36),
    (58, (54,), None),
    (80, (59, 78), None),
    (106, (36,), 114),
    (130, (126, 127), None),
)
"""Hour of the deployment, hours of its commits, and the hour at which users were well again if they were not."""
LOG = tuple(
    Deployment(at * HOUR, tuple(one * HOUR for one in made), well is not None, well and well * HOUR)
    for at, made, well in ROWS
)
DAYS = 6


def log_table() -> Table:
    """The log of six days, in hours since it began."""
    rows = tuple(
        (f"{at:g}", ", ".join(f"{one:g}" for one in made), "no" if well is None else f"yes, until {well:g}")
        for at, made, well in ROWS
    )
    return Table(("Deployed at", "Its commits were made at", "Did users suffer by it?"), rows, "Hours; six days of 24.")


def right_measures() -> Measures:
    """What the log comes to."""
    return measures(LOG, DAYS)


TEAM = Team(developers=60, batch=6, build=5, test=40, false_alarm=0.05, lanes=2, approval=90, deploy=10, days=60)
STEPS: Mapping[str, tuple[float, str]] = {
    "batch": (1, "start a run for every single change"),
    "test": (15, "run the tests on more machines"),
    "false_alarm": (0.01, "repair the flaky tests"),
    "lanes": (3, "rent another lane"),
    "approval": (0, "ask nobody before the release"),
    "deploy": (5, "deploy faster"),
}
"""What may be changed, to what, and how."""


def steps_table() -> Table:
    """The team's controls, and what each could become."""
    rows = tuple((name, f"{getattr(TEAM, name):g}", f"{value:g}", words) for name, (value, words) in STEPS.items())
    return Table(("Control", "Now", "After it", "What you would do"), rows, "Times in minutes; figures made up.")


@cache
def lead_time(changed: frozenset[str], seed: int = 1) -> float:
    """The team's median lead time with those steps taken, in minutes."""
    team = replace(TEAM, **{name: STEPS[name][0] for name in changed})  # type: ignore[arg-type]
    found = sweep(team, "days", [team.days], seed)[0].measures.lead_time
    return found if found is not None else float("inf")


@cache
def best_pair() -> frozenset[str]:
    """The two steps after which the lead time is shortest."""
    return min(map(frozenset, combinations(STEPS, 2)), key=lead_time)


SWEEPS: Mapping[str, tuple[float, ...]] = {
    "batch": (1, 2, 3, 5, 8, 12, 20, 40),
    "test": (2, 5, 10, 15, 20, 25, 30, 40),
    "false_alarm": (0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5),
    "approval": (0, 30, 120, 480, 960),
    "lanes": (1, 2, 3, 5),
}
"""The controls of the notebook's study, and the values that it sweeps over."""
TEN = Service(servers=10, start=2.0, watch=30.0)


@dataclass(frozen=True, slots=True)
class Situation:
    """A service that gets a new version: what is asked for, in words, and whether a release keeps to it."""

    words: str
    version: Version
    kept: Callable[[Release], str]


def _of(*rules: tuple[Callable[[Release], bool], str]) -> Callable[[Release], str]:
    return lambda final: next((words for broken, words in rules if broken(final)), "")


def share_seen(final: Release) -> float:
    """The largest share of users that met the new version at a time."""
    return max((phase.share for phase in final.past), default=0.0)


SITUATIONS = {
    "archive": Situation(
        "there are ten servers and no more, and nine must always answer",
        Version("v2"),
        _of(
            (lambda final: final.most > 10, "more than ten servers are needed"),
            (lambda final: final.least < 9, "fewer than nine answer at a time"),
        ),
    ),
    "shop": Situation(
        "5 % of requests fail on the new version, which nobody knows yet: not more than a quarter of users may meet it"
        " before it is taken back, and the way back takes no time",
        Version("v2", 0.05),
        _of(
            (lambda final: final.back is None, "the fault is not noticed, and v2 is released"),
            (lambda final: share_seen(final) > 0.25, "more than a quarter of users meet the new version"),
            (lambda final: bool(final.back), "the way back takes its time"),
        ),
    ),
    "bank": Situation(
        "the two versions must never answer at the same time, and somebody must always answer",
        Version("v2"),
        _of(
            (lambda final: final.least < 1, "for a while nobody answers"),
            (lambda final: any(0 < phase.share < 1 for phase in final.past), "both versions answer at the same time"),
        ),
    ),
    "night job": Situation(
        "nobody uses it at night; it must be replaced within 3 minutes, on its ten servers",
        Version("v2"),
        _of(
            (lambda final: final.most > 10, "more than ten servers are needed"),
            (lambda final: final.minutes - TEN.watch > 3, "it takes more than 3 minutes"),
        ),
    ),
}


def situations_table() -> Table:
    """What each service asks for."""
    rows = tuple((name, one.words) for name, one in SITUATIONS.items())
    return Table(("Service", "What is asked for"), rows, "Ten servers each; a new one is ready after 2 minutes.")


def released(name: str, strategy: Strategy) -> Release:
    """A situation's release by a strategy."""
    return run(release, Release(TEN), [RollOut(SITUATIONS[name].version, strategy)]).final


def words_of(value: float) -> str:
    """A lead time in words."""
    return minutes(value)

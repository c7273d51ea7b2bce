"""Questions whose key is what flaky tests and too few lanes do to a pipeline, by arithmetic that the model does."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.delivery_scenes import counted
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, SingleChoice
from vlearn.sim.delivery.suites import Suite
from vlearn.sim.delivery.team import WORKDAY, Team

TIMES = {1: "once", 2: "twice", 3: "three times"}
_MADE_UP = "(Figures are made up for this exercise.)"


def false_alarms(rng: Random) -> Posed:
    """How often is the run of a right commit red?"""
    while True:
        suite = Suite(
            rng.choice((20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 800, 1000)),
            1.0,
            rng.choice((0.001, 0.002, 0.003, 0.004, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05)),
            reruns=rng.choice((0, 0, 1)),
        )
        right = _percent(suite.false_alarm)
        wrong = [(text, why) for text, why in _wrong(suite) if text != right]
        if 0.02 <= suite.false_alarm <= 0.98 and len({text for text, _ in wrong}) >= 3:
            break
    options, correct = distractors(rng, right, wrong, 3)
    again = " A test that fails is run once more, and counts as passed if that run passes." if suite.reruns else ""
    prompt = Text(
        f"A suite has {suite.tests:,} tests, each of which fails by chance in {_share(suite.flakiness)} of its runs,"
        f" independently of the others and of earlier runs.{again} How often is the run of a commit red although the"
        f" commit is right? {_MADE_UP}"
    )
    power = "²" if suite.reruns else ""
    solution = Text(
        f"All tests must pass: 1 − (1 − {suite.flakiness:g}{power})^{suite.tests} = **{right}**. What hardly ever"
        f" happens to one test happens often to a suite of {suite.tests:,}: on average it takes"
        f" {suite.runs_until_green:.2f} runs until a right commit is green."
    )
    return Posed((prompt,), SingleChoice(options, correct), (solution,))


def minutes_of_suite(rng: Random) -> Posed:
    """How long does a suite take on several machines, repeated until it is green?"""
    while True:
        machines, per = rng.choice((1, 2, 4, 5, 8)), rng.choice((30, 40, 60, 90, 120, 150))
        suite = Suite(machines * per - rng.choice((0, 0, 1)), float(rng.choice((2, 4, 6, 10))), machines=machines)
        runs = rng.choice((2, 3, 4))
        if suite.minutes * 60 == int(suite.minutes * 60) and suite.minutes == int(suite.minutes):
            break
    value = Fraction(suite.minutes) * runs
    prompt = Text(
        f"A suite has {suite.tests:,} tests of {suite.seconds:g} seconds each, shared out over"
        f" {counted(machines, 'machine')} as evenly as whole tests allow. A flaky test makes the suite red"
        f" {TIMES[runs - 1]}, and each time the whole of it is run again at once. How many minutes pass from"
        f" the start of the first run to the end of the green one? {_MADE_UP}"
    )
    solution = Text(
        f"The fullest machine has {-(-suite.tests // machines)} tests, {suite.minutes:g} minutes. The suite is run"
        f" {runs} times: **{float(value):g} minutes**. More machines shorten each run; a test that does not flake"
        f" would save {counted(runs - 1, 'whole run')}."
    )
    return Posed((prompt,), Numeric(value, unit="minutes"), (solution,))


def lanes_needed(rng: Random) -> Posed:
    """How many runs must be possible at once, so that the queue of changes does not grow?"""
    while True:
        team = Team(
            developers=rng.choice((10, 20, 30, 40, 60, 80, 120)),
            changes=float(rng.choice((1, 2, 3, 4))),
            batch=rng.choice((1, 1, 2, 4, 5)),
            build=float(rng.choice((3, 4, 5, 6, 8))),
            test=float(rng.choice((6, 10, 12, 15, 20, 25, 40))),
        )
        lanes = next(n for n in range(1, 200) if replace(team, lanes=n).load < 1)
        work = replace(team, lanes=1).load
        if 2 <= lanes <= 30 and abs(work - round(work)) > 0.05:
            break
    rows = (
        ("developers", f"{team.developers}"),
        ("changes of each, per day", f"{team.changes:g}"),
        ("changes that are tested together", f"{team.batch}"),
        ("build", f"{team.build:g} minutes"),
        ("tests", f"{team.test:g} minutes"),
        ("a working day", f"{WORKDAY:g} minutes"),
    )
    prompt = (
        Text(
            "A team's changes come evenly over the working day, and outside of it nothing runs. A run builds"
            " and tests a batch of them, one step after the other, and occupies a lane of the build server; every run"
            " is green. How many lanes are needed at least so that the changes that wait do not become more and more?"
            f" {_MADE_UP}"
        ),
        Table(("What", "How much"), rows),
    )
    runs = team.developers * team.changes / team.batch
    solution = Text(
        f"There are {runs:g} runs a day of {team.run_minutes:g} minutes, {runs * team.run_minutes:g} minutes of work. A"
        f" lane has {WORKDAY:g}, so {work:.4g} lanes would be busy all day: **{lanes}** are needed. With one fewer, the"
        " queue grows from day to day, and so does the lead time, however short a run is."
    )
    return Posed(prompt, Numeric(Fraction(lanes), unit="lanes"), (solution,))


def _wrong(suite: Suite) -> Iterator[tuple[str, str]]:
    """What wrong models say."""
    count, chance = suite.tests, suite.flakiness
    if suite.reruns:
        yield _percent(replace(suite, reruns=0).false_alarm), "This leaves out the second try that each test has."
        yield (
            _percent(replace(suite, reruns=0).false_alarm ** 2),
            "It is single tests that are tried again, not the suite.",
        )
        yield _percent(replace(suite, reruns=0).false_alarm / 2), "A second try does not halve anything."
    yield _percent(suite.false_alarm**2), "This would be two red runs in a row."
    yield _percent(1 - suite.false_alarm), "This is how often it is green."
    if count * chance < 1:
        yield _percent(count * chance), "Adding up counts runs twice in which two tests fail; it may exceed 100%."
    yield _percent(chance), "This is one test. The suite is red if any of its tests fails."
    yield _percent(1 - suite.false_alarm**2), "This is how often one of two runs is green."


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%"


def _share(chance: float) -> str:
    return f"{chance * 100:g}%"

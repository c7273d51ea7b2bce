"""Keys of chapter 13's generators, recomputed: the measures of a log."""

import re
from collections import Counter
from statistics import median

import pytest

from tests.questions.posing import option, pose, said, table


def minutes(text):
    day, time = text.split()
    hour, minute = map(int, time.split(":"))
    return ["Mon", "Tue", "Wed", "Thu", "Fri"].index(day) * 1440 + hour * 60 + minute


def four(rows):
    """The measures of a printed log: per day, hours, percent, minutes."""
    leads = [minutes(live) - minutes(commit) for _, commits, live, _ in rows for commit in commits.split(", ")]
    spans = [minutes(told.removeprefix("restored ")) - minutes(live) for *_, live, told in rows if told != "none"]
    return len(rows) / 5, median(leads) / 60, len(spans) / len(rows) * 100, median(spans)


@pytest.mark.parametrize("seed", range(14))
def test_the_measures_are_those_of_the_printed_log(seed):
    posed = pose("four-measures", seed)
    assert [float(row[2]) for row in posed.answer.rows] == pytest.approx(four(table(posed)), abs=0.06)


@pytest.mark.parametrize("seed", range(14))
def test_one_measure_is_among_three_wrong_readings(seed):
    posed = pose("one-measure", seed)
    asked = re.search(r"What is the (.+)\?", said(posed))[1]
    place = ["deployment frequency", "change lead time", "change fail rate", "failed deployment recovery time"]
    assert float(re.match(r"[\d.]+", option(posed))[0]) == pytest.approx(
        four(table(posed))[place.index(asked)], abs=0.06
    )
    assert len(posed.answer.options) == 4


def test_each_measure_is_asked_for():
    asked = Counter(re.search(r"What is the (.+)\?", said(pose("one-measure", seed)))[1] for seed in range(60))
    assert len(asked) == 4
    assert min(asked.values()) >= 5

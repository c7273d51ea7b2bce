from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.delivery.measures import EARLIER_NAMES, Deployment, Measures, measures
from vlearn.sim.delivery.suites import Suite
from vlearn.sim.delivery.team import Team
from vlearn.sim.delivery.year import simulate, sweep

HOUR = 60.0
LOG = (
    Deployment(10 * HOUR, (9 * HOUR, 4 * HOUR)),
    Deployment(30 * HOUR, (28 * HOUR,), failed=True, recovered=31 * HOUR),
    Deployment(40 * HOUR, (20 * HOUR,), failed=True, recovered=43 * HOUR),
    Deployment(90 * HOUR, (50 * HOUR,)),
)


def test_the_four_measures_of_a_log():
    assert measures(LOG, 4) == Measures(1.0, 6 * HOUR, 0.5, 2 * HOUR)
    assert measures(LOG, 1) == Measures(1.0, 3.5 * HOUR, 0.0, None)
    assert measures(LOG, 2, since=5 * 1440) == Measures(0.0, None, None, None)
    assert len(EARLIER_NAMES) == 4


def test_a_failure_that_lasts_counts_as_failed_and_not_as_recovered():
    assert measures([Deployment(1, (), failed=True)], 1) == Measures(1.0, None, 1.0, None)


QUIET = Team(developers=4, batch=1, false_alarm=0, fault_rate=0, days=100)


def test_without_chance_a_lead_time_is_what_the_pipeline_takes():
    found = simulate(replace(QUIET, lanes=50), Random(1))
    assert found.measures.lead_time == pytest.approx(QUIET.run_minutes + QUIET.deploy)
    assert found.measures.fail_rate == 0
    assert found.measures.deployment_frequency == pytest.approx(4, rel=0.1)


def test_lanes_are_as_busy_as_the_load_says():
    found = simulate(replace(QUIET, developers=16, lanes=2), Random(1))
    assert found.busy == pytest.approx(found.team.load, rel=0.06)


def lead_times(control, values, **team):
    return [year.measures.lead_time for year in sweep(Team(**team), control, values, 1)]


SLOWER = [
    ("test", (5, 10, 20, 30)),
    ("false_alarm", (0.0, 0.1, 0.2, 0.3)),
    ("approval", (0, 60, 480)),
    ("release_every", (0, 60, 480, 2400)),
    ("batch", (4, 8, 16, 50)),
]


@pytest.mark.parametrize(("control", "values"), SLOWER)
def test_each_control_lengthens_the_lead_time(control, values):
    found = lead_times(control, values, days=100)
    assert found == sorted(set(found))


def test_too_small_a_batch_is_worse_than_a_larger_one_where_lanes_are_few():
    one, two = sweep(Team(), "batch", (1, 2), 1)
    assert "a queue that grows has no lead time" in one.stopped
    assert one.minutes < two.minutes
    assert not two.stopped
    assert one.measures.lead_time > 20 * two.measures.lead_time


def test_rare_releases_fail_more_often_and_are_harder_to_repair():
    often, rarely = sweep(Team(rollback=False), "release_every", (0, 2400), 1)
    assert rarely.measures.fail_rate > 5 * often.measures.fail_rate
    assert rarely.measures.recovery_time > 5 * often.measures.recovery_time


def test_a_rollback_recovers_sooner_than_a_repair():
    back, forward = sweep(Team(), "rollback", (True, False), 1)
    assert back.measures.recovery_time < forward.measures.recovery_time / 4
    assert back.measures.lead_time == forward.measures.lead_time


def test_flaky_tests_send_right_changes_back():
    calm, flaky = sweep(Team(fault_rate=0), "false_alarm", (0.0, Suite(1000, 1, 0.0003).false_alarm), 1)
    assert calm.sent_back == 0
    assert flaky.wrongly == flaky.sent_back > 10


@given(
    st.builds(
        Team,
        developers=st.integers(1, 60),
        batch=st.integers(1, 20),
        false_alarm=st.floats(0, 0.6),
        fault_rate=st.floats(0, 1),
        caught=st.floats(0, 1),
        lanes=st.integers(1, 4),
        approval=st.floats(0, 300),
        release_every=st.sampled_from([0, 480]),
        rollback=st.booleans(),
        days=st.integers(1, 20),
    ),
    st.integers(0, 99),
)
@settings(deadline=None, max_examples=60)
def test_a_year_is_the_same_each_time_and_no_change_goes_live_twice(team, seed):
    found = simulate(team, Random(seed))
    assert found == simulate(team, Random(seed))
    moments = [moment for one in found.log for moment in one.committed]
    assert len(moments) == len(set(moments))
    assert all(before.at <= after.at for before, after in pairwise(found.log))
    least = team.run_minutes + team.deploy - 1e-6
    assert all(one.at - moment >= least for one in found.log for moment in one.committed)
    assert 0 <= found.wrongly <= found.sent_back <= found.runs
    assert 0 <= found.busy <= 1


REFUSED = [
    (lambda: Deployment(5, (6,)), "cannot be in production at 5 min"),
    (lambda: Deployment(5, (), recovered=6), "did not fail"),
    (lambda: Deployment(5, (), True, 4), "cannot end at 4 min"),
    (lambda: measures((), 0), "more than 0 days"),
    (lambda: Team(changes=-1), "changes of a team is 0 or more, not -1"),
    (lambda: Team(changes=0), "a rate of more than 0"),
    (lambda: Team(developers=0), "whole number of 1 or more"),
    (lambda: Team(batch=1.5), "whole number of 1 or more"),
    (lambda: Team(fault_rate=2), "a share from 0 to 1"),
    (lambda: Team(false_alarm=1), "no change would ever be green"),
    (lambda: Team(build=0, test=0), "a run takes more than 0 minutes"),
    (lambda: sweep(Team(), "bach", (1,), 1), "did you mean 'batch'"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_what_cannot_be_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()

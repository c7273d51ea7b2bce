import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.migration import (
    PAGE,
    Link,
    PreCopy,
    Sequential,
    VirtualMachine,
    estimate,
    plain,
    plan,
    transfer,
)


@given(st.integers(200, 2000), st.floats(0.01, 0.8), st.floats(0.1, 1.0))
@settings(deadline=None, max_examples=40)
def test_the_arithmetic_and_the_pages_agree_for_a_guest_that_writes_from_end_to_end(pages, share, part):
    size = max(1, int(pages * part)) * PAGE
    bandwidth = 100.0 * PAGE
    guessed = estimate(pages * PAGE, share * bandwidth, bandwidth, downtime_limit=0, working_set=size, rounds=4)
    machine = VirtualMachine(pages * PAGE, (Sequential(size, share * bandwidth),), 0)
    report = transfer(machine, Link(bandwidth, 0, 0), PreCopy(plain(rounds=4)))
    for one, expected in zip(report.rounds, (*guessed.rounds, guessed.left), strict=False):
        assert one.sent == pytest.approx(expected / PAGE, abs=5)


def test_a_machine_that_fits_the_limit_is_suspended():
    assert plan(1e6, 1e6, 125e6, 0.3).strategy == "suspend, copy, resume"


def test_a_quiet_machine_is_moved_by_pre_copy():
    found = plan(8e9, 10e6, 200e6, 1.0)
    assert found.strategy == "pre-copy"
    assert found.converges
    assert found.bandwidth_needed is None
    assert "a pause of 0.1 s for 20 MB" in found.advice[0]


def test_each_change_that_the_plan_names_makes_pre_copy_converge():
    memory, rate, bandwidth, limit, hot = 60e9, 400e6, 200e6, 1.0, 30e9
    found = plan(memory, rate, bandwidth, limit, working_set=hot, may_lose=True)
    assert not found.converges
    assert found.strategy == "post-copy"
    assert found.precopy.downtime == 150
    assert found.postcopy_total == 300
    assert plan(memory, rate, found.bandwidth_needed, limit, working_set=hot).converges
    assert plan(memory, rate * (1 - found.throttle_needed), bandwidth, limit, working_set=hot).converges
    assert not plan(memory, rate * (1.01 - found.throttle_needed), bandwidth, limit, working_set=hot).converges
    assert estimate(memory, rate, bandwidth, downtime_limit=found.limit_needed, working_set=hot).converges


def test_who_cannot_bear_a_loss_is_told_to_throttle():
    assert plan(60e9, 400e6, 200e6, 1.0).strategy == "pre-copy with a throttled guest"


REFUSED = [
    (lambda: plan(0, 1, 1, 0.3), "memory is in bytes and more than 0"),
    (lambda: plan(1e9, 1, 0, 0.3), "bandwidth is in bytes a second and more than 0"),
    (lambda: plan(1e9, -1, 1e6, 0.3), "a write rate is in bytes a second"),
    (lambda: plan(1e9, 1, 1e6, 300), "300 ms is 0.3"),
    (lambda: plan(1e9, 1, 1e6, 0.3, working_set=2e9), "at most the memory's 1,000,000,000"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_a_plan_for_what_cannot_be_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()

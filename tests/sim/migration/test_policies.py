import pytest

from vlearn.errors import ModelError
from vlearn.sim.migration import (
    MIB,
    PAGE,
    POLICIES,
    XEN_TODAY,
    Link,
    PreCopy,
    Sequential,
    VirtualMachine,
    hot_set,
    plain,
    policy,
    qemu,
    transfer,
)
from vlearn.sim.migration.policies import CLARK_2005, XEN_2005

MEMORY = 64 * MIB
LINK = Link(10 * MIB, 0, 0)


def writer(share, working_set=32 * MIB):
    """A machine that writes at a share of the link's rate."""
    return VirtualMachine(MEMORY, (Sequential(working_set, share * LINK.bandwidth),), 0)


@pytest.mark.parametrize("chosen", POLICIES.values(), ids=lambda one: one.name)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.95, 3.0])
def test_every_policy_comes_to_an_end_and_says_why(chosen, share):
    report = transfer(writer(share), LINK, PreCopy(chosen))
    assert report.why
    assert len(report.rounds) < 60
    assert report.identical == (report.ending == "at the destination")


def test_above_the_links_rate_and_without_a_cap_qemu_gives_up_and_the_machine_stays():
    report = transfer(writer(3.0), LINK, PreCopy(qemu()))
    assert report.ending == "at the source"
    assert report.downtime == 0
    assert report.why == "pre-copy does not converge: 10 rounds left no less than 33,554,432 bytes"


def test_a_plain_policy_without_any_bound_pauses_once_rounds_are_stuck():
    report = transfer(writer(3.0), LINK, PreCopy(plain()))
    assert report.why.startswith("pre-copy does not converge")
    assert report.ending == "at the destination"
    assert report.downtime == pytest.approx(3.2)


def test_auto_converge_slows_the_guest_until_the_limit_is_met():
    report = transfer(writer(3.0), LINK, PreCopy(qemu(auto_converge=True)))
    throttles = [one.throttle for one in report.rounds if not one.paused]
    assert report.ending == "at the destination"
    assert report.downtime <= 0.3
    assert throttles == sorted(throttles)
    assert throttles[1:7] == [0, 0, 0.2, 0.2, 0.3, 0.3]
    assert max(throttles) <= 0.99


def test_xen_today_makes_five_rounds_at_most():
    report = transfer(writer(0.5), LINK, PreCopy(XEN_TODAY))
    assert [one.paused for one in report.rounds] == [False] * 5 + [True]
    assert report.why == "5 rounds have been made"


def test_rates_rise_with_the_dirty_rate_and_stay_between_floor_and_ceiling():
    machine = VirtualMachine(256 * MIB, (hot_set(256 * MIB, 32 * MIB, 40 * MIB),), 0)
    for chosen in (CLARK_2005, XEN_2005):
        rounds = transfer(machine, Link(200 * MIB, 0, 0), PreCopy(chosen)).rounds
        live = [one.rate for one in rounds if not one.paused]
        assert live[0] == chosen.pace.first
        assert all(chosen.pace.first <= rate <= chosen.pace.ceiling for rate in live)
        assert rounds[-1].rate == chosen.pace.ceiling


def test_a_skipped_page_is_sent_in_a_later_round():
    report = transfer(writer(1.5, MEMORY), LINK, PreCopy(CLARK_2005))
    assert report.rounds[0].skipped > 0
    assert report.rounds[0].sent + report.rounds[0].skipped == MEMORY // PAGE
    assert report.identical


REFUSED = [
    (lambda: policy("Xen 2006"), "did you mean 'Xen 2005'"),
    (lambda: qemu(300), "300 of them are no limit: 300 ms is 0.3"),
    (lambda: qemu(-1), "in seconds and not negative"),
    (lambda: qemu(max_bandwidth=0), "in bytes a second and more than 0"),
    (lambda: plain(-1), "in bytes and cannot be -1"),
    (lambda: plain(rounds=-1), "there cannot be -1 rounds"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_a_policy_that_cannot_be_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()

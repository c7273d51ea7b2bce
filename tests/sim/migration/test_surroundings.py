"""The disk, the network, and Internet Suspend/Resume."""

from math import log

import pytest

from vlearn.errors import ModelError
from vlearn.sim.migration.machine import Link
from vlearn.sim.migration.network import MOST_RETRIES, Pause, Resume, Segment, lan, reconnect
from vlearn.sim.migration.storage import Disk, move_disk
from vlearn.sim.migration.suspend_resume import ResumeAt, SuspendHere, Work, carry, parcel
from vlearn.trace import run

HOSTS = (("a", "Cambridge"), ("b", "Cambridge"), ("c", "Oxford"))
ON_A = lan(HOSTS, "a")


def test_a_connection_survives_a_move_within_one_layer_2_network():
    trace = run(reconnect, ON_A, [Segment(), Pause(), Segment(), Resume("b"), Segment()])
    assert trace.kinds == (
        *("route", "acknowledge", "pause", "route", "frame-lost", "retransmit"),
        *("resume", "announce", "route", "acknowledge"),
    )
    assert trace.final.connected
    assert trace.final.waiting == 0


def test_without_an_announcement_the_switch_goes_on_sending_to_the_old_port():
    trace = run(reconnect, ON_A, [Pause(), Resume("b", announces=False), Segment()])
    assert trace.kinds[-2:] == ("frame-lost", "retransmit")
    assert "passes the segment on to a, but the machine is at b" in trace.steps[-2].event.text


def test_a_connection_does_not_survive_a_move_across():
    trace = run(reconnect, ON_A, [Pause(), Resume("c"), *[Segment()] * (MOST_RETRIES + 1)])
    assert "announce-in-vain" in trace.kinds
    assert trace.kinds[-1] == "give-up"
    assert not trace.final.connected
    assert trace.final.seconds == pytest.approx(924.6)  # as Linux documents tcp_retries2
    with pytest.raises(ModelError, match="has been given up"):
        run(reconnect, trace.final, [Segment()])


def test_a_host_that_is_not_there_is_refused():
    with pytest.raises(ModelError, match="there is no host 'd'; there are a, b, c"):
        run(reconnect, ON_A, [Resume("d")])


DISKS = [
    (Disk(10**9, shared=True, write_rate=1e9), 0.0, 0.0),
    (Disk(0, shared=False), 0.0, 0.0),
    (Disk(10**9, shared=False), 8.0, 1e9),
    (Disk(10**9, shared=False, write_rate=50e6), 20 * log(125 / 75), 2.5e9 * log(125 / 75)),
    (Disk(10**9, shared=False, write_rate=125e6), None, 0.0),
]


@pytest.mark.parametrize(("disk", "seconds", "sent"), DISKS)
def test_what_becomes_of_the_disk(disk, seconds, sent):
    found = move_disk(disk, Link(125e6))
    assert (found.seconds, found.sent) == (pytest.approx(seconds), pytest.approx(sent))
    assert found.why


def test_a_disk_takes_the_longer_the_nearer_its_writes_come_to_the_link():
    rates = [0.0, 1.0, 60e6, 120e6, 124.9e6]
    times = [move_disk(Disk(10**9, shared=False, write_rate=rate), Link(125e6)).seconds for rate in rates]
    assert times == sorted(times)
    assert times[1] == pytest.approx(8)
    assert times[-1] > 55


def test_a_disk_of_negative_size_is_refused():
    with pytest.raises(ModelError, match="in bytes and cannot be -1"):
        Disk(-1, shared=True)
    with pytest.raises(ModelError, match="bytes a second"):
        Disk(1, shared=True, write_rate=-1)


def test_a_host_where_the_machine_has_been_fetches_only_what_has_changed():
    day = [Work((1, 2)), SuspendHere(), ResumeAt("home"), Work((2, 5)), SuspendHere(), ResumeAt("work")]
    trace = run(carry, parcel(100, ("work", "home"), "work"), day)
    assert [step.state.fetched for step in trace.steps] == [0, 0, 100, 100, 100, 102]
    assert [step.state.sent for step in trace.steps] == [0, 2, 2, 2, 4, 4]
    assert trace.final.cache("work") == trace.final.server == trace.final.cache("home")


REFUSED = [
    ([SuspendHere(), Work((0,))], "nobody can work with it"),
    ([SuspendHere(), SuspendHere()], "suspended already"),
    ([ResumeAt("home")], "runs at work: suspend it first"),
    ([SuspendHere(), ResumeAt("beach")], "no host 'beach'"),
]


@pytest.mark.parametrize(("actions", "message"), REFUSED)
def test_a_parcel_is_at_one_place_at_a_time(actions, message):
    with pytest.raises(ModelError, match=message):
        run(carry, parcel(3, ("work", "home"), "work"), actions)

import pytest

from vlearn.sim.kubernetes.node.backoff import duration, following, until


def test_waiting_doubles_from_10_seconds_to_5_minutes():
    backoff, waits = None, []
    for _ in range(8):
        backoff = following(backoff, 0.0, 0.0)
        waits.append(backoff.wait)
    assert waits == [10, 20, 40, 80, 160, 300, 300, 300]


def test_ten_quiet_minutes_are_forgiven():
    backoff = following(following(None, 0.0, 0.0), 0.0, 0.0)
    assert following(backoff, 600.0, 600.0).wait == 40
    assert following(backoff, 601.0, 601.0).wait == 10
    assert (until(backoff, 600.0), until(backoff, 601.0), until(None, 5.0)) == (620.0, 601.0, 5.0)


DURATIONS = [(10, "10s"), (80, "1m20s"), (300, "5m0s"), (2.5, "2.5s"), (0.5, "500ms"), (0, "0s"), (3661, "1h1m1s")]


@pytest.mark.parametrize(("seconds", "written"), DURATIONS)
def test_durations_are_written_as_go_writes_them(seconds, written):
    assert duration(seconds) == written

from random import Random

import pytest

from vlearn.errors import ModelError
from vlearn.sim.datacenter.consolidation import (
    SERVER,
    Packing,
    Server,
    Workload,
    compare,
    curve,
    energy,
    fleet,
    made_up,
    overloaded,
    utilization,
    watts,
    workload,
)

FLAT = Workload("flat", (8000,) * 24, 1024)


def test_a_curve_rises_to_its_peak_and_falls_to_its_floor():
    assert curve(1000, 12, 4, 20)[7:18] == (200, 200, 400, 600, 800, 1000, 800, 600, 400, 200, 200)
    assert curve(1000, 0, 2, 0)[22:] == (0, 500)  # hours wrap around midnight


@pytest.mark.parametrize(("load", "drawn"), [(0, 150), (16_000, 250), (32_000, 350), (64_000, 350)])
def test_watts_grow_with_the_load_up_to_all_cores(load, drawn):
    assert watts(SERVER, load) == drawn


def test_four_quarter_loads_on_one_server_save_three_idle_ones():
    """Apart 4 x 200 W all day, together one at 350 W: 19.2 against 8.4 kWh."""
    four, apart, together = (FLAT,) * 4, Packing((0, 1, 2, 3)), Packing((0, 0, 0, 0))
    assert energy(four, apart, SERVER) == pytest.approx(19.2)
    assert energy(four, together, SERVER) == pytest.approx(8.4)
    assert (utilization(four, apart, SERVER), utilization(four, together, SERVER)) == (0.25, 1.0)
    assert (fleet(four, apart, SERVER).lost_with_one, fleet(four, together, SERVER).lost_with_one) == (1, 4)


def test_sizing_by_the_mean_saves_most_and_overloads():
    workloads = [workload(f"web{n}", "office", 8000, 4096) for n in range(12)]
    found = {sizing: compare(workloads, SERVER, sizing=sizing) for sizing in ("peak", "hour", "mean")}
    assert [found[sizing].after.hosts for sizing in ("peak", "hour", "mean")] == [4, 4, 1]
    assert [found[sizing].after.overloads for sizing in ("peak", "hour")] == [0, 0]
    assert found["mean"].after.overloads > 0
    at_noon = {hour for _, hour in overloaded(workloads, found["mean"].packing, SERVER)}
    assert 11 in at_noon
    assert 2 not in at_noon


def test_consolidation_in_figures():
    found = compare(made_up(400, Random(3)), SERVER)
    assert found.before.hosts == 400
    assert found.bound <= found.after.hosts < 40
    assert found.gap == found.after.hosts / found.bound - 1
    assert found.after.utilization > 5 * found.before.utilization
    assert 0.8 < found.saved < 1
    assert found.after.lost_with_one > 10 * found.before.lost_with_one


def test_nothing_to_run_needs_nothing():
    found = compare((), SERVER)
    assert (found.after.hosts, found.bound, found.gap, found.saved, found.after.utilization) == (0, 0, 0, 0, 0)


def test_the_same_seed_makes_up_the_same_workloads():
    assert made_up(50, Random(9)) == made_up(50, Random(9)) != made_up(50, Random(8))


REFUSED = [
    (lambda: Workload("x", (1,) * 23, 0), "a day has 24"),
    (lambda: Workload("x", (-1,) * 24, 0), "less than nothing"),
    (lambda: Server(0, 1), "1 millicore"),
    (lambda: Server(1, 1, idle=2, busy=1), "at least as much busy"),
    (lambda: curve(1, 24, 1), "0 to 23"),
    (lambda: workload("x", "offce", 1, 1), "did you mean 'office'"),
    (lambda: made_up(-1, Random(0)), "0 or more"),
    (lambda: watts(SERVER, -1), "not -1"),
    (lambda: energy((FLAT,), Packing(()), SERVER), "places 0 workloads; there are 1"),
]


@pytest.mark.parametrize(("ask", "says"), REFUSED)
def test_what_cannot_be_is_refused(ask, says):
    with pytest.raises(ModelError, match=says):
        ask()

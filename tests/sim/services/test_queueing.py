"""The formulas against textbook values and each other, and the engine against the formulas."""

from heapq import heapreplace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.services import queueing
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.latency import Exponential, Fixed, LogNormal, Sum, Uniform, coefficient_of_variation
from vlearn.sim.services.load import Load
from vlearn.sim.services.report import Visits
from vlearn.sim.services.simulate import simulate
from vlearn.sim.services.stations import compiled

ERLANG_C = [
    (0.5, 1, 0.5),
    (1.0, 2, 1 / 3),
    (2.0, 3, 4 / 9),
    (8.0, 10, 0.4092),
]
"""Erlangs offered, servers, the chance to wait; the last from tables."""


@pytest.mark.parametrize(("load", "servers", "chance"), ERLANG_C)
def test_erlang_c_is_what_the_tables_say(load, servers, chance):
    assert queueing.erlang_c(load, 1.0, servers) == pytest.approx(chance, abs=1e-4)


def test_one_server_waits_as_the_textbook_has_it():
    assert queueing.mean_wait(8, 0.1) == pytest.approx(0.4)
    assert queueing.mean_number(8, 0.1) == pytest.approx(4)
    assert queueing.mean_queue(8, 0.1) == pytest.approx(3.2)
    assert queueing.mean_wait_general(8, 0.1, 1) == pytest.approx(0.4)
    assert queueing.mean_wait_general(8, 0.1, 0) == pytest.approx(0.2)


@given(st.floats(0.05, 0.95), st.integers(1, 30))
def test_percentiles_invert_the_tail(busy, servers):
    rate = busy * servers
    wait = queueing.wait_percentile(99, rate, 1.0, servers)
    assert queueing.waits_longer(wait, rate, 1.0, servers) <= 0.01 + 1e-9
    assert queueing.mean_wait(rate, 1.0, servers + 1) < queueing.mean_wait(rate, 1.0, servers)


@given(st.floats(0.1, 200), st.floats(0.01, 1), st.floats(0.001, 1))
def test_the_fewest_servers_are_enough_and_one_less_is_not(rate, work, wait):
    servers = queueing.servers_needed(rate, work, wait)
    assert queueing.mean_wait(rate, work, servers) <= wait
    if servers > 1 and queueing.utilization(rate, work, servers - 1) < 1:
        assert queueing.mean_wait(rate, work, servers - 1) > wait


@pytest.mark.parametrize("ask", [queueing.erlang_c, queueing.mean_wait, queueing.mean_number])
def test_there_is_no_mean_above_capacity(ask):
    with pytest.raises(ModelError, match=r"grows without end; up to 10 a second"):
        ask(10, 0.1)


@pytest.mark.parametrize("bad", [(-1, 1, 1), (float("nan"), 1, 1), (1, 0, 1), (1, 1, 0)])
def test_rates_work_and_servers_have_to_make_sense(bad):
    with pytest.raises(ModelError):
        queueing.utilization(*bad)


def _alone(rate: float, work: object, servers: int, requests: int, seed: int) -> Visits:
    application = Application((Service("till", work, servers),))
    return simulate(application, Load((Call("till"),), rate, requests), seed=seed)["till"]


@pytest.mark.parametrize(("busy", "servers"), [(0.5, 1), (0.7, 1), (0.6, 2), (0.7, 4)])
def test_means_are_within_two_percent_of_theory(busy, servers):
    rate = busy * servers / 0.01
    # With fewer requests, a mean wait is further off than that by chance alone.
    till = _alone(rate, Exponential(0.01), servers, 600_000, 5)
    assert till.mean_wait == pytest.approx(queueing.mean_wait(rate, 0.01, servers), rel=0.02)
    assert till.mean_time == pytest.approx(queueing.mean_time(rate, 0.01, servers), rel=0.02)
    assert till.utilization == pytest.approx(busy, rel=0.02)
    assert till.mean_number == pytest.approx(queueing.mean_number(rate, 0.01, servers), rel=0.02)


@pytest.mark.parametrize("servers", [1, 3, 10])
def test_each_wait_is_what_kiefer_and_wolfowitz_compute(servers):
    """Arrival by arrival, whoever comes next begins when the first of the servers is free; to the nanosecond."""
    application = Application((Service("till", LogNormal(0.01), servers),))
    load = Load((Call("till"),), 60 * servers, 20_000)
    stations, (source,) = compiled(application, [load], 7, 1 << 30)
    free, waited = [0] * servers, 0
    for arrival in source.arrivals:
        begin = max(arrival, free[0])
        waited += begin - arrival
        heapreplace(free, begin + stations["till"].works())
    assert simulate(application, load, seed=7, limit=1 << 30)["till"].waited == waited > 0


@pytest.mark.parametrize("work", [Fixed(0.01), Uniform(0.005, 0.015), LogNormal(0.008, 4)])
def test_one_server_with_any_work_waits_as_pollaczek_and_khinchine_say(work):
    rate = 0.6 / work.mean
    variation = coefficient_of_variation(work)
    measured = _alone(rate, work, 1, 80_000, 2).mean_wait
    assert measured == pytest.approx(queueing.mean_wait_general(rate, work.mean, variation), rel=0.05)


@pytest.mark.parametrize("latency", [Exponential(2), Uniform(1, 3), LogNormal(1, 3), Sum((Fixed(1), Exponential(1)))])
def test_samples_have_their_mean(latency):
    assert latency.sample(np.random.default_rng(1), 400_000).mean() == pytest.approx(latency.mean, rel=0.01)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Fixed(0), lambda: Exponential(-1), lambda: Uniform(2, 1), lambda: LogNormal(1, 1), lambda: Sum(()),
        lambda: Fixed(float("inf")),
    ],
)  # fmt: skip
def test_a_latency_is_more_than_nothing(make):
    with pytest.raises(ModelError):
        make()

"""The breaker as a table and over all its states; back-off; and what time-outs, retries and bulkheads do in a run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.guards import Breaker, Circuit, Retry, ask, learn
from vlearn.sim.services.latency import SECOND, Fixed
from vlearn.sim.services.load import Down, Load, Slow
from vlearn.sim.services.report import Calls
from vlearn.sim.services.simulate import simulate

STORY = [
    (0, True, "closed"), (1, False, "closed"), (2, False, "open"), (3, None, "open"), (11, None, "open"),
    (12, False, "open"), (13, None, "open"), (22, True, "half-open"), (23, True, "closed"), (24, False, "closed"),
]  # fmt: skip
"""Seconds, how the call then made comes back (None: it must not be let through), and the state after it."""


def test_a_breaker_opens_tries_and_closes():
    breaker, circuit = Breaker(failures=2, cool_down=10, trials=2), Circuit()
    for seconds, good, state in STORY:
        circuit, allowed = ask(breaker, circuit, seconds * SECOND)
        assert allowed == (good is not None), seconds
        if good is not None:
            circuit = learn(breaker, circuit, seconds * SECOND, circuit.round, good)
        assert circuit.state == state, seconds


def test_what_comes_back_from_an_earlier_round_counts_nothing():
    breaker = Breaker(failures=1, cool_down=1)
    closed = Circuit()
    opened = learn(breaker, closed, 0, closed.round, False)
    trial, allowed = ask(breaker, opened, 2 * SECOND)
    assert (allowed, trial.state) == (True, "half-open")
    assert learn(breaker, trial, 2 * SECOND, closed.round, False) == trial
    assert not ask(breaker, trial, 2 * SECOND)[1]


@given(st.integers(1, 4), st.integers(1, 3), st.lists(st.tuples(st.integers(0, 3), st.booleans())))
def test_half_open_never_lets_more_than_its_trials_out(failures, trials, moves):
    breaker, circuit, now, out = Breaker(failures, 2, trials), Circuit(), 0, []
    for pause, good in moves:
        now += pause * SECOND
        if pause % 2 and out:
            circuit = learn(breaker, circuit, now, out.pop(0), good)
        else:
            circuit, allowed = ask(breaker, circuit, now)
            assert allowed or circuit.state != "closed"
            out += [circuit.round] * allowed
        if circuit.state == "half-open":
            assert circuit.trying == out.count(circuit.round)
            assert circuit.trying + circuit.count <= trials
        assert circuit.state != "closed" or circuit.count < failures


BACK_OFF = [("none", (0.1, 0.2, 0.4, 0.5)), ("equal", (0.075, 0.15, 0.3, 0.375)), ("full", (0.05, 0.1, 0.2, 0.25))]


@pytest.mark.parametrize(("jitter", "waits"), BACK_OFF)
def test_back_off_doubles_up_to_the_most(jitter, waits):
    retry = Retry(5, 0.1, 2, 0.5, jitter)
    assert tuple(retry.back_off(n, 0.5) for n in range(1, 5)) == pytest.approx(waits)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Retry(1), lambda: Retry(wait=0), lambda: Retry(most=0), lambda: Retry(factor=0.5),
        lambda: Retry(jitter="some"), lambda: Breaker(0), lambda: Breaker(cool_down=0), lambda: Breaker(trials=0),
    ],
)  # fmt: skip
def test_guards_have_to_make_sense(make):
    with pytest.raises(ModelError):
        make()


def _calls(call: Call, requests: int = 10, rate: float = 10, servers: int = 1) -> tuple[Calls, object]:
    application = Application((Service("db", Fixed(1), servers),))
    report = simulate(application, Load((call,), rate, requests, steady=True))
    return report.calls[0], report


def test_a_time_out_ends_the_waiting_and_not_the_work():
    counts, report = _calls(Call("db", timeout=0.5), requests=3)
    assert (counts.timeouts, report["customers"].failed) == (3, 3)
    assert (report["db"].answered, report["db"].wasted) == (3, 3)
    assert report["db"].seconds == 3


def test_only_what_was_answered_too_late_is_wasted():
    """Two wait for one server; after their callers have given up, the service goes down, and answers neither."""
    application = Application((Service("db", Fixed(1)),))
    load = Load((Call("db", timeout=0.2),), 10, 2, steady=True)
    db = simulate(application, load, faults=[Down("db", 0.5)])["db"]
    assert (db.answered, db.wasted, db.failed, db.refused) == (0, 0, 1, 1)


def test_what_a_bulkhead_holds_back_is_no_failure_to_the_breaker():
    counts, _ = _calls(Call("db", bulkhead=1, breaker=Breaker(2)), requests=8)
    assert (counts.rejected, counts.broken) == (7, 0)


def test_retries_multiply_the_load_of_what_is_slow_already():
    counts, report = _calls(Call("db", timeout=0.5, retry=Retry(3, 0.1)), requests=3)
    assert (counts.made, counts.retries, counts.timeouts) == (3, 6, 9)
    assert report["db"].arrived == 9


def test_a_bulkhead_lets_only_so_many_out():
    counts, report = _calls(Call("db", bulkhead=2), servers=5)
    assert counts.rejected == report["customers"].failed == 8
    assert report["db"].arrived == 2


def test_a_caller_goes_on_without_an_answer_that_it_does_not_need():
    _, report = _calls(Call("db", timeout=0.5, needed=False), requests=4)
    assert report["customers"].answered == 4
    assert report["customers"].percentile(100) == 0.5


def test_jitter_spreads_the_retries_of_calls_that_failed_together():
    """A hundred calls find the service full at the same moment; without jitter they come back as one."""
    application = Application((Service("db", Fixed(0.01), 5, room=0),))

    def refused(jitter: str) -> int:
        call = Call("db", retry=Retry(4, 0.5, jitter=jitter))
        return simulate(application, Load((call,), 1e9, 100, steady=True), seed=1)["db"].refused

    assert refused("none") > 1.5 * refused("full")


def test_a_breaker_spares_the_slow_service():
    application = Application((Service("db", Fixed(0.01), 2),))

    def wasted(breaker: Breaker | None) -> int:
        load = Load((Call("db", timeout=0.2, breaker=breaker),), 50, 2000)
        return simulate(application, load, faults=[Slow("db", 40, 5, 15)])["db"].wasted

    assert wasted(Breaker(5, 1)) < wasted(None) / 5

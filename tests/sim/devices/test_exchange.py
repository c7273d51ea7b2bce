import pytest

from vlearn.errors import ModelError
from vlearn.sim.devices.disciplines import (
    COMPARES_WITHOUT_WRAP,
    FULL_OFF_BY_ONE,
    LOOKS_TWICE,
    MISTAKES,
    NO_FINAL_CHECK,
    PUBLISHES_FIRST,
    REUSES_TAKEN_SLOTS,
    TWO_AHEAD,
)
from vlearn.sim.devices.exchange import ACTORS, Exchange, exchange
from vlearn.sim.devices.exchange_faults import faults, is_stuck
from vlearn.sim.devices.hunt import shortest_run
from vlearn.sim.devices.ring import WORD
from vlearn.trace import reachable

HUNTS = [  # discipline, requests, where the indices start, what goes wrong, steps of the shortest run
    (NO_FINAL_CHECK, 2, 0, "all are waiting", 18),
    (LOOKS_TWICE, 2, 0, "all are waiting", 19),
    (TWO_AHEAD, 2, 0, "all are waiting", 19),
    (FULL_OFF_BY_ONE, 3, 0, "request 1 was overwritten by request 3", 7),
    (REUSES_TAKEN_SLOTS, 3, 0, "request 3 was overwritten by response 1", 10),
    (PUBLISHES_FIRST, 2, 0, "the backend took an empty slot", 8),
    (COMPARES_WITHOUT_WRAP, 2, WORD - 1, "all are waiting", 6),
]


@pytest.mark.parametrize(("size", "total", "batch", "index"), [(1, 3, 1, 0), (2, 3, 1, 0), (2, 4, 2, WORD - 2)])
def test_nothing_goes_wrong_in_any_order_of_steps(size, total, batch, index):
    states = reachable(exchange, Exchange.begin(size, total, batch=batch, index=index), ACTORS)
    assert not [fault for state in states for fault in faults(state)]
    ends = [state for state in states if is_stuck(state)]
    assert ends
    assert all(len(state.answered) == len(state.received) == total for state in ends)


def test_every_mistake_is_hunted():
    assert {hunt[0] for hunt in HUNTS} == set(MISTAKES)


@pytest.mark.parametrize(("discipline", "total", "index", "wrong", "steps"), HUNTS)
def test_each_mistake_breaks_something_in_a_shortest_run(discipline, total, index, wrong, steps):
    start = Exchange.begin(2, total, discipline, index=index)
    trace = shortest_run(exchange, start, ACTORS, faults)
    assert faults(trace.final)[0].startswith(wrong)
    assert len(trace) == steps
    assert not any(faults(step.state) for step in trace.steps[:-1])


def test_the_same_mistake_goes_unseen_where_no_index_wraps():
    start = Exchange.begin(2, 3, COMPARES_WITHOUT_WRAP)
    assert shortest_run(exchange, start, ACTORS, faults) is None


def test_the_lost_notification_falls_into_the_gap_between_look_and_ask():
    trace = shortest_run(exchange, Exchange.begin(2, 2, NO_FINAL_CHECK), ACTORS, faults)
    look = trace.kinds.index("look")
    assert trace.kinds[look : look + 4] == ("look", "publish", "no-notify", "ask")


@pytest.mark.parametrize(("total", "batch"), [(0, 1), (-2, 1), (2, 0)])
def test_an_exchange_of_nothing_is_refused(total, batch):
    with pytest.raises(ModelError, match="1 or more"):
        Exchange.begin(2, total, batch=batch)


def test_a_hunt_through_too_many_states_says_so():
    with pytest.raises(ModelError, match="more than 50 states"):
        shortest_run(exchange, Exchange.begin(2, 3), ACTORS, faults, limit=50)

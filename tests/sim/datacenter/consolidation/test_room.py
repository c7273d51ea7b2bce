from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.datacenter.consolidation import (
    SERVER,
    Hour,
    Move,
    Server,
    Workload,
    compare,
    energy,
    furnish,
    largest_first,
    live,
    made_up,
    moves,
    problem,
    workload,
)
from vlearn.trace import run

THREE = tuple(workload(name, "office", peak, 1024) for name, peak in (("a", 2000), ("b", 8000), ("c", 4000)))


def test_the_largest_moves_first_and_opens_the_first_server():
    given_ = problem(THREE, Server(12_000, 8192))
    packing = compare(THREE, Server(12_000, 8192)).packing
    assert largest_first(given_) == (1, 2, 0)
    trace = run(live, furnish(THREE, Server(12_000, 8192)), [*moves(given_, packing), Hour(11)])
    assert trace.kinds == ("moved", "moved", "moved", "hour")
    assert [step.event.text.split(";")[0] for step in trace.steps[:3]] == [
        "b moves to server 0, which is switched on",
        "c moves to server 1, which is switched on",
        "a moves to server 0",
    ]
    assert trace.final.packing == packing


def test_an_hour_says_what_is_drawn_and_what_is_missing():
    room = run(live, furnish(THREE, Server(12_000, 8192)), [Move(n, 0) for n in range(3)]).final
    (step,) = live(room, Hour(11))
    assert step.event.kind == "overloaded"
    assert step.event.text == ("11:00: the servers draw 350 W; one for each workload, 683 W; server 0 lacks 2.0 cores")
    assert step.event.touches == ("server[0]",)
    (quiet,) = live(room, Hour(2))
    assert (quiet.event.kind, quiet.event.touches) == ("hour", ())


def test_until_an_hour_is_given_peaks_count():
    room = furnish(THREE, SERVER)
    assert [room.load(n) for n in range(3)] == [2000, 8000, 4000]
    (step,) = live(room, Hour(23))
    assert [step.state.load(n) for n in range(3)] == [one.load[23] for one in THREE]


@given(st.lists(st.integers(0, 3), max_size=8))
@settings(max_examples=40, deadline=None)
def test_the_watts_of_a_day_are_its_energy_wherever_workloads_are(places):
    workloads = made_up(8, Random(1))
    room, used = furnish(workloads, SERVER), 0
    for number, place in enumerate(places):
        to = min(place, used)
        room = run(live, room, [Move(number, to)]).final
        used = max(used, to + 1)
        assert room.hosts == used
    assert sum(room.watts(hour) for hour in range(24)) == pytest.approx(1000 * energy(workloads, room.packing, SERVER))


REFUSED = [
    (Move(3, 0), "numbered 0 to 2"),
    (Move(0, 1), "servers 0 to 0"),
    (Move(-1, 0), "numbered 0 to 2"),
    (Hour(24), "0 to 23"),
]


@pytest.mark.parametrize(("action", "says"), REFUSED)
def test_what_cannot_be_is_refused(action, says):
    with pytest.raises(ModelError, match=says):
        run(live, furnish(THREE, SERVER), [action])


def test_nobody_moves_twice():
    with pytest.raises(ModelError, match="has moved already, to server 0"):
        run(live, furnish((Workload("x", (0,) * 24, 0),), SERVER), [Move(0, 0), Move(0, 0)])

import pytest

from tests.views.geometry import SVG, collisions, root_of, texts_of
from vlearn.sim.devices.disciplines import FULL_OFF_BY_ONE, NO_FINAL_CHECK
from vlearn.sim.devices.exchange import ACTORS, Exchange, exchange
from vlearn.sim.devices.exchange_faults import faults
from vlearn.sim.devices.hunt import shortest_run
from vlearn.sim.devices.ring import WORD
from vlearn.sim.devices.ring_run import Answer, Collect, FinalCheck, Publish, RingState, Take, use_ring
from vlearn.trace import run
from vlearn.views.devices_ring import draw_ring
from vlearn.views.devices_slots import slots_of
from vlearn.views.svg import CURRENT

MOVES = [Publish(3), Take(2), Answer(1), Collect(1), Publish(2), Take(), Answer(), Collect(), FinalCheck("backend")]
RUNS = [
    run(use_ring, RingState.empty(4), MOVES),
    run(use_ring, RingState.empty(32, WORD - 6), [Publish(11), Take(7), Answer(3), Collect(1)]),
    run(use_ring, RingState.empty(1), MOVES),
    shortest_run(exchange, Exchange.begin(2, 2, NO_FINAL_CHECK), ACTORS, faults),
    shortest_run(exchange, Exchange.begin(2, 3, FULL_OFF_BY_ONE, batch=2), ACTORS, faults),
]


@pytest.mark.parametrize("trace", RUNS)
def test_nothing_in_a_drawing_meets_anything_else(trace):
    for state, event in [(trace.start, None), *((step.state, step.event) for step in trace.steps)]:
        figure, _ = draw_ring(state, event)
        assert not collisions(figure.svg)


def test_every_slot_says_what_it_is_in_use_for():
    state = run(use_ring, RingState.empty(4), MOVES[:3]).final
    assert [slot.stage for slot in slots_of(state.ring)] == ["answered", "with the backend", "to be taken", "free"]


def test_the_words_say_what_the_picture_says():
    step = run(use_ring, RingState.empty(4), MOVES[:3]).steps[-1]
    figure, table = draw_ring(step.state, step.event)
    assert "slot 0: response 1, answered; slot 1: request 2, with the backend" in figure.alt
    assert "req_prod 3, req_cons 2, rsp_prod 1, rsp_cons 0" in figure.alt
    assert figure.alt.endswith("the backend notifies the frontend.")
    assert ("req_prod", "shared", "requests published", "3") in table.rows


def test_indices_near_the_wrap_are_counted_from_it():
    figure, _ = draw_ring(RingState.empty(4, WORD - 6), None)
    assert "req_prod 2³²−6" in [area.words for area in texts_of(root_of(figure.svg))]


def test_the_end_whose_event_index_changes_is_marked():
    step = run(use_ring, RingState.empty(4), [FinalCheck("backend")]).steps[0]
    figure, _ = draw_ring(step.state, step.event)
    assert sum(rect.get("fill") == CURRENT.fill for rect in root_of(figure.svg).iter(f"{SVG}rect")) == 1


def test_who_sleeps_is_said():
    figure, _ = draw_ring(Exchange.begin(2, 1), None)
    assert "Backend: asleep." in figure.alt

import pytest

from vlearn.errors import ModelError
from vlearn.sim.devices.ring_run import Answer, Collect, FinalCheck, Publish, RingState, Take, use_ring
from vlearn.trace import run

BANK = [  # ch07-ring-run: the move, req_prod, req_cons, rsp_prod, rsp_cons, free slots
    ([], (0, 0, 0, 0, 4)),
    ([Publish(3)], (3, 0, 0, 0, 1)),
    ([Take(2)], (3, 2, 0, 0, 1)),
    ([Answer(1)], (3, 2, 1, 0, 1)),
    ([Collect(1)], (3, 2, 1, 1, 2)),
    ([Publish(2)], (5, 2, 1, 1, 0)),
    ([Take(), Answer()], (5, 5, 5, 1, 0)),
    ([Collect()], (5, 5, 5, 5, 4)),
]


def test_the_ring_of_the_question_runs_as_its_key_says():
    state = RingState.empty(4)
    for moves, expected in BANK:
        state = run(use_ring, state, moves).final
        ring = state.ring
        assert (ring.req_prod, ring.req_cons, ring.rsp_prod, ring.rsp_cons, ring.free) == expected


def test_a_golden_run_notifies_once_for_each_sleep():
    moves = [Publish(1), Publish(1), Take(), FinalCheck("backend"), Publish(1), Answer(), FinalCheck("frontend")]
    kinds = run(use_ring, RingState.empty(4), moves).kinds
    assert kinds == (
        *("publish", "notify", "publish", "no-notify", "take", "ask", "sleep"),
        *("publish", "notify", "answer", "notify", "stay"),
    )


def test_a_full_ring_takes_what_fits():
    trace = run(use_ring, RingState.empty(2), [Publish(3), Publish(), Take(5), Answer(9), Collect(9)])
    assert trace.kinds.count("ring-full") == 2
    assert trace.final.placed == trace.final.ring.rsp_cons == 2
    assert "nothing-held" in trace.kinds


@pytest.mark.parametrize("move", [Publish, Take, Answer, Collect])
def test_a_move_of_nothing_is_refused(move):
    with pytest.raises(ModelError, match="1 message or more"):
        move(0)


def test_a_ring_has_two_ends():
    with pytest.raises(ModelError, match="frontend and a backend"):
        FinalCheck("middle")

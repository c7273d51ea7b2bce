"""The table of the ring's model and Xen's header, and the recording that stands in for the header."""

from random import Random

import pytest

from vlearn.lab import real_io_ring
from vlearn.lab.real_io_ring import MOVES, SIZE, beside_xens_header, header_answers, model_answers, recorded_answers
from vlearn.questions.generators.devices_rings import drawn_moves
from vlearn.sim.devices.ring import WORD
from vlearn.sim.devices.ring_run import FinalCheck, RingState


def test_the_model_says_what_was_recorded():
    assert model_answers() == recorded_answers()
    assert len(recorded_answers()) == len(MOVES)


def test_the_recording_is_what_the_header_says():
    answers = header_answers()
    if answers is None:
        pytest.skip("there is no C compiler here, or no xen/io/ring.h (package libxen-dev)")
    assert answers == recorded_answers()


@pytest.mark.parametrize("seed", range(4))
def test_the_header_says_the_same_of_moves_at_random(seed):
    rng = Random(seed)
    start = rng.choice((0, 7, WORD - rng.randrange(1, 40)))
    moves = []
    for move in drawn_moves(rng, RingState.empty(SIZE, start), 120):
        moves.append(move)
        if rng.random() < 0.3:
            moves.append(FinalCheck(rng.choice(("frontend", "backend"))))
    answers = header_answers(tuple(moves), start)
    if answers is None:
        pytest.skip("there is no C compiler here, or no xen/io/ring.h (package libxen-dev)")
    assert answers == model_answers(tuple(moves), start)


def test_without_a_compiler_the_table_says_that_it_is_recorded(monkeypatch):
    monkeypatch.setattr("vlearn.lab.real_io_ring.shutil.which", lambda name: None)
    shown = str(beside_xens_header())
    assert "recorded earlier" in shown
    assert shown.count("yes") == len(MOVES)


def test_without_the_header_there_is_no_live_answer(monkeypatch, tmp_path):
    program = tmp_path / "io_ring.c"
    program.write_text("#include <no/such/header.h>\nint main(void) { return 0; }\n", encoding="utf-8")
    monkeypatch.setattr(real_io_ring, "PROGRAM", program)
    assert header_answers() is None


def test_a_difference_is_named(monkeypatch):
    wrong = tuple((*row[:-1], 1 - row[-1]) for row in recorded_answers())
    monkeypatch.setattr(real_io_ring, "model_answers", lambda: wrong)
    monkeypatch.setattr(real_io_ring, "header_answers", lambda: None)
    assert str(beside_xens_header()).count("NO") == len(MOVES)


def test_the_moves_cross_the_wrap_notify_and_do_not():
    rows = recorded_answers()
    assert {row[-1] for row in rows} == {0, 1}
    assert rows[0][0] < rows[0][1]

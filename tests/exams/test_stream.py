"""Random streams are the same everywhere, and none depends on another."""

import os
import subprocess
import sys

from vlearn.exams.stream import stream


def test_a_stream_is_the_same_in_another_process_with_another_hash_seed():
    program = "from vlearn.exams.stream import stream; print(stream(7, 'A', 'ch06-é').getrandbits(64))"
    for hash_seed in "12":
        ran = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(ran.stdout) == stream(7, "A", "ch06-é").getrandbits(64)


def test_streams_of_different_seeds_forms_and_questions_differ():
    purposes = [(seed, form, id) for seed in range(5) for form in "AB" for id in ("q1", "q2", "q1q2")]
    assert len({stream(*purpose).getrandbits(64) for purpose in purposes}) == len(purposes)
    assert stream(1, "A", "B").random() != stream(1, "AB").random()


def test_the_streams_of_past_exams_stay_what_they_were():
    assert stream(1, "A", "ch06-walk", "options").getrandbits(32) == 3788641974

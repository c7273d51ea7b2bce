"""A short round of what `make fuzz` does at length: nearly sound files, the same ones each time, for every reader.

The long round is guided by coverage (atheris), which has wheels for some versions of Python only; it is tried where
that is installed.
"""

import subprocess
import sys
from random import Random

import pytest

from tests.security.mutation import mutated
from tests.security.targets import TARGETS

ROUNDS = 600


@pytest.mark.parametrize("name", TARGETS)
def test_a_sound_file_is_read(name: str) -> None:
    assert [TARGETS[name].refusal(seed) for seed in TARGETS[name].seeds] == [None] * len(TARGETS[name].seeds)


@pytest.mark.parametrize("name", TARGETS)
def test_a_nearly_sound_file_is_read_or_refused_in_words(name: str) -> None:
    target, rng = TARGETS[name], Random(name)
    files = (mutated(rng.choice(target.seeds), target.seeds, target.words, rng) for _ in range(ROUNDS))
    refusals = [words for file in files if (words := target.refusal(file)) is not None]
    assert refusals
    assert all(words.strip() for words in refusals)


@pytest.mark.parametrize("name", ["moodle", "gift", "questions"])
def test_the_guided_round_runs(name: str, tmp_path) -> None:
    pytest.importorskip("atheris", reason="no atheris here: pip install 'vlearn[fuzz]', where Python has it")
    command = [
        sys.executable,
        "-m",
        "tests.security.fuzz_importers",
        name,
        "-runs=300",
        f"-artifact_prefix={tmp_path}/",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "number_of_executed_units: 300" in done.stderr

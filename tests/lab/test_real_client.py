"""The table of the model's docker client and the real one, and the recording that stands in for it."""

import pytest

from vlearn.lab import real_client
from vlearn.lab.real_client import LINES, NOBODY, beside_the_client, live_answers, model_answers, recorded_answers


def test_the_model_says_what_was_recorded():
    assert model_answers() == recorded_answers()
    assert len(recorded_answers()) == len(LINES)


def test_the_recording_is_what_the_client_says():
    answers = live_answers()
    if answers is None:
        pytest.skip("the docker command line is not installed")
    assert answers == recorded_answers()


def test_no_line_is_one_for_the_daemon():
    assert not any("daemon" in text for text, _ in recorded_answers())
    assert {code for _, code in recorded_answers()} == {1, 125}


def test_the_real_client_is_pointed_at_nobody(monkeypatch):
    seen = []

    class Done:
        stdout, stderr, returncode = "", "refused\n", 1

    def ran(command, **options):
        seen.append(options["env"])
        return Done()

    monkeypatch.setenv("DOCKER_CONTEXT", "production")
    monkeypatch.setattr("vlearn.lab.real_client.shutil.which", lambda name: name)
    monkeypatch.setattr("vlearn.lab.real_client.subprocess.run", ran)
    assert set(live_answers()) == {("refused", 1)}
    assert all(one["DOCKER_HOST"] == NOBODY and "DOCKER_CONTEXT" not in one for one in seen)


def test_without_a_client_the_table_says_that_it_is_recorded(monkeypatch):
    monkeypatch.setattr("vlearn.lab.real_client.shutil.which", lambda name: None)
    shown = str(beside_the_client())
    assert "recorded earlier" in shown
    assert shown.count("yes") == len(LINES)


def test_a_difference_is_named(monkeypatch):
    monkeypatch.setattr(
        real_client, "live_answers", lambda: tuple((text, code + 1) for text, code in recorded_answers())
    )
    assert str(beside_the_client()).count("NO") == len(LINES)

"""The table of model and processor, and the recording that stands in for the processor."""

import json

import pytest

from vlearn.lab import real_thing
from vlearn.lab.real_thing import ACCESSES, RECORDED, beside_the_processor, live_answers, model_answers


def test_the_model_says_what_was_recorded():
    assert list(model_answers()) == json.loads(RECORDED.read_text(encoding="utf-8"))


def test_the_recording_is_what_the_processor_says():
    pytest.importorskip("unicorn", reason="the processor is in the extra vlearn[oracle]")
    assert list(live_answers()) == json.loads(RECORDED.read_text(encoding="utf-8"))


def test_without_the_processor_the_table_says_that_it_is_recorded(monkeypatch):
    monkeypatch.setattr("vlearn.lab.recorded.find_spec", lambda name: None)
    shown = str(beside_the_processor())
    assert "recorded earlier" in shown
    assert shown.count("yes") == len(ACCESSES)


def test_a_difference_is_named(monkeypatch):
    monkeypatch.setattr(real_thing, "model_answers", lambda: ("somewhere else",) * len(ACCESSES))
    monkeypatch.setattr("vlearn.lab.recorded.find_spec", lambda name: None)
    assert str(beside_the_processor()).count("NO") == len(ACCESSES)

"""The table of classifier and processor, and the recording that stands in for the processor."""

import json

import pytest

from vlearn.lab import real_rings
from vlearn.lab.real_rings import FORMS, RECORDED, beside_the_rings, live_answers, model_answers, pair, verdicts


def recorded():
    return tuple(map(tuple, json.loads(RECORDED.read_text(encoding="utf-8"))))


def test_the_model_says_what_was_recorded():
    assert model_answers() == recorded()


def test_the_recording_is_what_the_processor_says():
    pytest.importorskip("unicorn", reason="the processor is in the extra vlearn[oracle]")
    assert live_answers() == recorded()


def test_without_the_processor_the_table_says_that_it_is_recorded(monkeypatch):
    monkeypatch.setattr("vlearn.lab.recorded.find_spec", lambda name: None)
    shown = str(beside_the_rings())
    assert "recorded earlier" in shown
    assert shown.count("yes") == len(FORMS)


def test_a_difference_is_named(monkeypatch):
    monkeypatch.setattr(real_rings, "model_answers", lambda: (("changes all", "changes all"),) * len(FORMS))
    monkeypatch.setattr("vlearn.lab.recorded.find_spec", lambda name: None)
    assert str(beside_the_rings()).count("NO") == len(FORMS)


def test_what_the_processor_did_bears_out_each_verdict():
    """In a pair of modes that one side faults is privileged; where neither does and they differ, sensitive."""
    for verdict, (one, two) in zip(verdicts(), recorded(), strict=True):
        _, first, second = pair(verdict)
        if first.cpl != second.cpl:
            assert verdict.privileged == (two.startswith("#GP") and not one.startswith("#GP"))
        if not verdict.privileged:
            assert verdict.sensitive == (one != two)

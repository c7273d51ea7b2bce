"""The table of privilege levels, and the recording that stands in for the processor."""

import json

import pytest

from vlearn.lab import real_levels
from vlearn.lab.real_levels import CASES, IOPLS, RECORDED, RINGS, beside_the_levels, live_answers, model_answers


def recorded():
    return json.loads(RECORDED.read_text(encoding="utf-8"))


def test_the_model_says_what_was_recorded():
    assert model_answers() == recorded()
    assert len(recorded()) == len(CASES) * len(RINGS) * len(IOPLS)


def test_the_recording_is_what_the_processor_says():
    pytest.importorskip("unicorn", reason="the processor is in the extra vlearn[oracle]")
    assert live_answers() == recorded()


def test_without_the_processor_the_table_says_that_it_is_recorded(monkeypatch):
    monkeypatch.setattr("vlearn.lab.recorded.find_spec", lambda name: None)
    shown = str(beside_the_levels())
    assert "recorded earlier" in shown
    assert shown.count("yes") == len(CASES)


def test_a_difference_is_named(monkeypatch):
    monkeypatch.setattr("vlearn.lab.recorded.find_spec", lambda name: None)
    monkeypatch.setattr(real_levels, "model_answers", lambda: dict.fromkeys(recorded(), "changes all"))
    assert str(beside_the_levels()).count("NO") == len(CASES)


@pytest.mark.parametrize("ring", [1, 3])
@pytest.mark.parametrize("name", ["popf", "iret"])
def test_popf_and_iret_are_silent_outside_ring_0_unless_iopl_allows(name, ring):
    assert recorded()[f"{name} at CPL {ring}, IOPL 0"] == "changes nothing"
    assert recorded()[f"{name} at CPL {ring}, IOPL 3"] == "IF = 0x0"

"""The table of mode switches, and the recording that stands in for the processor."""

import json

import pytest

from vlearn.lab import real_switches
from vlearn.lab.real_switches import CASES, RECORDED, beside_the_switches, live_counts, machine, model_counts
from vlearn.sim.cpu import run_program


def recorded():
    return tuple(map(tuple, json.loads(RECORDED.read_text(encoding="utf-8"))))


def test_the_model_of_hypervisors_counts_what_the_processor_was_recorded_to_do():
    assert model_counts() == tuple(switches for _, _, switches in recorded())
    assert len(set(model_counts())) > 3


def test_the_recording_is_what_the_processor_says():
    pytest.importorskip("unicorn", reason="the processor is in the extra vlearn[oracle]")
    assert live_counts() == recorded()


@pytest.mark.parametrize("case", CASES[:-1], ids=lambda case: f"{case.what}, {case.device}, {case.monitored}")
def test_every_access_faults_once_beneath_a_monitor_and_never_without(case):
    cpu, done = machine(case)
    kinds = []
    for step in run_program(cpu, 2000).steps:
        if step.state.eip == done:
            break
        kinds.append(step.event.kind)
    assert kinds.count("fault") == case.accesses * case.monitored
    assert dict(zip(CASES, recorded(), strict=True))[case][1] == 1 + kinds.count("fault")


def test_without_the_processor_the_table_says_that_it_is_recorded(monkeypatch):
    monkeypatch.setattr("vlearn.lab.recorded.find_spec", lambda name: None)
    shown = str(beside_the_switches())
    assert "recorded earlier" in shown
    assert shown.count("yes") == len(CASES)


def test_a_difference_is_named(monkeypatch):
    monkeypatch.setattr("vlearn.lab.recorded.find_spec", lambda name: None)
    monkeypatch.setattr(real_switches, "model_counts", lambda: (7,) * len(CASES))
    assert str(beside_the_switches()).count("NO") == len(CASES)

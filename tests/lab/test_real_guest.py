"""The table of ring 0 in and out of non-root operation, and the recording that stands in for the processor."""

import json

import pytest

from vlearn.lab import real_guest
from vlearn.lab.real_guest import LINES, RECORDED, beside_ring_zero, live_answers, under
from vlearn.sim.monitors.hardware import HARDWARE_ASSIST
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE


def recorded():
    return tuple(json.loads(RECORDED.read_text(encoding="utf-8")))


def test_a_guest_under_vt_x_finds_what_was_recorded_and_never_exits():
    assert [under(HARDWARE_ASSIST, line) for line in LINES] == [(answer, False) for answer in recorded()]


def test_a_kernel_in_ring_1_does_not():
    wrong = {line for line, answer in zip(LINES, recorded(), strict=True) if under(TRAP_AND_EMULATE, line)[0] != answer}
    assert {"popf", "push cs", "sgdt [0x6000]", "smsw eax"} <= wrong
    assert not wrong & {"add eax, ebx", "cli", "mov cr3, edi"}


def test_the_recording_is_what_the_processor_says():
    pytest.importorskip("unicorn", reason="the processor is in the extra vlearn[oracle]")
    assert live_answers() == recorded()


def test_without_the_processor_the_table_says_that_it_is_recorded(monkeypatch):
    monkeypatch.setattr("vlearn.lab.recorded.find_spec", lambda name: None)
    shown = str(beside_ring_zero())
    assert "recorded earlier" in shown
    assert "It has no VMX" in shown


def test_a_difference_is_named(monkeypatch):
    monkeypatch.setattr(real_guest, "under", lambda monitor, line: ("changes all", True))
    monkeypatch.setattr("vlearn.lab.recorded.find_spec", lambda name: None)
    assert str(beside_ring_zero()).count("NO: changes all") == 2 * len(LINES)

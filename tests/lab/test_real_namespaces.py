"""The table of the model's kernel and the machine's own, and the recording that stands in for it."""

import pytest

from vlearn.lab import real_namespaces
from vlearn.lab.real_namespaces import FACTS, beside_namespaces, live_answers, model_answers, recorded_answers


def test_the_model_says_what_was_recorded():
    assert model_answers() == recorded_answers()
    assert len(FACTS) == len(recorded_answers())


def test_this_machine_s_kernel_says_the_same():
    answers = live_answers()
    if answers is None:
        pytest.skip("this machine may not make user, mount and pid namespaces, or has no unshare, hostname or python3")
    assert answers == recorded_answers()


def test_where_the_machine_may_not_the_table_says_that_it_is_recorded(monkeypatch):
    monkeypatch.setattr("vlearn.lab.real_namespaces.shutil.which", lambda name: None)
    shown = str(beside_namespaces())
    assert "recorded earlier" in shown
    assert shown.count("yes") >= len(FACTS)


def test_a_difference_is_named(monkeypatch):
    monkeypatch.setattr(real_namespaces, "live_answers", lambda: None)
    monkeypatch.setattr(real_namespaces, "model_answers", lambda: tuple("other" for _ in FACTS))
    assert str(beside_namespaces()).count("NO: other") == len(FACTS)

"""The table of model and RabbitMQ, and the recording in place of the broker."""

import pytest

from vlearn.errors import LabError
from vlearn.lab import real_broker
from vlearn.lab.real_broker import RECORDED, SCENARIOS, beside_rabbitmq, recorded, to_record
from vlearn.sim.services.messages.seen import by_model


def test_the_model_shows_what_was_recorded():
    seen, version = recorded()
    assert version.startswith("RabbitMQ 3.")
    assert seen == [list(by_model(one.queue, one.actions)) for one in SCENARIOS]


def test_a_recording_is_read_as_it_was_written():
    assert to_record(*recorded()) == RECORDED.read_text(encoding="utf-8")


def test_every_action_has_its_row_and_nothing_differs():
    shown = str(beside_rabbitmq())
    assert "recorded earlier, with RabbitMQ" in shown
    assert shown.count("yes") == sum(len(one.actions) for one in SCENARIOS)
    assert "NO" not in shown


def test_a_difference_is_named(monkeypatch):
    seen, version = recorded()
    wrong = [[*scenario[:-1], scenario[0]] for scenario in seen]
    monkeypatch.setattr(real_broker, "recorded", lambda: (wrong, version))
    assert str(beside_rabbitmq()).count("NO") == len(SCENARIOS)


def test_without_a_broker_the_error_says_what_else_to_do(monkeypatch):
    monkeypatch.setattr(real_broker, "find_spec", lambda name: object())
    monkeypatch.setenv("VLEARN_RABBITMQ", "/nowhere/rabbitmq-server")
    with pytest.raises(LabError, match=r"no RabbitMQ at /nowhere.*without live=True"):
        beside_rabbitmq(live=True)


def test_without_the_client_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(real_broker, "find_spec", lambda name: None)
    with pytest.raises(LabError, match=r"pip install 'vlearn\[broker\]'"):
        beside_rabbitmq(live=True)

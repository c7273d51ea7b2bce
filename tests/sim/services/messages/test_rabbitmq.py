"""The work queue beside a RabbitMQ that is started for it: same deliveries, same redeliveries, same dead letters."""

from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vlearn.lab.real_broker import measured, recorded
from vlearn.sim.services.messages.broker import broker
from vlearn.sim.services.messages.broker_clients import replay
from vlearn.sim.services.messages.queue_state import Ack, Close, Nack, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.seen import by_model
from vlearn.sim.services.messages.work_queue import work

QUEUES = st.builds(WorkQueue, st.none() | st.integers(0, 3), st.sampled_from(("drop-head", "reject-publish")))


@pytest.fixture(scope="module")
def port():
    if find_spec("pika") is None:
        pytest.skip("the client of RabbitMQ is not installed: vlearn[broker]")
    try:
        with broker() as port:
            yield port
    except OSError as error:
        pytest.skip(str(error))


@st.composite
def scenarios(draw):
    """Actions that are possible when they come, now and then with an acknowledgement that is wrong."""
    queue = start = draw(QUEUES)
    actions = []
    for number in range(draw(st.integers(4, 24))):
        held = [(one.name, tag) for one in queue.consumers for tag, _ in one.unacked]
        choices = [st.builds(Publish, st.just(f"m{number}"))] * 3
        if len(queue.consumers) < 3:
            choices.append(st.builds(Subscribe, st.just(f"c{number}"), st.integers(0, 3)))
        if queue.consumers:
            names = st.sampled_from([one.name for one in queue.consumers])
            choices += [st.builds(Close, names), st.builds(Ack, names, st.integers(1, 9))]
        if held:
            choices += [st.sampled_from(held).map(lambda one: Ack(*one))] * 3
            choices += [st.builds(lambda one, back: Nack(*one, back), st.sampled_from(held), st.booleans())] * 3
        actions.append(draw(st.one_of(choices)))
        *_, queue = (queue, *(step.state for step in work(queue, actions[-1])))
    return start, tuple(actions)


def assert_same(port, queue, actions, kind="classic"):
    """Once more with time to rest, should the two differ: a broker may be slow."""
    ours = list(by_model(queue, actions))
    if ours != replay(port, queue, actions, kind):
        assert ours == replay(port, queue, actions, kind, rest=0.1)


@given(scenarios())
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
def test_the_model_does_what_rabbitmq_does(port, scenario):
    assert_same(port, *scenario)


@pytest.mark.parametrize("limit", range(3))
def test_the_delivery_limit_is_that_of_a_quorum_queue(port, limit):
    nacks = (Nack("x", tag) for tag in range(1, 2 * limit + 3))
    assert_same(
        port, WorkQueue(delivery_limit=limit), (Publish("a"), Publish("b"), Subscribe("x", 1), *nacks), "quorum"
    )


def test_it_still_says_what_the_notebook_shows_where_there_is_none(port):
    assert measured(port) == recorded()[0]

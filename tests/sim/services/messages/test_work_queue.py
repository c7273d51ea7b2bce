"""RabbitMQ's model: golden runs, and under chance nothing is lost and nothing is in two places."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.services.messages.queue_state import Ack, Close, Nack, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.work_queue import work
from vlearn.trace import Trace, run

EMPTY = WorkQueue()


def _play(*actions: object, queue: WorkQueue = EMPTY) -> Trace[WorkQueue]:
    return run(work, queue, actions)


def _ready(trace: Trace[WorkQueue]) -> list[tuple[str, bool]]:
    return [(message.name, message.redelivered) for message in trace.final.ready]


def test_consumers_take_turns_within_their_prefetch():
    run = _play(*map(Publish, "abcde"), Subscribe("x", 2), Subscribe("y", 2))
    assert [step.event.touches for step in run.steps if step.event.kind == "deliver"] == [
        ("a", "x"), ("b", "x"), ("c", "y"), ("d", "y")
    ]  # fmt: skip
    assert _ready(run) == [("e", False)]
    run = _play(Subscribe("x", 2), Subscribe("y", 2), *map(Publish, "abcde"))
    assert [step.event.touches[1] for step in run.steps if step.event.kind == "deliver"] == ["x", "y", "x", "y"]


def test_a_consumer_that_dies_gives_back_what_it_held_where_it_stood():
    run = _play(*map(Publish, "abcd"), Subscribe("x", 3), Ack("x", 2), Close("x"))
    assert _ready(run) == [("a", True), ("c", True), ("d", True)]
    assert run.final.acked == ("b",)


def test_a_nack_requeues_with_the_redelivered_flag_or_makes_a_dead_letter():
    run = _play(Publish("a"), Publish("b"), Subscribe("x", 1), Nack("x", 1), Nack("x", 2, requeue=False), Ack("x", 3))
    assert run.kinds == (
        "publish", "publish", "subscribe", "deliver", "requeue", "deliver", "dead-letter", "deliver", "ack"
    )  # fmt: skip
    assert run.steps[5].event.text == "a goes to x under tag 2, redelivered"
    assert (run.final.dead, run.final.acked) == ((("a", "rejected"),), ("b",))


LENGTHS = [
    ("drop-head", ["c", "d"], [("a", "maxlen"), ("b", "maxlen")]),
    ("reject-publish", ["a", "b"], []),
]


@pytest.mark.parametrize(("overflow", "ready", "dead"), LENGTHS)
def test_a_queue_that_is_too_long_drops_its_head_or_refuses(overflow, ready, dead):
    final = _play(*map(Publish, "abcd"), queue=WorkQueue(2, overflow)).final
    assert [message.name for message in final.ready] == ready
    assert list(final.dead) == dead


def test_unacknowledged_messages_do_not_count_towards_the_length():
    final = _play(Subscribe("x", 2), *map(Publish, "abcd"), queue=WorkQueue(2)).final
    assert not final.dead
    assert _play(Close("x"), queue=final).final.dead == (("a", "maxlen"), ("b", "maxlen"))


def test_a_queue_that_refuses_keeps_what_comes_back_to_it():
    actions = (Publish("a"), Subscribe("x"), *map(Publish, "bcd"), Close("x"))
    final = _play(*actions, queue=WorkQueue(2, "reject-publish")).final
    assert ([message.name for message in final.ready], final.dead) == (["a", "b", "c"], ())


def test_a_full_consumer_keeps_its_turn_until_it_is_asked():
    early = (Subscribe("x"), Publish("a"), Subscribe("y"))
    assert _play(*early, Ack("x", 1), Publish("b")).steps[-1].event.touches == ("b", "x")
    asked = _play(*early, Publish("b"), Ack("y", 1), Ack("x", 1), Publish("c"))
    assert asked.steps[-1].event.touches == ("c", "y")


def test_a_message_that_kills_each_consumer_is_a_dead_letter_in_the_end():
    deaths = [one for n in range(3) for one in (Subscribe(f"x{n}"), Close(f"x{n}"))]
    final = _play(Publish("poison"), *deaths, queue=WorkQueue(delivery_limit=2)).final
    assert (final.dead, final.ready) == ((("poison", "delivery_limit"),), ())


def test_an_unknown_delivery_tag_closes_the_channel():
    run = _play(Publish("a"), Subscribe("x"), Ack("x", 1), Publish("b"), Ack("x", 1))
    assert run.kinds[-2:] == ("channel-error", "close")
    assert _ready(run) == [("b", True)]


NAMES = st.sampled_from("xy")
ACTIONS = st.one_of(
    st.just("publish"), st.just("publish"), st.builds(Subscribe, NAMES, st.integers(0, 3)), st.builds(Close, NAMES),
    st.builds(Ack, NAMES, st.integers(1, 4)), st.builds(Nack, NAMES, st.integers(1, 4), st.booleans()),
)  # fmt: skip
QUEUES = st.builds(
    WorkQueue,
    st.none() | st.integers(0, 3),
    st.sampled_from(("drop-head", "reject-publish")),
    st.none() | st.integers(0, 2),
)


@given(QUEUES, st.lists(ACTIONS, max_size=40))
@settings(deadline=None, max_examples=200)
def test_every_message_is_in_exactly_one_place_and_acknowledged_at_most_once(queue, actions):
    delivered: Counter[str] = Counter()
    for n, action in enumerate(actions):
        action = Publish(f"m{n}") if action == "publish" else action
        try:
            steps = tuple(work(queue, action))
        except ModelError:
            continue
        for step in steps:
            queue = step.state
            held = [message for one in queue.consumers for _, message in one.unacked]
            places = [*(m.name for m in (*queue.ready, *held)), *queue.acked, *(name for name, _ in queue.dead)]
            assert len(set(places)) == len(places) == queue.published
            assert [message.place for message in queue.ready] == sorted(message.place for message in queue.ready)
            assert all(not one.prefetch or len(one.unacked) <= one.prefetch for one in queue.consumers)
            assert {one.name for one in queue.consumers if one.has_room} <= set(queue.turn)
            if step.event.kind == "deliver":
                name = step.event.touches[0]
                delivered[name] += 1
                assert step.event.text.endswith("redelivered") == (delivered[name] > 1)
        assert not (queue.ready and queue.turn)
        if queue.overflow == "drop-head" and queue.max_length is not None:
            assert len(queue.ready) <= queue.max_length


@pytest.mark.parametrize(
    "make",
    [
        lambda: WorkQueue(-1), lambda: WorkQueue(overflow="grow"), lambda: WorkQueue(delivery_limit=-1),
        lambda: Subscribe("x", -1), lambda: _play(Ack("x", 1)), lambda: _play(Subscribe("x"), Subscribe("x")),
    ],
)  # fmt: skip
def test_what_no_queue_can_have_is_refused(make):
    with pytest.raises(ModelError):
        make()

"""Queue, log, saga and duplicates at every moment: nothing collides, and what is drawn is what the model says."""

import pytest

from tests.views.drawn import fills, moments, words
from tests.views.geometry import collisions
from vlearn.lab.exercises.ch15_shops import CRASH, TOPIC
from vlearn.sim.services.messages.idempotence import WAYS, Books, Delivery, at_least_once, handle
from vlearn.sim.services.messages.log import append
from vlearn.sim.services.messages.log_state import Log, Poll, Send
from vlearn.sim.services.messages.queue_state import Ack, Nack, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.saga import PIZZA, Local, Outcome, Saga, proceed
from vlearn.sim.services.messages.work_queue import work
from vlearn.trace import run
from vlearn.views.services_duplicates import NEVER, ONCE, TWICE, crash_table, draw_books
from vlearn.views.services_log import log_of, offsets_table
from vlearn.views.services_queue import draw_queue
from vlearn.views.services_rows import LETTERS
from vlearn.views.services_saga import condition, draw_saga
from vlearn.views.svg import CURRENT, DONE, FAULT, GUEST

MANY = [*(Publish(f"a-long-name-of-a-message-{n}") for n in range(40)), Subscribe("a-consumer-with-a-long-name", 0)]
QUEUE = run(work, WorkQueue(), CRASH)
LOG = run(append, Log.empty(3), TOPIC)
LONG = Local("a-service-with-a-long-name", "does what takes a long sentence to say, and more", "undoes all of it again")
SAGAS = {
    "done": run(proceed, Saga(PIZZA), [Outcome()] * 4),
    "undone": run(proceed, Saga(PIZZA), [Outcome(), Outcome(), Outcome(False), Outcome(False), Outcome(), Outcome()]),
    "at once": run(proceed, Saga(PIZZA), [Outcome(False)]),
    "long": run(proceed, Saga((LONG,) * 6), [Outcome()] * 6),
}
TRACES = [
    (QUEUE, draw_queue),
    (run(work, WorkQueue(3), MANY[:9]), draw_queue),
    (run(work, WorkQueue(), MANY[38:]), draw_queue),
    (LOG, log_of("shop")),
    (LOG, log_of("audit")),
    *((trace, draw_saga) for trace in SAGAS.values()),
]


@pytest.mark.parametrize(("trace", "draw"), TRACES)
def test_nothing_in_a_drawing_meets_anything_else(trace, draw):
    for state, event in moments(trace):
        figure = draw(state, event)[0]
        assert not collisions(figure.svg)
        assert figure.alt.endswith(".")


def test_of_too_many_messages_the_last_are_drawn_and_the_rest_counted():
    figure = draw_queue(run(work, WorkQueue(), MANY).final)[0]
    assert not collisions(figure.svg)
    assert any(word.endswith(" more,") for word in words(figure))
    assert {len(word) for word in words(figure) if word.endswith("…")} == {24, LETTERS}


def test_each_message_is_in_one_place():
    for state, event in moments(QUEUE):
        alt = draw_queue(state, event)[0].alt.split(". ")
        places = " ".join(sentence for sentence in alt if ": " in sentence)
        for number in range(1, state.published + 1):
            assert places.count(f"m{number}") - (event is not None and f"m{number}" in event.text) in (0, 1)


def test_a_message_that_came_back_says_so():
    again = next(step for step in QUEUE.steps if step.event.kind == "deliver" and "redelivered" in step.event.text)
    figure = draw_queue(again.state, again.event)[0]
    assert "1: m1 again" in words(figure)
    closed = next(step for step in QUEUE.steps if step.event.kind == "close")
    assert fills(draw_queue(closed.state, closed.event)[0], GUEST) == 1


def test_dead_letters_have_their_reason():
    actions = [Publish("m1"), Publish("m2"), Subscribe("ann"), Nack("ann", 1, requeue=False), Ack("ann", 2)]
    figure = draw_queue(run(work, WorkQueue(), actions).final)[0]
    assert "rejected" in words(figure)
    assert fills(figure, FAULT) == 1
    assert fills(figure, DONE) == 1
    assert "dead letters: m1." in figure.alt


def test_what_is_committed_read_and_new_differ():
    """c2 has read a record of partition 2 that it has not committed; two others of it are."""
    at = next(n for n, step in enumerate(LOG.steps) if step.event.kind == "rebalance" and "leaves" in step.event.text)
    before = LOG.state_at(at)
    figure, table = log_of("shop")(before, None)
    assert fills(figure, CURRENT) == 1
    assert fills(figure, DONE) == 4
    assert "c2: read to 3, committed 2" in words(figure)
    assert table.rows[2] == ("2", "c2", "4", "3", "2", "2")
    assert sum(int(row[-1]) for row in table.rows) == before.lag("shop")


def test_what_was_read_twice_is_a_fault_and_says_so():
    figure = log_of("shop")(LOG.final, None)[0]
    assert words(figure).count("ann:a2 again") == 1
    assert fills(figure, FAULT) == 1
    assert "again" not in log_of("shop")(LOG.state_at(15), None)[0].alt


def test_a_member_that_is_gone_keeps_what_it_read():
    at = next(n for n, step in enumerate(LOG.steps, 1) if "leaves" in step.event.text)
    assert "is gone; had read" in words(log_of("shop")(LOG.state_at(at), None)[0])


def test_a_group_that_nobody_joined_has_all_before_it():
    table = offsets_table(LOG.final, "audit")
    assert {row[1] for row in table.rows} == {"nobody"}
    assert sum(int(row[-1]) for row in table.rows) == 7


def test_records_without_a_key_are_drawn_by_their_value():
    trace = run(append, Log.empty(2), [Send("x"), Poll("g", "nobody")])
    assert "0 x" in words(log_of("g")(trace.final, None)[0])


def test_the_ladder_says_how_each_step_stands():
    ends = {name: [condition(trace.final, n) for n in range(4)] for name, trace in SAGAS.items()}
    assert ends["done"] == ["done"] * 4
    assert ends["undone"] == ["undone", "undone", "failed", "not asked"]
    assert ends["at once"] == ["failed", "not asked", "not asked", "not asked"]
    assert condition(Saga(PIZZA), 0) == "to come"
    shown = words(draw_saga(SAGAS["undone"].final)[0])
    assert shown.count("not needed") == 1, "what failed has nothing to undo, and the last step has no compensation"


def test_the_ladder_leads_down_as_far_as_it_was_asked_and_up_from_there():
    def arrows(trace):
        return draw_saga(trace.final)[0].svg.count("<polygon")

    assert arrows(SAGAS["done"]) == 3
    assert arrows(SAGAS["undone"]) == 2 + 2
    assert arrows(SAGAS["at once"]) == 0


def test_the_way_back_says_what_is_undone_and_what_will_be():
    shown = words(draw_saga(SAGAS["undone"].state_at(5))[0])
    assert SAGAS["undone"].kinds[3:5] == ("try-again", "undone")
    assert [word for word in shown if "undone" in word] == [
        "to be undone", "undone", "it is undone", "cannot be undone"
    ]  # fmt: skip


def test_every_way_and_every_crash_has_a_row():
    rows = crash_table().rows
    assert len(rows) == sum(len(transactions) + 2 for transactions in WAYS.values())
    assert {(row[0], row[1]): row[4] for row in rows if row[4] != ONCE} == {
        ("book", "after book"): TWICE,
        ("note, then book", "after note"): NEVER,
        ("book, then note", "after book"): TWICE,
    }
    assert {row[3] for row in rows if row[4] == TWICE} == {"20"}
    assert {row[3] for row in rows if row[4] == NEVER} == {"0"}


def test_books_say_what_was_booked_how_often():
    trace = run(handle, Books(), at_least_once([Delivery("m1", 10, "book", 1)]))
    before, after = draw_books(trace.start), draw_books(trace.final, trace.steps[-1].event)
    assert before[1].rows[1] == ("booked", "nothing")
    assert after[1].rows == (
        ("balance", "20"), ("booked", "m1 (2 times)"), ("noted as done", "nothing"), ("acknowledged", "m1")
    )  # fmt: skip
    assert after[0].markdown.startswith("**ack**")

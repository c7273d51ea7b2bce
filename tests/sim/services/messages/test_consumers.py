"""Duplicates and crashes against four ways to handle a message; sagas and their compensations."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.services.messages.idempotence import WAYS, Books, Delivery, at_least_once, handle
from vlearn.sim.services.messages.saga import PIZZA, Local, Outcome, Saga, proceed
from vlearn.trace import run

CRASHES = [
    ("book", 0, 10), ("book", 1, 20),
    ("note, then book", 0, 10), ("note, then book", 1, 0), ("note, then book", 2, 10),
    ("book, then note", 0, 10), ("book, then note", 1, 20), ("book, then note", 2, 10),
    ("together", 0, 10), ("together", 1, 10),
]  # fmt: skip
"""Way, transactions before the crash, and the balance after the second delivery; 10 is right."""


@pytest.mark.parametrize(("way", "crash", "balance"), CRASHES)
def test_where_a_crash_books_twice_or_never(way, crash, balance):
    deliveries = at_least_once([Delivery("m", 10, way, crash)])
    final = run(handle, Books(), deliveries).final
    assert (final.balance, final.acked) == (balance, ("m",))


def test_the_table_has_every_crash():
    assert {(way, n) for way in WAYS for n in range(len(WAYS[way]) + 1)} == {case[:2] for case in CRASHES}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from((None, 0, 1)))))
def test_one_transaction_books_each_message_once_whatever_crashes(deliveries):
    sent = at_least_once(Delivery(name, 5, "together", crash) for name, crash in deliveries)
    final = run(handle, Books(), sent).final
    assert Counter(final.booked) == Counter({name for name, _ in deliveries})
    assert final.balance == 5 * len(final.noted)
    assert set(final.acked) == set(final.booked)


@pytest.mark.parametrize("make", [lambda: Delivery("m", 1, "togethr"), lambda: Delivery("m", 1, "book", 2)])
def test_a_delivery_has_to_make_sense(make):
    with pytest.raises(ModelError):
        make()


def test_a_saga_that_fails_undoes_its_steps_in_reverse():
    played = run(proceed, Saga(PIZZA), [Outcome(good) for good in (True, True, False, False, True, True)])
    assert played.kinds == ("done", "done", "failed", "try-again", "undone", "undone", "compensated")
    assert [step.event.text for step in played.steps[-3:-1]] == ["payment: pay it back", "orders: cancel the order"]
    assert played.final.standing == ()


@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_a_saga_ends_with_all_or_with_nothing(answers):
    saga = Saga(PIZZA)
    for good in answers:
        if saga.status in ("completed", "compensated"):
            break
        saga = run(proceed, saga, [Outcome(good)]).final
        assert saga.standing == PIZZA[: saga.done - saga.undone]
    assert saga.status != "completed" or saga.standing == PIZZA
    assert saga.status != "compensated" or saga.standing == ()


def test_nothing_may_fail_after_a_step_that_cannot_be_undone():
    saga = Saga((Local("delivery", "hand the pizza over"), Local("payment", "take the money", "pay it back")))
    with pytest.raises(ModelError, match="put what may fail before it"):
        run(proceed, saga, [Outcome(), Outcome(False)])
    with pytest.raises(ModelError, match="nothing is asked"):
        run(proceed, Saga(PIZZA), [Outcome(False), Outcome()])
    with pytest.raises(ModelError, match="at least one step"):
        Saga(())

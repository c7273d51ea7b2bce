"""What waits to be looked at, and how long after an error."""

import pytest

from vlearn.sim.kubernetes.cluster import Item
from vlearn.sim.kubernetes.cluster.queue import Queue, first
from vlearn.sim.kubernetes.cluster.retry import pause
from vlearn.sim.kubernetes.store import Key

ITEMS = [Item(component, Key("pods", "default", "web")) for component in "abcd"]


def taken(queue, choose=first, may=None):
    found = []
    while (item := queue.take(choose, may)) is not None:
        found.append(item.component)
    return "".join(found)


@pytest.mark.parametrize(("choose", "order"), [(first, "abcd"), (lambda n: n - 1, "dcba"), (lambda n: n // 2, "cbda")])
def test_the_first_is_taken_unless_another_is_chosen(choose, order):
    assert taken(Queue(ITEMS), choose) == order


def test_an_item_waits_once_and_again_when_it_has_been_taken():
    queue = Queue(ITEMS[:2])
    for item in (ITEMS[0], ITEMS[2], ITEMS[2]):
        queue.put(item)
    assert [item.component for item in queue] == ["a", "b", "c"]
    queue.take(first)
    queue.put(ITEMS[0])
    assert taken(queue) == "bca"


def test_what_may_not_be_looked_at_stays_in_its_order():
    queue = Queue(ITEMS)
    assert taken(queue, may=lambda item: item.component in "bd") == "bd"
    assert taken(queue) == "ac"


@pytest.mark.parametrize(("errors", "seconds"), [(0, 0.005), (1, 0.01), (10, 5.12), (18, 1000.0), (10_000, 1000.0)])
def test_pauses_after_errors_double_up_to_a_thousand_seconds(errors, seconds):
    assert pause(errors) == pytest.approx(seconds)

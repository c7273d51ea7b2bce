import pytest

from tests.sim.kubernetes.scheduler.clusters import pod
from vlearn.sim.kubernetes.scheduler import Queue, pod_info
from vlearn.sim.kubernetes.scheduler.queue import pause


def infos(**priorities):
    return [pod_info(pod(name, priority=priority)) for name, priority in priorities.items()]


def order(queue):
    names = []
    while (taken := queue.next())[0] is not None:
        names.append(taken[0].pod.name)
        queue = taken[1]
    return names


def test_the_important_come_first_and_of_equals_the_older():
    queue = Queue().add(infos(late=1), now=5).add(infos(low=0, early=1, high=9), now=2)
    assert order(queue) == ["high", "early", "late", "low"]


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (50, 10)])
def test_a_pause_doubles_up_to_ten_seconds(attempts, seconds):
    assert pause(attempts) == seconds


def failed(times, at=0.0):
    """A queue whose only pod has failed so often, the last time `at`."""
    queue = Queue().add(infos(p=0), 0)
    for _ in range(times):
        waiting, queue = queue.next()
        queue = queue.failed(waiting, at)
        queue = queue if _ == times - 1 else queue.something_happened(at + 100)
    return queue


def test_a_pod_that_failed_waits_until_something_happens_and_its_pause_is_over():
    queue = failed(times=3)
    assert queue.at(60).active == ()
    moved = queue.something_happened(now=1)
    assert [len(part) for part in (moved.active, moved.backing_off, moved.unschedulable)] == [0, 1, 0]
    assert order(moved.at(3.9)) == []
    assert order(moved.at(4)) == ["p"]


def test_after_its_pause_an_event_makes_it_active_at_once():
    assert order(failed(times=1).something_happened(now=2)) == ["p"]


def test_after_five_minutes_a_pod_is_tried_although_nothing_happened():
    assert order(failed(times=1).at(299)) == []
    assert order(failed(times=1).at(300)) == ["p"]


def test_a_pod_that_failed_queues_up_behind_its_equals():
    queue = Queue().add(infos(first=0), 0).add(infos(second=0), 1)
    waiting, queue = queue.next()
    assert order(queue.failed(waiting, 2).something_happened(10)) == ["second", "first"]


def test_attempts_are_counted():
    waiting, _ = failed(times=2).something_happened(100).next()
    assert waiting.attempts == 3

from itertools import pairwise
from math import ceil, log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.delivery.changes import Change, green
from vlearn.sim.delivery.concurrency import Admitted, admit
from vlearn.sim.delivery.merge_queue import Enqueue, Merge, MergeQueue, first_bad, tried, unqueued, work
from vlearn.trace import run

EIGHT = tuple(Change(f"c{n}", "test" if n == 5 else None) for n in range(8))


def queued(changes, most):
    start = MergeQueue(waiting=tuple(changes))
    return run(work, start, [Merge(most)] * len(changes))


RUNS = [(1, 8), (2, 6), (4, 6), (8, 7)]


@pytest.mark.parametrize(("most", "runs"), RUNS)
def test_batches_save_runs_and_a_bad_change_costs_a_few(most, runs):
    final = queued(EIGHT, most).final
    assert final.runs == runs
    assert final.sent_back == EIGHT[5:6]


def test_a_red_batch_is_halved():
    assert queued(EIGHT[4:], 4).kinds == ("halve", "halve", "merge", "send-back", "merge")


def test_two_right_changes_that_clash_break_a_mainline_without_a_queue():
    clash = (Change("rename"), Change("call", clashes=frozenset({"rename"})))
    assert unqueued(clash) == (clash, False)
    final = queued(clash, 2).final
    assert (final.mainline, final.sent_back) == (clash[:1], clash[1:])


CHANGES = st.integers(0, 12).flatmap(
    lambda count: st.tuples(
        *(
            st.builds(Change, st.just(f"c{n}"), st.sampled_from([None, None, "test"]), st.frozensets(
                st.sampled_from([f"c{m}" for m in range(12) if m != n]), max_size=1))
            for n in range(count)
        )
    )
)  # fmt: skip


@given(CHANGES, st.integers(1, 12))
@settings(deadline=None, max_examples=40)
def test_the_mainline_is_always_green_and_no_change_is_lost(changes, most):
    trace = queued(changes, most)
    assert all(green(step.state.mainline) for step in trace.steps)
    final = trace.final
    assert {c.name for c in (*final.mainline, *final.sent_back)} == {c.name for c in changes}
    batches = ceil(len(changes) / most)
    assert batches <= final.runs <= max(0, 2 * len(changes) - batches)
    for before, step in zip((trace.start, *(s.state for s in trace.steps)), trace.steps, strict=False):
        if step.event.kind == "send-back":
            assert not green((*before.mainline, step.state.sent_back[-1]))


@given(st.integers(1, 60), st.data())
@settings(deadline=None, max_examples=50)
def test_halving_finds_the_first_bad_change_in_few_runs(count, data):
    bad = data.draw(st.integers(0, count - 1))
    found, runs = first_bad([Change(f"c{n}", "test" if n == bad else None) for n in range(count)])
    assert found.name == f"c{bad}"
    assert runs <= ceil(log2(count)) if count > 1 else runs == 0


LOOKED = [  # commits, the bad one, and the commits that git 2.39 tried
    (40, 13, (20, 10, 15, 12, 14, 13)),
    (40, 40, (20, 30, 35, 37, 39)),
    (13, 9, (6, 9, 8)),
    (3, 3, (2,)),
    (2, 1, (1,)),
    (1, 1, ()),
]


@pytest.mark.parametrize(("count", "bad", "looked"), LOOKED)
def test_halving_looks_at_the_mainlines_that_git_looks_at(count, bad, looked):
    changes = [Change(f"c{n}", "test" if n == bad else None) for n in range(1, count + 1)]
    assert tried(changes) == looked
    assert first_bad(changes) == (changes[bad - 1], len(looked))


def test_a_newer_push_takes_the_place_of_the_one_that_waits():
    pushes = [("a", 0), ("b", 2), ("c", 4), ("d", 30)]
    assert admit(pushes, 10) == (
        Admitted("a", 0, 0, 10, "finished"),
        Admitted("b", 2, None, 4, "cancelled while waiting"),
        Admitted("c", 4, 10, 20, "finished"),
        Admitted("d", 30, 30, 40, "finished"),
    )
    assert [one.fate for one in admit(pushes, 10, cancels=True)] == [
        *["cancelled while running"] * 2, "finished", "finished",
    ]  # fmt: skip


@given(st.lists(st.integers(0, 40)).map(sorted), st.integers(1, 9), st.booleans())
def test_runs_of_a_group_never_overlap_and_the_last_push_is_always_run(moments, minutes, cancels):
    found = admit([(str(n), moment) for n, moment in enumerate(moments)], minutes, cancels)
    assert sorted(int(one.name) for one in found) == list(range(len(moments)))
    began = sorted((one.began, one.ended) for one in found if one.began is not None)
    assert all(end <= start for (_, end), (start, _) in pairwise(began))
    assert all(one.fate == "finished" for one in found if one.name == str(len(moments) - 1))


REFUSED = [
    (lambda: Merge(0), "1 change or more, not 0"),
    (lambda: run(work, MergeQueue(), [Enqueue(EIGHT[0])] * 2), "already"),
    (lambda: first_bad(EIGHT[:3]), "this mainline is green"),
    (lambda: admit([("a", 5), ("b", 1)], 1), "before the push ahead of it"),
    (lambda: admit([], 0), "more than 0 minutes"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_what_cannot_be_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()

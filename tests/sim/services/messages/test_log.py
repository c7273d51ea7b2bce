"""Kafka's model: its own partitioner's values, rebalancing, and order and completeness under chance."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.services.messages.log import append, ranges
from vlearn.sim.services.messages.log_state import Commit, Join, Leave, Log, Poll, Send
from vlearn.sim.services.messages.partitioner import murmur2, partition_of
from vlearn.trace import run
from vlearn.views.services_published import KAFKAS


@pytest.mark.parametrize("key", KAFKAS)
def test_keys_are_hashed_as_kafka_hashes_them(key):
    assert murmur2(key.encode()) == KAFKAS[key] % 2**32


def test_one_key_lies_in_one_partition_in_order():
    sends = [Send(f"{key}{n}", key) for n in range(5) for key in ("ann", "bob", "eve")]
    log = run(append, Log.empty(3), sends).final
    for key in ("ann", "bob", "eve"):
        records = [record for record in log.partitions[partition_of(key, 3)] if record.key == key]
        assert [record.value for record in records] == [f"{key}{n}" for n in range(5)]
    assert sum(map(len, log.partitions)) == 15


RANGES = [
    (("b", "a"), 3, {"a": (0, 1), "b": (2,)}),
    (("a", "b", "c"), 2, {"a": (0,), "b": (1,), "c": ()}),
    (("a",), 4, {"a": (0, 1, 2, 3)}),
    ((), 4, {}),
]


@pytest.mark.parametrize(("members", "partitions", "assigned"), RANGES)
def test_ranges_are_assigned_in_the_order_of_names(members, partitions, assigned):
    assert ranges(members, partitions) == assigned


def test_what_was_read_and_not_committed_is_read_again_after_a_death():
    sends = [Send(f"r{n}") for n in range(4)]
    actions = [*sends, Join("g", "x"), Poll("g", "x", 2), Commit("g", "x"), Poll("g", "x"), Leave("g", "x")]
    played = run(append, Log.empty(1), [*actions, Join("g", "y"), Poll("g", "y", 9), Commit("g", "x")])
    assert [(member, record.value) for _, member, record in played.final.seen] == [
        ("x", "r0"), ("x", "r1"), ("x", "r2"), ("y", "r2"), ("y", "r3")
    ]  # fmt: skip
    assert played.kinds[-1] == "unknown-member"
    assert played.final.lag("g") == 2


def test_groups_read_the_same_records_each_for_itself():
    both = [one for name in "gh" for one in (Join(name, "x"), Poll(name, "x", 5), Commit(name, "x"))]
    log = run(append, Log.empty(2), [Send("a"), Send("b"), *both, Poll("g", "x")]).final
    assert [(group, record.value) for group, _, record in log.seen] == [("g", "a"), ("g", "b"), ("h", "a"), ("h", "b")]
    assert log.lag("g") == log.lag("h") == 0


MEMBER = st.sampled_from("xyz")
ACTIONS = st.one_of(
    st.builds(Send, st.text("abc", min_size=1, max_size=3), st.none() | st.sampled_from(("ann", "bob", "eve"))),
    st.builds(Join, st.just("g"), MEMBER), st.builds(Leave, st.just("g"), MEMBER),
    st.builds(Poll, st.just("g"), MEMBER, st.integers(1, 3)), st.builds(Commit, st.just("g"), MEMBER),
)  # fmt: skip


@given(st.integers(1, 4), st.lists(ACTIONS, max_size=50))
@settings(deadline=None, max_examples=200)
def test_every_record_is_read_at_least_once_and_in_order_within_its_partition(partitions, actions):
    log = Log.empty(partitions)
    for action in actions:
        if isinstance(action, Join) and action.member in log.group("g").members:
            continue
        before = log.group("g")
        for step in append(log, action):
            log = step.state
        group = log.group("g")
        assert all(committed <= at for committed, at in zip(group.committed, group.positions, strict=True))
        if group.members:
            assert sorted(n for own in group.assigned.values() for n in own) == list(range(partitions))
        if group.generation == before.generation and group.members:
            continue
        assert group.positions == group.committed
    rest = [Join("g", "last"), Poll("g", "last", 999), Commit("g", "last")]
    for action in (*(Leave("g", one) for one in log.group("g").members), *rest):
        log = run(append, log, [action]).final
    assert log.lag("g") == 0
    assert {record for *_, record in log.seen} == {record for one in log.partitions for record in one}
    for n, records in enumerate(log.partitions):
        # Duplicates after a rebalance go back; nobody ever skips ahead.
        offsets = [record.offset for *_, record in log.seen if record.partition == n]
        assert all(after <= before + 1 for before, after in pairwise(offsets))
        assert [record.offset for record in records] == list(range(len(records)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Log.empty(0), lambda: Poll("g", "x", 0),
        lambda: run(append, Log.empty(1), [Join("g", "x"), Join("g", "x")]),
    ],
)  # fmt: skip
def test_what_no_log_can_have_is_refused(make):
    with pytest.raises(ModelError):
        make()

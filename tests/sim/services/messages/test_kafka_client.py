"""Hashes of keys and shares of consumers beside those of kafka-python, which computes both without a broker."""

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.services.messages.log import ranges
from vlearn.sim.services.messages.partitioner import murmur2

pytest.importorskip("kafka", reason="kafka-python is not installed")
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.partitioner.default import murmur2 as theirs

TOPIC = "orders"


@given(st.binary(max_size=40))
@settings(deadline=None)
def test_a_key_has_the_hash_that_the_client_computes(key):
    assert murmur2(key) == theirs(key)


@given(st.sets(st.text(min_size=1), min_size=1, max_size=9), st.integers(1, 30))
@settings(deadline=None)
def test_a_group_shares_the_partitions_as_the_client_does(names, count):
    cluster = SimpleNamespace(partitions_for_topic=lambda topic: set(range(count)))
    members = [
        SimpleNamespace(member_id=name, group_instance_id=None, metadata=SimpleNamespace(topics=[TOPIC]))
        for name in names
    ]
    assigned = RangePartitionAssignor.assign(cluster, members)
    shares = {name: dict(assigned[name].assigned_partitions)[TOPIC] for name in names}
    assert {name: tuple(shares[name]) for name in names} == ranges(tuple(names), count)

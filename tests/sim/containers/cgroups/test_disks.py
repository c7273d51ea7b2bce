"""io.max: rates of bytes and operations."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.containers.cgroups.trees import machine
from vlearn.errors import ModelError
from vlearn.sim.containers.cgroups.access import read, write
from vlearn.sim.containers.cgroups.disks import SECOND, Disks, Transfer, use_disks
from vlearn.trace import run

MIB = 1 << 20


def test_a_write_of_ten_seconds_worth_takes_ten_seconds():
    cgroups = write(machine({"/a": (20,)}), "/a/io.max", "8:0 wbps=1048576")
    trace = run(use_disks, Disks(cgroups), [Transfer(20, "8:0", "write", 10 * MIB), Transfer(20, "8:0", "read", MIB)])
    assert trace.kinds == ("throttle", "transfer", "transfer")
    assert trace.final.now == 10 * SECOND
    assert (
        read(trace.final.cgroups, "/a/io.stat") == f"8:0 rbytes={MIB} wbytes={10 * MIB} rios=1 wios=1 dbytes=0 dios=0\n"
    )


def test_another_disk_and_another_group_are_not_held_up():
    cgroups = write(machine({"/a": (20,), "/b": (21,)}), "/a/io.max", "8:0 riops=1")
    start = Disks(cgroups)
    assert run(use_disks, start, [Transfer(20, "8:16", "read", MIB), Transfer(21, "8:0", "read", MIB)]).final.now == 0
    assert run(use_disks, start, [Transfer(20, "8:0", "read", 1)] * 3).final.now == 3 * SECOND


def test_a_disk_that_is_not_there_is_the_callers_fault():
    with pytest.raises(ModelError, match="one of the disks"):
        run(use_disks, Disks(machine({})), [Transfer(1, "9:9", "read", 1)])


@given(
    st.lists(st.tuples(st.sampled_from((20, 21)), st.integers(1, 4 * MIB)), max_size=10), st.integers(1000, 10 * MIB)
)
@settings(deadline=None, max_examples=30)
def test_a_parents_rate_holds_for_all_of_its_children_together(requests, rate):
    cgroups = write(machine({"/a": (), "/a/b": (20,), "/a/c": (21,)}), "/a/io.max", f"8:0 wbps={rate}")
    final = run(use_disks, Disks(cgroups), [Transfer(pid, "8:0", "write", size) for pid, size in requests]).final
    assert sum(size for _, size in requests) * SECOND <= rate * final.now

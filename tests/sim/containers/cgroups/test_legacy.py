"""Version 1: other names, and rules of its own."""

import pytest

from tests.sim.containers.cgroups.test_files import errno
from vlearn.sim.containers.cgroups.access import entries, make_group, membership, read, write
from vlearn.sim.containers.cgroups.memory import Allocate, ReadFile, use_memory
from vlearn.sim.containers.cgroups.processes import fork
from vlearn.sim.containers.cgroups.state import Cgroups, Machine
from vlearn.trace import run

SHOWN = [
    ("memory/a/memory.limit_in_bytes", "-1", "9223372036854771712\n"),
    ("memory/a/memory.limit_in_bytes", "0x5000", "20480\n"),
    ("cpu/a/cpu.shares", "1", "2\n"),
    ("cpu/a/cpu.shares", "300000", "262144\n"),
    ("cpu/a/cpu.cfs_quota_us", "-5", "-1\n"),
    ("cpu/a/cpu.cfs_period_us", "1000", "1000\n"),
    ("pids/a/pids.max", "max", "max\n"),
    ("freezer/a/freezer.state", "FROZEN", "FROZEN\n"),
    ("blkio/a/blkio.throttle.write_bps_device", "8:0 1048576", "8:0 1048576\n"),
    ("cpuset/a/cpuset.cpus", "0-1", "0-1\n"),
]
REFUSED = [
    ("memory/a/memory.limit_in_bytes", "max", "EINVAL"),
    ("memory/a/memory.limit_in_bytes", "20MB", "EINVAL"),
    ("memory/memory.limit_in_bytes", "1", "EINVAL"),
    ("memory/a/memory.oom_control", "2", "EINVAL"),
    ("cpu/a/cpu.shares", "-1", "EINVAL"),
    ("cpu/cpu.shares", "5", "EINVAL"),
    ("cpu/a/cpu.cfs_quota_us", "500", "EINVAL"),
    ("cpu/a/cpu.cfs_period_us", "1000001", "EINVAL"),
    ("freezer/a/freezer.state", "FREEZING", "EINVAL"),
    ("cpuset/a/cgroup.procs", "20", "ENOSPC"),
    ("cpuset/a/cpuset.cpus", "9", "ERANGE"),
    ("cpu/none/cpu.shares", "5", "ENOENT"),
    ("nowhere/a/cpu.shares", "5", "ENOENT"),
]
"""The errno of `cpu.shares` -1 is that of kstrtoull."""


@pytest.fixture(scope="module")
def old():
    cgroups, _ = fork(Cgroups.legacy(Machine(cpus=2), pids=(1,)), 1, 20)
    for name in ("memory", "cpu", "pids", "freezer", "blkio", "cpuset"):
        cgroups = make_group(cgroups, f"/sys/fs/cgroup/{name}/a")
    return cgroups


@pytest.mark.parametrize(("path", "text", "shown"), SHOWN)
def test_old_names_show_what_was_written_in_their_own_way(old, path, text, shown):
    assert read(write(old, path, text), path) == shown


@pytest.mark.parametrize(("path", "text", "expected"), REFUSED)
def test_old_files_refuse_with_the_kernels_errno(old, path, text, expected):
    assert errno(write, old, path, text) == expected


def test_a_process_is_in_one_group_of_each_hierarchy(old):
    cgroups = write(old, "pids/a/cgroup.procs", "20")
    lines = membership(cgroups, 20).splitlines()
    assert "8:pids:/a" in lines
    assert "4:memory:/" in lines
    assert entries(cgroups, "/sys/fs/cgroup") == tuple(sorted(cgroups.hierarchies))


def test_a_childs_quota_is_no_larger_share_than_its_parents(old):
    cgroups = make_group(write(old, "cpu/a/cpu.cfs_quota_us", "20000"), "cpu/a/k")
    assert errno(write, cgroups, "cpu/a/k/cpu.cfs_quota_us", "50000") == "EINVAL"
    cgroups = write(cgroups, "cpu/a/k/cpu.cfs_quota_us", "10000")
    assert errno(write, cgroups, "cpu/a/cpu.cfs_quota_us", "5000") == "EINVAL"


def test_a_childs_memory_may_be_more_than_its_parents(old):
    cgroups = make_group(write(old, "memory/a/memory.limit_in_bytes", "20M"), "memory/a/k")
    cgroups = write(cgroups, "memory/a/k/memory.limit_in_bytes", "60M")
    cgroups = write(cgroups, "memory/a/k/cgroup.procs", "20")
    final = run(use_memory, cgroups, [Allocate(20, 40 << 20)]).final
    assert final.killed == (20,)
    assert read(final, "memory/a/k/memory.oom_control").endswith("oom_kill 1\n")
    assert read(final, "memory/a/memory.oom_control").endswith("oom_kill 0\n")
    assert read(final, "memory/a/k/memory.failcnt") == "0\n"
    assert read(final, "memory/a/memory.failcnt") == "1\n"


def test_a_limit_that_its_pages_do_not_fit_into_is_busy(old):
    cgroups = write(old, "memory/a/cgroup.procs", "20")
    cgroups = run(use_memory, cgroups, [Allocate(20, 8 << 20), ReadFile(20, "/log", 8 << 20)]).final
    assert errno(write, cgroups, "memory/a/memory.limit_in_bytes", "4M") == "EBUSY"
    after = write(cgroups, "memory/a/memory.limit_in_bytes", "9M")
    assert read(after, "memory/a/memory.usage_in_bytes") == f"{9 << 20}\n"


def test_without_the_oom_killer_a_process_waits(old):
    cgroups = write(write(old, "memory/a/cgroup.procs", "20"), "memory/a/memory.limit_in_bytes", "1M")
    trace = run(use_memory, write(cgroups, "memory/a/memory.oom_control", "1"), [Allocate(20, 2 << 20)])
    assert trace.kinds == ("under-oom",)
    assert read(trace.final, "memory/a/memory.oom_control") == "oom_kill_disable 1\nunder_oom 1\noom_kill 0\n"


def test_a_cpuset_lies_within_its_parents_and_covers_its_childrens(old):
    cgroups = make_group(write(old, "cpuset/a/cpuset.cpus", "0"), "cpuset/a/k")
    assert errno(write, cgroups, "cpuset/a/k/cpuset.cpus", "1") == "EACCES"
    cgroups = write(cgroups, "cpuset/a/k/cpuset.cpus", "0")
    assert errno(write, cgroups, "cpuset/a/cpuset.cpus", "1") == "EBUSY"


def test_a_frozen_parent_shows_in_the_child(old):
    cgroups = make_group(write(old, "freezer/a/freezer.state", "FROZEN"), "freezer/a/k")
    assert read(cgroups, "freezer/a/k/freezer.state") == "FROZEN\n"
    assert read(cgroups, "freezer/a/k/freezer.self_freezing") == "0\n"

"""The files of version 2: what they show, what they take, and what they refuse."""

import pytest

from tests.sim.containers.cgroups.trees import machine
from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups.access import (
    MakeGroup,
    RemoveGroup,
    WriteFile,
    entries,
    give,
    make_group,
    membership,
    read,
    remove_group,
    use_files,
    write,
)
from vlearn.sim.containers.cgroups.tree import Writer
from vlearn.trace import run

DEFAULTS = {
    "cgroup.type": "domain\n",
    "cgroup.freeze": "0\n",
    "cgroup.max.depth": "max\n",
    "cpu.max": "max 100000\n",
    "cpu.weight": "100\n",
    "cpu.weight.nice": "0\n",
    "cpuset.cpus": "\n",
    "cpuset.cpus.effective": "0-3\n",
    "memory.max": "max\n",
    "memory.current": "0\n",
    "memory.oom.group": "0\n",
    "pids.max": "max\n",
    "pids.current": "1\n",
    "io.max": "",
}
WRITES = [
    ("cpu.max", "50000", "50000 100000\n"),
    ("cpu.max", "50000 200000", "50000 200000\n"),
    ("cpu.max", "max", "max 100000\n"),
    ("cpu.weight", "50", "50\n"),
    ("cpu.weight", "10000", "10000\n"),
    ("cpu.weight.nice", "5", "5\n"),
    ("cpuset.cpus", "0,1", "0-1\n"),
    ("memory.max", "100M", "104857600\n"),
    ("memory.max", "1000001", "999424\n"),
    ("memory.high", "5000", "4096\n"),
    ("memory.oom.group", "1", "1\n"),
    ("pids.max", "3", "3\n"),
    ("io.max", "8:0 wbps=1048576", "8:0 rbps=max wbps=1048576 riops=max wiops=max\n"),
    ("io.max", "8:0 wbps=max", ""),
    ("cgroup.freeze", "1", "1\n"),
]
REFUSED = [
    ("cpu.max", "abc", "EINVAL"),
    ("cpu.max", "999", "EINVAL"),
    ("cpu.max", "5000 1000001", "EINVAL"),
    ("cpu.max.burst", "5000 1", "EINVAL"),
    ("cpu.weight", "0", "ERANGE"),
    ("cpu.weight", "10001", "ERANGE"),
    ("cpu.weight.nice", "20", "ERANGE"),
    ("cpuset.cpus", "9", "ERANGE"),
    ("memory.max", "lots", "EINVAL"),
    ("memory.max", "-1", "EINVAL"),
    ("memory.oom.group", "2", "EINVAL"),
    ("memory.current", "1", "EINVAL"),
    ("pids.max", "-1", "EINVAL"),
    ("pids.max", "4194305", "EINVAL"),
    ("io.max", "sda wbps=1", "EINVAL"),
    ("io.max", "9:9 wbps=1", "ENODEV"),
    ("io.max", "8:0 wbps=0", "ERANGE"),
    ("io.max", "8:0 speed=1", "EINVAL"),
    ("cgroup.freeze", "2", "ERANGE"),
    ("cgroup.freeze", "x", "EINVAL"),
    ("cgroup.kill", "0", "ERANGE"),
    ("cgroup.type", "domain", "EINVAL"),
    ("cgroup.procs", "4194303", "ESRCH"),
    ("cgroup.procs", "abc", "EINVAL"),
    ("cgroup.procs", "-5", "EINVAL"),
    ("cgroup.subtree_control", "+nonsense", "EINVAL"),
    ("cgroup.subtree_control", "memory", "EINVAL"),
    ("nonsense", "1", "EACCES"),
]


def errno(action, *arguments, **options):
    with pytest.raises(Refusal) as refused:
        action(*arguments, **options)
    return refused.value.errno


@pytest.fixture(scope="module")
def web():
    return machine({"/web": (20,)}, cpus=4)


@pytest.mark.parametrize(("name", "text"), DEFAULTS.items())
def test_a_new_group_has_the_kernels_defaults(web, name, text):
    assert read(web, f"/sys/fs/cgroup/web/{name}") == text


@pytest.mark.parametrize(("name", "text", "shown"), WRITES)
def test_what_is_written_is_shown_in_the_kernels_format(web, name, text, shown):
    assert read(write(web, f"/web/{name}", text), f"/web/{name}") == shown


@pytest.mark.parametrize(("name", "text", "expected"), REFUSED)
def test_writes_are_refused_with_the_kernels_errno(web, name, text, expected):
    assert errno(write, web, f"/web/{name}", text) == expected


def test_every_file_that_is_listed_can_be_read_but_for_cgroup_kill(web):
    names = set(entries(web, "/web")) - {"cgroup.kill"}
    assert all(read(web, f"/web/{name}") is not None for name in names)
    assert errno(read, web, "/web/cgroup.kill") == "EINVAL"


def test_a_directory_is_no_file_and_a_file_no_directory(web):
    assert errno(read, web, "/web") == "EISDIR"
    assert errno(read, web, "/web/nonsense") == "ENOENT"
    assert errno(make_group, web, "/web/cpu.max/x") == "ENOTDIR"
    assert errno(remove_group, web, "/web/cpu.max") == "ENOTDIR"
    assert errno(make_group, web, "/web/cpu.max") == "EEXIST"
    assert errno(make_group, web, "/web") == "EEXIST"
    assert errno(make_group, web, "/no/where") == "ENOENT"


def test_the_root_has_no_limits_of_its_own(web):
    assert not {"cpu.max", "memory.max", "pids.max", "cgroup.freeze"} & set(entries(web, "/"))


def test_files_of_a_controller_are_there_only_where_the_parent_hands_it_down():
    cgroups = write(machine({"/web": ()}), "/cgroup.subtree_control", "-memory")
    assert "memory.max" not in entries(cgroups, "/web")
    assert "pids.max" in entries(cgroups, "/web")
    assert read(cgroups, "/web/cgroup.controllers") == "cpuset cpu io pids\n"


def test_depth_and_descendants_are_limited():
    cgroups = write(machine({"/web": ()}), "/web/cgroup.max.depth", "1")
    cgroups = make_group(cgroups, "/web/a")
    assert errno(make_group, cgroups, "/web/a/b") == "EAGAIN"
    cgroups = write(cgroups, "/web/cgroup.max.descendants", "1")
    assert errno(make_group, cgroups, "/web/b") == "EAGAIN"


def test_delegation_gives_some_files_and_no_limits():
    cgroups = machine({"/user": (20,), "/other": (21,)})
    user = Writer(20, 1000, ())
    for name in ("", "/cgroup.procs", "/cgroup.subtree_control"):
        cgroups = give(cgroups, f"/user{name}", 1000)
    cgroups = make_group(cgroups, "/user/a", user)
    cgroups = write(cgroups, "/user/a/cgroup.procs", "20", user)
    cgroups = write(cgroups, "/user/cgroup.subtree_control", "+memory", user)
    cgroups = write(cgroups, "/user/a/memory.max", "1M", user)
    assert read(cgroups, "/user/a/memory.max") == "1048576\n"
    assert errno(write, cgroups, "/user/memory.max", "1M", user) == "EACCES"
    assert errno(make_group, cgroups, "/mine", user) == "EACCES"
    assert errno(write, cgroups, "/user/a/cgroup.procs", "21", user) == "EACCES"
    assert errno(write, cgroups, "/other/cgroup.procs", "20", user) == "EACCES"


def test_a_cgroup_namespace_hides_what_is_above_it():
    cgroups = machine({"/a": (), "/a/b": (20,), "/c": (21,)})
    assert membership(cgroups, 20) == "0::/a/b\n"
    assert membership(cgroups, 20, ("a",)) == "0::/b\n"
    assert membership(cgroups, 21, ("a", "b")) == "0::/../../c\n"
    assert errno(write, cgroups, "/a/cgroup.procs", "21", Writer(1, 0, ("a",))) == "ENOENT"


def test_a_refusal_is_an_event_of_the_run():
    actions = [MakeGroup("/a"), MakeGroup("/a"), WriteFile("/a/cgroup.procs", "1"), RemoveGroup("/a")]
    trace = run(use_files, machine({}), actions)
    assert trace.kinds == ("done", "EEXIST", "done", "EBUSY")

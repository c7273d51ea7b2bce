"""uts, ipc, time and cgroup namespaces, identities, and who refers to what."""

from dataclasses import replace

import pytest

from vlearn.sim.containers import Host
from vlearn.sim.containers import calls as sys
from vlearn.sim.containers.namespaces import KINDS
from vlearn.sim.containers.network.sockets import bind
from vlearn.sim.containers.references import holders


@pytest.fixture
def host():
    return Host.boot()


def test_the_first_namespaces_have_linux_s_numbers(host):
    found = {
        name: host.readlink(1, f"/proc/self/ns/{name}") for name in ("ipc", "uts", "user", "pid", "cgroup", "time")
    }
    assert found == {
        "ipc": "ipc:[4026531839]", "uts": "uts:[4026531838]", "user": "user:[4026531837]", "pid": "pid:[4026531836]",
        "cgroup": "cgroup:[4026531835]", "time": "time:[4026531834]",
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_namespace_lives_exactly_while_something_refers_to_it(host, kind):
    child = host.clone(1, kind.flag)
    name = f"{kind.name}_for_children" if kind.name == "time" else kind.name
    number = host.process(child).namespaces.get(name)
    assert number != kind.first
    opened = host.open(1, f"/proc/{child}/ns/{name}")
    host.exit(child)
    host.wait(1)
    assert list(holders(host.kernel, number)) == ["open file 1"]
    host.close(1, opened)
    assert number not in host.kernel.namespaces


def test_setns_insists_on_the_kind_that_is_asked_for(host):
    opened = host.open(1, "/proc/self/ns/uts")
    assert host.call(sys.Setns(1, opened, "CLONE_NEWNET")).errno == "EINVAL"
    assert host.call(sys.Setns(1, host.open(1, "/etc/hostname"))).errno == "EINVAL"
    assert host.call(sys.Setns(1, 99)).errno == "EBADF"


def test_time_offsets_count_for_children_and_stand_once_a_process_is_in(host):
    tool = host.fork(1)
    host.unshare(tool, "CLONE_NEWTIME")
    host.write_file(tool, "/proc/self/timens_offsets", "monotonic 86400 0\nboottime 10 500000000\n")
    host.sleep(5)
    assert host.ask(sys.ClockGettime(tool, "CLOCK_MONOTONIC")) == 5
    child = host.fork(tool)
    assert host.ask(sys.ClockGettime(child, "CLOCK_MONOTONIC")) == 86405
    assert host.ask(sys.ClockGettime(child, "CLOCK_BOOTTIME")) == 15.5
    assert host.ask(sys.ClockGettime(child)) == host.ask(sys.ClockGettime(1))
    opened = host.open(tool, "/proc/self/timens_offsets", "WRONLY")
    assert host.call(sys.Write(tool, opened, b"monotonic 1 0")).errno == "EACCES"
    host.exec(tool, "bash")
    assert host.ask(sys.ClockGettime(tool, "CLOCK_MONOTONIC")) == 86405


def test_a_queue_is_found_by_its_key_in_its_own_ipc_namespace(host):
    queue = host.ask(sys.Msgget(1, 0x2A))
    host.ask(sys.Msgsnd(1, queue, 1, b"hello"))
    other = host.clone(1, "CLONE_NEWIPC")
    assert host.call(sys.Msgget(other, 0x2A, create=False)).errno == "ENOENT"
    assert host.call(sys.Msgget(1, 0x2A, exclusive=True)).errno == "EEXIST"
    assert host.ask(sys.Msgrcv(1, queue)) == (1, b"hello")
    assert host.call(sys.Msgrcv(1, queue)).errno == "ENOMSG"


def test_an_ended_process_gives_its_ports_back(host):
    child = host.fork(1)
    space = host.process(child).namespaces.net
    bound, _ = bind(host.kernel.networks, space, child, 8080)
    host.apply(replace(host.kernel, networks=bound), "bind", "port 8080 is bound")
    assert host.kernel.networks.at(space).sockets
    host.exit(child)
    assert not host.kernel.networks.at(space).sockets


def test_a_capability_counts_over_namespaces_of_one_s_own_user_namespace(host):
    child = host.fork(1)
    host.unshare(child, "CLONE_NEWUSER", "CLONE_NEWNET")
    assert host.capable(child, "CAP_NET_ADMIN", "net")
    assert not host.capable(child, "CAP_SYS_ADMIN", "uts")


def test_a_cgroup_namespace_begins_where_its_maker_is(host):
    host.mkdir(1, "/sys/fs/cgroup/box")
    shell = host.fork(1)
    host.write_file(shell, "/sys/fs/cgroup/box/cgroup.procs", "0")
    host.unshare(shell, "CLONE_NEWCGROUP", "CLONE_NEWNS")
    assert host.read_file(shell, "/proc/self/cgroup") == b"0::/\n"
    assert host.read_file(1, f"/proc/{shell}/cgroup") == b"0::/box\n"
    host.mount(shell, "cgroup2", "/mnt", "cgroup2")
    assert host.read_file(shell, "/mnt/cgroup.procs") == f"{shell}\n".encode()


def test_hosts_remember_what_happened_as_a_trace():
    host = Host.boot(remember=2)
    for name in ("a", "b", "c"):
        host.set_hostname(1, name)
    assert [step.event.text.split()[-1] for step in host.trace().steps] == ["b", "c"]
    assert host.read_file(1, "/proc/sys/kernel/hostname") == b"c\n"


def test_a_refusal_changes_nothing(host):
    before = host.kernel
    child = host.call(sys.Setns(1, 5))
    assert (child.errno, child.kind) == ("EBADF", "EBADF")
    assert host.kernel is before

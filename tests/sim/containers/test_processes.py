"""Processes, pid namespaces and signals."""

import pytest

from vlearn.errors import ModelError
from vlearn.sim.containers import Host, SystemCallFailed
from vlearn.sim.containers import calls as sys
from vlearn.sim.containers.signals import Ended


@pytest.fixture
def host():
    return Host.boot()


def refused(host, call):
    return host.call(call).errno


def test_a_process_has_a_pid_in_its_own_pid_namespace_and_in_each_one_around(host):
    outer = host.clone(1, "CLONE_NEWPID")
    middle = host.fork(outer)
    inner = host.clone(middle, "CLONE_NEWPID")
    assert host.process(inner).numbers == (1, 3, 4)
    host.mount(inner, "none", "/", "", "REC", "PRIVATE")
    assert b"NSpid:\t4\t3\t1\n" in host.read_file(1, f"/proc/{inner}/status")


def test_fork_gives_the_number_that_the_parent_sees(host):
    outer = host.clone(1, "CLONE_NEWPID")
    assert host.call(sys.Fork(outer)).value == 2
    assert host.call(sys.Clone(1, ("CLONE_NEWPID",))).value == 4


def test_a_parent_in_another_pid_namespace_is_pid_0(host):
    child = host.clone(1, "CLONE_NEWPID", "CLONE_NEWNS")
    host.mount(child, "proc", "/proc", "proc")
    assert b"PPid:\t0\n" in host.read_file(child, "/proc/self/status")


def test_an_orphan_goes_to_the_init_of_its_pid_namespace_and_not_to_the_machines(host):
    first = host.clone(1, "CLONE_NEWPID")
    parent = host.fork(first)
    orphan = host.fork(parent)
    host.exit(parent)
    assert host.process(orphan).parent == first


def test_a_subreaper_adopts_before_init_does(host):
    reaper = host.fork(1)
    host.ask(sys.SetSubreaper(reaper))
    parent = host.fork(host.fork(reaper))
    orphan = host.fork(parent)
    host.exit(parent)
    assert host.process(orphan).parent == reaper


def test_a_child_is_a_zombie_until_its_parent_waits(host):
    child = host.fork(1)
    assert host.wait(1) is None
    host.exit(child, 256 + 7)
    assert host.process(child).state == "Z"
    assert host.wait(1) == (child, Ended(7))
    assert child not in host.kernel.processes
    assert refused(host, sys.Wait(1)) == "ECHILD"


def test_who_ignores_sigchld_has_no_zombies(host):
    host.sigaction(1, "SIGCHLD", "ignore")
    child = host.fork(1)
    host.exit(child)
    assert child not in host.kernel.processes


def test_a_zombie_can_call_nothing(host):
    child = host.fork(1)
    host.exit(child)
    with pytest.raises(ModelError, match=r"has ended"):
        host.fork(child)
    with pytest.raises(ModelError, match=r"there is no process 99"):
        host.fork(99)


@pytest.mark.parametrize(
    ("sender", "signal", "handled", "lives"),
    [
        ("inside", "SIGKILL", False, True),
        ("inside", "SIGTERM", False, True),
        ("inside", "SIGTERM", True, True),
        ("outside", "SIGTERM", False, True),
        ("outside", "SIGKILL", False, False),
        ("outside", "SIGKILL", True, False),
    ],
)
def test_pid_1_is_spared_what_it_does_not_handle_but_for_sigkill_from_outside(host, sender, signal, handled, lives):
    first = host.clone(1, "CLONE_NEWPID")
    if handled and signal == "SIGTERM":
        host.sigaction(first, signal, "handle")
    host.kill(host.fork(first) if sender == "inside" else 1, first, signal)
    assert (first in host.kernel.processes and not host.process(first).is_zombie) == lives


def test_a_handled_signal_is_told_to_whoever_drives_the_process(host):
    first = host.clone(1, "CLONE_NEWPID")
    host.sigaction(first, "SIGTERM", "handle")
    kinds = [step.event.kind for step in host.steps(sys.Kill(host.fork(first), 1, "SIGTERM"))]
    assert kinds == ["signal-handled", "kill"]


def test_the_end_of_pid_1_ends_every_process_below_and_there_are_no_more(host):
    tool = host.fork(1)
    host.unshare(tool, "CLONE_NEWPID")
    first = host.fork(tool)
    below = host.clone(host.fork(first), "CLONE_NEWPID")
    host.exit(first)
    assert below not in host.kernel.processes
    assert refused(host, sys.Fork(tool)) == "ENOMEM"
    host.wait(tool)
    assert refused(host, sys.Fork(tool)) == "ENOMEM"


def test_who_came_in_by_setns_stays_a_zombie_for_its_own_parent(host):
    first = host.clone(1, "CLONE_NEWPID")
    tool = host.fork(1)
    host.enter(tool, f"/proc/{first}/ns/pid")
    inside = host.fork(tool)
    host.exit(first)
    assert host.process(inside).is_zombie
    assert host.wait(tool) == (inside, Ended(signal="SIGKILL"))


def test_unshare_of_the_pid_namespace_moves_children_alone_and_only_once(host):
    tool = host.fork(1)
    host.unshare(tool, "CLONE_NEWPID")
    assert host.process(tool).numbers == (tool,)
    assert refused(host, sys.Unshare(tool, ("CLONE_NEWPID",))) == "EINVAL"
    assert host.process(host.fork(tool)).number == 1


def test_a_process_cannot_go_up_into_a_pid_namespace_around_its_own(host):
    first = host.clone(1, "CLONE_NEWPID")
    assert refused(host, sys.Setns(first, host.open(first, "/proc/1/ns/pid"))) == "EINVAL"


def test_pid_namespaces_nest_32_deep(host):
    pid = 1
    for _ in range(32):
        pid = host.clone(pid, "CLONE_NEWPID")
    assert len(host.process(pid).numbers) == 33
    assert refused(host, sys.Clone(pid, ("CLONE_NEWPID",))) == "ENOSPC"


def test_kill_of_all_spares_the_sender_and_pid_1(host):
    first = host.clone(1, "CLONE_NEWPID")
    children = [host.fork(first) for _ in range(3)]
    host.ask(sys.Kill(children[0], -1, "SIGKILL"))
    assert not host.process(first).is_zombie
    assert [host.process(child).is_zombie for child in children] == [False, True, True]


def test_another_users_process_cannot_be_signalled(host):
    mine, others = host.fork(1), host.fork(1)
    host.set_uids(mine, 1000)
    assert refused(host, sys.Kill(mine, others, "SIGTERM")) == "EPERM"
    assert refused(host, sys.Kill(mine, 999, "SIGTERM")) == "ESRCH"


def test_pids_max_stops_a_fork_with_eagain(host):
    host.mkdir(1, "/sys/fs/cgroup/box")
    host.write_file(1, "/sys/fs/cgroup/cgroup.subtree_control", "+pids")
    host.write_file(1, "/sys/fs/cgroup/box/pids.max", "2")
    shell = host.spawn(1, "bash")
    host.write_file(shell, "/sys/fs/cgroup/box/cgroup.procs", "0")
    host.fork(shell)
    with pytest.raises(SystemCallFailed, match=r"EAGAIN"):
        host.fork(shell)
    assert host.read_file(1, "/sys/fs/cgroup/box/pids.events") == b"max 1\n"
    assert host.read_file(shell, "/proc/self/cgroup") == b"0::/box\n"


def test_init_s_end_is_a_panic(host):
    steps = host.steps(sys.Exit(1))
    assert [step.event.kind for step in steps] == ["exit"]
    assert "panic" in steps[-1].event.text
    assert not host.kernel.processes


def test_exec_finds_a_program_forgets_handlers_and_closes_marked_files(host):
    child = host.fork(1)
    host.sigaction(child, "SIGTERM", "handle")
    host.open(child, "/tmp", "RDONLY", "CLOEXEC")
    kept = host.open(child, "/etc")
    host.exec(child, "sleep", "3")
    process = host.process(child)
    assert process.command == "sleep"
    assert process.handled == frozenset()
    assert set(process.descriptors) == {kept}
    assert refused(host, sys.Exec(child, ("/bin/nothing",))) == "ENOENT"
    assert refused(host, sys.Exec(child, ("/etc/hostname",))) == "EACCES"


def test_a_descriptor_that_fork_copied_shares_its_offset(host):
    host.write_file(1, "/tmp/x", "abcdef")
    descriptor = host.open(1, "/tmp/x")
    child = host.fork(1)
    assert host.ask(sys.Read(1, descriptor, 2)) == b"ab"
    assert host.ask(sys.Read(child, descriptor, 2)) == b"cd"
    host.close(child, descriptor)
    assert host.ask(sys.Read(1, descriptor)) == b"ef"

"""What holds after every system call, whatever is called in whatever order."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.containers import Answer, Kernel, boot, operate
from vlearn.sim.containers import calls as sys
from vlearn.sim.containers.namespaces import KINDS, IpcNamespace, MountNamespace, PidNamespace
from vlearn.sim.containers.references import holders

START = boot()
FLAGS = tuple(kind.flag for kind in KINDS)
PLACES = ("/", "/mnt", "/tmp", "/tmp/a", "/mnt/a", "/proc", ".", "..")
FIRST = {kind.first for kind in KINDS}

flags = st.lists(st.sampled_from(FLAGS), max_size=3).map(tuple)
place = st.sampled_from(PLACES)


NOBODY = st.just(0)
CALLS = st.one_of(
    st.builds(sys.Fork, NOBODY),
    st.builds(sys.Clone, NOBODY, flags),
    st.builds(sys.Unshare, NOBODY, flags),
    st.builds(sys.Exit, NOBODY, st.integers(0, 3)),
    st.builds(sys.Wait, NOBODY),
    st.builds(sys.Kill, NOBODY, st.integers(1, 6), st.sampled_from(("SIGTERM", "SIGKILL"))),
    st.builds(sys.Sigaction, NOBODY, st.just("SIGCHLD"), st.sampled_from(("ignore", "default"))),
    st.builds(sys.SetSubreaper, NOBODY),
    st.builds(
        sys.Open, NOBODY, st.sampled_from((*PLACES, "/proc/self/ns/mnt", "/proc/1/ns/user", "/proc/self/ns/pid"))
    ),
    st.builds(sys.Close, NOBODY, st.integers(0, 1)),
    st.builds(sys.Setns, NOBODY, st.integers(0, 1)),
    st.builds(sys.Chdir, NOBODY, place),
    st.builds(sys.Chroot, NOBODY, place),
    st.builds(sys.Mkdir, NOBODY, place),
    st.builds(sys.Rename, NOBODY, st.just("/tmp/a"), st.just("/tmp/b")),
    st.builds(sys.Mount, NOBODY, st.just("t"), place, st.sampled_from(("tmpfs", "proc", "mqueue"))),
    st.builds(
        sys.Mount,
        NOBODY,
        place,
        place,
        st.just(""),
        st.sampled_from(
            (
                ("BIND",),
                ("BIND", "REC"),
                ("MOVE",),
                ("SHARED",),
                ("SLAVE",),
                ("PRIVATE",),
                ("UNBINDABLE",),
                ("REC", "SHARED"),
                ("REC", "SLAVE"),
                ("REC", "PRIVATE"),
            )
        ),
    ),
    st.builds(sys.Umount, NOBODY, place, st.booleans()),
    st.builds(sys.PivotRoot, NOBODY, place, place),
)
"""System calls of nobody yet: a process is drawn for each."""


def _played(data, count):
    """A kernel after `count` calls, each by a process that can make one."""
    kernel = START
    for _ in range(count):
        alive = [pid for pid, process in kernel.processes.items() if process.ended is None]
        pid = data.draw(st.sampled_from(sorted(alive)))
        call = replace(data.draw(CALLS), pid=pid)
        if pid == 1 and isinstance(call, sys.Exit):
            continue
        *_, last = operate(kernel, call)
        assert isinstance(last.event, Answer)
        kernel = last.state
    return kernel


def check(kernel: Kernel) -> None:
    """Every index agrees with what it is an index of."""
    _check_processes(kernel)
    _check_namespaces(kernel)
    _check_mounts(kernel)


def _check_processes(kernel):
    for pid, process in kernel.processes.items():
        space, numbers = process.namespaces.pid, []
        while space:
            found = kernel.namespace(space, PidNamespace)
            numbers += [number for number, host in found.processes.items() if host == pid]
            space = found.parent
        assert tuple(numbers) == process.numbers, "one number in each pid namespace from its own up to the first"
        assert process.numbers[-1] == pid
        for child in process.children:
            assert kernel.processes[child].parent == pid
        assert pid == 1 or pid in kernel.processes[process.parent].children
    members = next(iter(kernel.cgroups.hierarchies.values())).members
    assert set(members) == set(kernel.processes)


def _check_namespaces(kernel):
    for number, space in kernel.namespaces.items():
        held = sum(1 for _ in holders(kernel, number)) + (number in FIRST)
        assert space.references == held > 0, f"{space} is held by {list(holders(kernel, number))}"
        if isinstance(space, PidNamespace):
            for inside in space.processes.values():
                assert inside in kernel.processes
            assert space.closed or 1 in space.processes or not space.processes
    assert set(kernel.networks.namespaces) == {n for n, space in kernel.namespaces.items() if space.kind == "net"}


def _check_mounts(kernel):
    users = Counter(place.mount for process in kernel.processes.values() for place in process.places)
    users.update(opened.place.mount for opened in kernel.open_files.values())
    users[kernel.nsfs] += 1
    roots = {space.root for space in kernel.namespaces.values() if isinstance(space, MountNamespace)}
    members, slaves = {}, {}
    for number, mount in kernel.mounts.items():
        assert mount.users == users[number]
        assert mount.namespace or mount.users, "a detached mount lives while it is in use"
        if mount.parent:
            parent = kernel.mounts[mount.parent]
            assert parent.above[mount.point] == number
            assert parent.namespace == mount.namespace
        elif mount.namespace:
            assert number in roots
        assert all(kernel.mounts[child].parent == number for child in mount.above.values())
        if mount.shared:
            members.setdefault(mount.shared, set()).add(number)
        if mount.master:
            slaves.setdefault(mount.master, set()).add(number)
    assert {n: set(group.members) for n, group in kernel.groups.items()} == members
    assert {n: set(group.slaves) for n, group in kernel.groups.items() if group.slaves} == slaves
    shown = Counter(mount.superblock for mount in kernel.mounts.values())
    queues = {s.mqueue for s in kernel.namespaces.values() if isinstance(s, IpcNamespace)}
    for number, superblock in kernel.superblocks.items():
        assert superblock.mounts == shown[number]
        assert shown[number] or number in queues
    opened = Counter(number for process in kernel.processes.values() for number in process.descriptors.values())
    assert opened == Counter({number: one.users for number, one in kernel.open_files.items()})


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_every_index_of_the_kernel_agrees_with_what_it_counts_after_any_calls(data):
    kernel = _played(data, 25)
    check(kernel)
    assert kernel.process(1).ended is None


@given(st.data())
@settings(deadline=None, max_examples=25)
def test_a_machine_whose_processes_all_end_has_what_it_started_with(data):
    kernel = _played(data, 12)
    while len(kernel.processes) > 1:
        pid = max(kernel.processes)
        *_, last = operate(kernel, sys.Kill(1, pid, "SIGKILL"))
        kernel = last.state
        if pid in kernel.processes and pid in kernel.processes[1].children:
            kernel = tuple(operate(kernel, sys.Wait(1, pid)))[-1].state
        elif pid in kernel.processes:  # a zombie of somebody else: end the parent first
            parent = kernel.processes[pid].parent
            kernel = tuple(operate(kernel, sys.Kill(1, parent, "SIGKILL")))[-1].state
    check(kernel)
    own = {*kernel.processes[1].refers_to}
    assert all(number in FIRST or number in own or _is_held(kernel, number) for number in kernel.namespaces)


def _is_held(kernel, number):
    return any(not holder.startswith("process") for holder in holders(kernel, number)) or number in FIRST

"""The keys of the questions on containers are what the models of the kernel do."""

import re
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Address

import pytest
from immutables import Map

from tests.sim.containers.cgroups.trees import machine
from tests.sim.containers.network.topologies import typed
from vlearn.questions.bank import load_bank
from vlearn.sim.containers import Host, SystemCallFailed
from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups.access import make_group, read, write
from vlearn.sim.containers.cgroups.memory import Allocate, use_memory
from vlearn.sim.containers.cgroups.processors import Compute, Pass, Processors
from vlearn.sim.containers.cgroups.schedule import use_processors
from vlearn.sim.containers.cgroups.state import Cgroups
from vlearn.sim.containers.network.ping import ping
from vlearn.sim.containers.network.state import Networks
from vlearn.sim.containers.network.traffic import Connect, Journey, Ping, use_network
from vlearn.trace import run

MIB = 1 << 20


@cache
def bank():
    return load_bank()


def answer(name):
    return bank()[name].make(None).answer


def right_of(key, left):
    return next(key.right[at] for words, at in zip(key.left, key.key, strict=True) if left in words)


def refused(call, *arguments, **fields):
    """The errno with which a call is refused, or "ok"."""
    try:
        call(*arguments, **fields)
    except SystemCallFailed as failure:
        return failure.name
    return "ok"


# --- pid namespaces ---


def test_pids_at_every_level():
    host = Host.boot()
    first = host.clone(1, "CLONE_NEWPID")
    second = host.fork(first)
    third = host.clone(second, "CLONE_NEWPID")
    fourth, fifth = host.fork(third), host.fork(first)
    spaces = [host.process(pid).namespaces.pid for pid in (1, first, third)]
    rows = [
        tuple(str(host.kernel.number_in(pid, space) or "none") for space in spaces)
        for pid in (first, second, third, fourth, fifth)
    ]
    assert rows == [row[1:] for row in answer("ch10-pids-at-every-level").rows]


def test_code_who_is_seen():
    for case in answer("ch10-code-who-is-seen").cases:
        watcher, spaces, parents = eval(case.call.removeprefix("seen"))
        host, first, pids = Host.boot(), {}, {}
        for process, space in spaces.items():
            if parents[space] is None:
                pids[process] = 1
            elif space in first:
                pids[process] = host.fork(first[space])
            else:
                pids[process] = host.clone(first[parents[space]], "CLONE_NEWPID")
            first.setdefault(space, pids[process])
        seen = {one.pid for one in host.processes(pids[watcher])}
        assert {process for process, pid in pids.items() if pid in seen} == eval(case.expected), case.call


def test_second_command_fails():
    host = Host.boot()
    shell = host.fork(1)
    host.unshare(shell, "CLONE_NEWPID")
    command = host.fork(shell)
    assert host.process(command).numbers[0] == 1
    host.exit(command)
    host.wait(shell)
    assert refused(host.fork, shell) == "ENOMEM"
    key = answer("ch10-second-command-fails")
    assert "process 1 of the namespace, which ended" in key.options[key.correct].text


def test_who_sent_the_signal():
    host = Host.boot()
    script = host.clone(1, "CLONE_NEWPID")
    host.kill(1, script, "SIGTERM")
    assert host.process(script).ended is None
    host.kill(1, script, "SIGKILL")
    assert host.wait(1, script)[1].shell == 137 == 128 + answer("ch10-number-of-the-signal").value
    key = answer("ch10-who-sent-the-signal")
    assert "ignored SIGTERM" in key.options[key.correct].text


def test_status_of_a_run():
    key, host = answer("ch10-status-of-a-run"), Host.boot()
    handler = host.clone(1, "CLONE_NEWPID")
    host.sigaction(handler, "SIGTERM", "handle")
    host.kill(1, handler, "SIGTERM")
    assert host.process(handler).ended is None
    host.exit(handler, 0)
    assert str(host.wait(1, handler)[1].shell) == right_of(key, "handles SIGTERM")
    init = host.clone(1, "CLONE_NEWPID")
    program = host.fork(init)
    host.kill(init, program, "SIGTERM")
    status = host.wait(init, program)[1].shell
    assert str(status) == right_of(key, "`--init`")
    group = write(machine({"/shop": (20,)}), "/shop/memory.max", "1M")
    assert run(use_memory, group, [Allocate(20, 2 * MIB)]).final.killed == (20,)
    assert right_of(key, "out-of-memory") == "137"


# --- user namespaces ---


def mapped(uid_map, maker=1, *flags):
    """A host, and a process in a new user namespace with this uid_map."""
    host = Host.boot()
    child = host.clone(maker, "CLONE_NEWUSER", *flags)
    host.write_file(1, f"/proc/{child}/uid_map", uid_map)
    return host, child


def test_uid_on_the_host():
    host, child = mapped("0 100000 65536\n")
    host.set_uids(child, 33)
    assert str(host.process(child).credentials.euid) in answer("ch10-uid-on-the-host").accepted


def test_owner_without_a_number():
    host, child = mapped("0 100000 65536\n")
    host.write_file(1, "/tmp/shared", "text")
    host.chown(1, "/tmp/shared", 2000)
    assert str(host.stat(child, "/tmp/shared").uid) in answer("ch10-owner-without-a-number").accepted


def test_code_to_host():
    for case in answer("ch10-code-to-host").cases:
        uid, lines = eval(case.call.removeprefix("to_host"))
        host, child = mapped("".join("{} {} {}\n".format(*line) for line in lines)) if lines else (Host.boot(), None)
        child = child or host.clone(1, "CLONE_NEWUSER")
        expected = eval(case.expected)
        assert (refused(host.set_uids, child, uid) == "ok") is (expected is not None), case.call
        if expected is not None:
            assert host.process(child).credentials.euid == expected, case.call


def test_root_of_its_own():
    host = Host.boot()
    user = host.fork(1)
    host.set_gids(user, 1000)
    host.set_uids(user, 1000)
    shell = host.fork(user)
    host.unshare(shell, "CLONE_NEWUSER", "CLONE_NEWNS")
    host.write_file(shell, "/proc/self/uid_map", "0 1000 1\n")
    host.write_file(shell, "/tmp/mine", "text")
    tried = {
        "Mount a `tmpfs` on `/mnt`": refused(host.mount, shell, "t", "/mnt", "tmpfs"),
        "Mount the host's disk": refused(host.mount, shell, "/dev/vda", "/mnt", "ext4"),
        "Give one of its files": refused(host.chown, shell, "/tmp/mine", 5),
        "Make a new UTS": refused(host.unshare, shell, "CLONE_NEWUTS"),
    }
    key = answer("ch10-root-of-its-own")
    for number, option in enumerate(key.options):
        for words, result in tried.items():
            if option.text.startswith(words):
                assert (result == "ok") == (number in key.correct), (words, result)
    assert refused(host.set_hostname, shell, "mine") == "ok"


# --- mounts and roots ---


def test_mount_propagation():
    for kind, down, up in answer("ch10-mount-propagation").rows:
        host = Host.boot(shared=False)
        host.mount(1, "t", "/mnt", "tmpfs")
        host.mount(1, "none", "/mnt", "", "SHARED")
        host.mkdir(1, "/mnt/a")
        host.mkdir(1, "/mnt/b")
        child = host.clone(1, "CLONE_NEWNS")
        host.mount(child, "none", "/mnt", "", kind.upper())
        host.mount(1, "p", "/mnt/a", "tmpfs")
        host.mount(child, "c", "/mnt/b", "tmpfs")
        mounts = {pid: [path for _, path in host.mounts(pid)] for pid in (1, child)}
        assert ("no", "yes")["/mnt/a" in mounts[child]] == down, kind
        assert ("no", "yes")["/mnt/b" in mounts[1]] == up, kind


def test_fresh_mount_namespace():
    host = Host.boot()
    before = sorted(path for _, path in host.mounts(1))
    shell = host.clone(1, "CLONE_NEWNS")
    assert sorted(path for _, path in host.mounts(shell)) == before
    assert answer("ch10-fresh-mount-namespace").truth is True


def test_order_chroot_escape():
    host = Host.boot()
    prisoner = host.fork(1)
    host.mkdir(1, "/jail")
    host.chroot(prisoner, "/jail")
    host.chdir(prisoner, "/")
    assert refused(host.stat, prisoner, "/etc/passwd") == "ENOENT"
    host.mkdir(prisoner, "x")
    host.chroot(prisoner, "x")
    for _ in range(9):
        host.chdir(prisoner, "..")
    host.chroot(prisoner, ".")
    assert host.read_file(prisoner, "/etc/passwd")
    assert answer("ch10-order-chroot-escape").items[answer("ch10-order-chroot-escape").key[-1]].startswith("It opens")


def test_pivot_root_busy():
    host = Host.boot(shared=False)
    runtime = host.clone(1, "CLONE_NEWNS")
    host.mkdir(runtime, "/new")
    host.mkdir(runtime, "/new/old")
    assert refused(host.pivot_root, runtime, "/new", "/new/old") == "EBUSY"
    host.mount(runtime, "/new", "/new", "", "BIND")
    host.pivot_root(runtime, "/new", "/new/old")
    host.chdir(runtime, "/")
    assert "etc" in host.list(runtime, "/old")
    host.umount(runtime, "/old", detach=True)
    assert host.list(runtime, "/old") == ()
    key = [gap.accepted[0] for gap in answer("ch10-pivot-root-busy").gaps]
    assert key == ["current root", "bind-mount `/new` onto itself", "/old", "unmounts them", "no longer"]


def test_keeps_it_alive():
    def alive(keep):
        host = Host.boot()
        member = host.clone(1, "CLONE_NEWNET")
        number = host.process(member).namespaces.net
        keep(host, member)
        host.exit(member)
        host.wait(1)
        return number in host.kernel.namespaces

    def bind_mount(host, member):
        host.write_file(1, "/tmp/net", "")
        host.mount(1, f"/proc/{member}/ns/net", "/tmp/net", "", "BIND")

    assert alive(lambda host, member: host.open(1, f"/proc/{member}/ns/net"))
    assert alive(bind_mount)
    assert alive(lambda host, member: host.fork(member))
    assert not alive(lambda host, member: host.readlink(1, f"/proc/{member}/ns/net"))
    key = answer("ch10-keeps-it-alive")
    assert [key.options[n].text.split()[1] for n in sorted(key.correct)] == ["process", "open", "bind"]


# --- networks ---


def test_make_ping_work():
    networks = typed(Networks.boot(1), "netns add A", "netns add B")
    target, found = "10.9.0.2", []
    steps = (
        ("-n A link set lo up", "-n B link set lo up"),
        ("link add v netns A type veth peer name w netns B",),
        ("-n A addr add 10.9.0.1/24 dev v", "-n B addr add 10.9.0.2/24 dev w"),
        ("-n A link set v up",),
        ("-n B link set w up",),
        ("-n B addr del 10.9.0.2/24 dev w", "-n B addr add 10.9.1.2/24 dev w"),
        ("-n A route add 10.9.1.0/24 dev v", "-n B route add 10.9.0.0/24 dev w"),
    )
    for number, commands in enumerate(steps):
        networks = typed(networks, *commands)
        target = "10.9.1.2" if number >= 5 else target
        _, said, _ = ping(networks, networks.names["A"], ["-c1", "-W1", target])
        found.append("yes" if said.status == 0 else "no")
    assert found == [row[1] for row in answer("ch10-make-ping-work").rows]


def bridged(*members):
    """Namespaces with a device on each of their bridges: ("web", "br0", "10.0.0.1/24"), ..."""
    networks = replace(Networks.boot(1), names=Map({"host": 1}))
    for name in dict.fromkeys(name for name, _, _ in members):
        networks = typed(networks, f"netns add {name}", f"-n {name} link set lo up")
    for bridge in dict.fromkeys(bridge for _, bridge, _ in members):
        networks = typed(networks, f"link add {bridge} type bridge", f"link set {bridge} up")
    for n, (name, bridge, address) in enumerate(members):
        networks = typed(networks, f"link add e{n} netns {name} type veth peer name p{n} netns host")
        networks = typed(networks, f"link set p{n} master {bridge} up", f"-n {name} link set e{n} up")
        networks = typed(networks, f"-n {name} addr add {address} dev e{n}")
    return networks


def reaches(networks, name, address):
    return run(use_network, Journey(networks), [Ping(networks.names[name], IPv4Address(address))]).steps[-1].event


def test_what_the_failure_says():
    key = answer("ch10-what-the-failure-says")
    networks = bridged(("A", "br0", "10.9.0.2/24"), ("out", "br1", "10.7.0.5/24"))
    networks = typed(networks, "addr add 10.9.0.1/24 dev br0", "addr add 10.7.0.1/24 dev br1")
    networks = networks.put(replace(networks.at(1), forwarding=True))
    inside = networks.names["A"]
    assert ping(networks, inside, ["-c1", "10.7.0.5"])[1].stderr == "ping: connect: Network is unreachable\n"
    assert right_of(key, "Network is unreachable") == "A has no route that leads to this address"
    assert "Destination Host Unreachable" in ping(networks, inside, ["-c1", "10.9.0.9"])[1].stdout
    assert right_of(key, "Destination Host Unreachable") == "Nobody on A's own network has this address"
    refusal = run(use_network, Journey(networks), [Connect(inside, IPv4Address("10.9.0.1"), 80)]).steps[-1].event
    assert refusal.errno == "ECONNREFUSED"
    assert right_of(key, "Connection refused") == "The other side gets the packet and has no such port open"
    networks = typed(networks, "-n A route add default via 10.9.0.1")
    silent = reaches(networks, "A", "10.7.0.5")
    assert (silent.kind, silent.errno) == ("timeout", "ETIMEDOUT")
    assert right_of(key, "no answer and no message") == "The other side gets the packet and has no route back"
    assert reaches(typed(networks, "-n out route add default via 10.7.0.1"), "A", "10.7.0.5").value == "reply"


def test_only_neighbours_talk():
    web, app, db = ("web", "b0", "10.0.0.1/24"), ("app", "b0", "10.0.0.2/24"), ("db", "b1", "10.0.1.3/24")
    networks = bridged(web, app, ("app", "b1", "10.0.1.2/24"), db)
    assert reaches(networks, "web", "10.0.0.2").value == reaches(networks, "app", "10.0.1.3").value == "reply"
    cheating = typed(networks, "-n web addr add 10.0.1.1/24 dev e0", "-n db addr add 10.0.0.3/24 dev e3")
    assert reaches(cheating, "web", "10.0.1.3").value != "reply"
    one_bridge = bridged(web, app, ("db", "b0", "10.0.1.3/24"))
    assert reaches(one_bridge, "web", "10.0.1.3").value != "reply"
    assert reaches(typed(one_bridge, "-n web addr add 10.0.1.1/24 dev e0"), "web", "10.0.1.3").value == "reply"
    key = answer("ch10-only-neighbours-talk")
    assert re.match("Two bridges, .* `app` has a device on each", key.options[key.correct].text)


# --- control groups ---


def test_limits_as_files():
    cgroups = write(machine({"/c": (20,)}), "/c/cpu.max", "50000 100000")
    cgroups = write(cgroups, "/c/memory.max", "100m")
    gaps = [gap.accepted[0] for gap in answer("ch10-limits-as-files").gaps]
    assert read(cgroups, "/c/cpu.max").strip() == gaps[0]
    assert read(cgroups, f"/c/{gaps[1]}").strip() == gaps[2]


def test_shares_in_three_cases():
    base = machine({"/web": (), "/web/a": (20,), "/web/b": (21,), "/batch": (22,)})
    for path, weight in (("/web", 300), ("/batch", 100), ("/web/a", 100), ("/web/b", 300)):
        base = write(base, f"{path}/cpu.weight", str(weight))
    cases = (base, (20, 21, 22)), (base, (20, 22)), (write(base, "/web/cpu.max", "50000 100000"), (20, 21, 22))
    for column, (cgroups, busy) in enumerate(cases, 1):
        final = run(use_processors, Processors(cgroups), [*map(Compute, busy), Pass(4_000_000)]).final
        for row in answer("ch10-shares-in-three-cases").rows:
            used = final.used(tuple(row[0].split("/")))
            assert used / 40_000 == pytest.approx(float(row[column]), abs=0.5), (row[0], column)


def test_three_threads_and_a_quota():
    cgroups = write(machine({"/c": (20, 21, 22)}, cpus=4), "/c/cpu.max", "60000 100000")
    done = answer("ch10-three-threads-and-a-quota").value * 1000
    actions = [Compute(pid, 40_000) for pid in (20, 21, 22)]
    before = run(use_processors, Processors(cgroups), [*actions, Pass(int(done) - 1)]).final
    after = run(use_processors, before, [Pass(1)]).final
    assert before.used(("c",)) < 120_000 == after.used(("c",))


def test_chosen_by_points():
    cgroups = machine({"/shop": (), "/shop/web": (20,), "/shop/job": (21, 22)})
    cgroups = write(write(cgroups, "/shop/memory.max", "200M"), "/shop/web/memory.max", "150M")
    cgroups = replace(cgroups, scores=cgroups.scores.set(22, 500))
    sizes = ((20, 90), (21, 60), (22, 40), (20, 20))
    final = run(use_memory, cgroups, [Allocate(pid, size * MIB) for pid, size in sizes]).final
    key = answer("ch10-chosen-by-points")
    assert {20: "W", 21: "J", 22: "K"}[final.killed[0]] == key.options[key.correct].text[0]
    assert len(final.killed) == 1


def test_quota_above_the_parents():
    outer = machine({"/g": (), "/g/c": (20,)})
    for path, quota, memory in (("/g", "20000 100000", "100M"), ("/g/c", "50000 100000", "200M")):
        outer = write(write(outer, f"{path}/cpu.max", quota), f"{path}/memory.max", memory)
    used = run(use_processors, Processors(outer), [Compute(20), Pass(1_000_000)]).final.used(("g",))
    most = run(use_memory, outer, [Allocate(20, 100 * MIB)])
    more = run(use_memory, outer, [Allocate(20, 101 * MIB)])
    assert (most.final.killed, more.final.killed) == ((), (20,))
    legacy = Cgroups.legacy()
    for path in ("cpu/g", "cpu/g/c", "memory/g", "memory/g/c"):
        legacy = make_group(legacy, path)
    legacy = write(legacy, "memory/g/memory.limit_in_bytes", "100M")
    legacy = write(legacy, "memory/g/c/memory.limit_in_bytes", "200M")
    legacy = write(legacy, "cpu/g/cpu.cfs_quota_us", "20000")
    with pytest.raises(Refusal) as refusal:
        write(legacy, "cpu/g/c/cpu.cfs_quota_us", "50000")
    key = [f"fails with {refusal.value.errno}", f"{used // 10_000} percent", "succeeds with both versions", "100 MiB"]
    assert key == [gap.accepted[0] for gap in answer("ch10-quota-above-the-parents").gaps]

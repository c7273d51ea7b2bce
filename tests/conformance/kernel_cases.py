"""Recorded facts about namespaces, played on the model: each scenario makes the recorded command's system calls.

Each command is run literally by the model's shell as well (kernel_commands), where that has all the programs. A
scenario gives what the command prints (standard output and standard error) and its exit code, from what the model
answered; the expected values are the case file's. What neither can play is skipped by name, and so is a weak one.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest

from tests.conformance import kernel_commands, kernel_network_cases
from vlearn.sim.containers import Host, SystemCallFailed
from vlearn.sim.containers.calls import (
    Chdir,
    ClockSettime,
    Fchdir,
    Msgget,
    RemoveQueue,
    SetGids,
    SetUids,
    Umask,
    Write,
)


class Printed(NamedTuple):
    """What a command leaves on the terminal, and its exit code."""

    out: str
    err: str = ""
    code: int = 0


Scenario = Callable[[], Printed]
SCENARIOS: dict[str, Scenario] = {}


def fact(name: str) -> Callable[[Scenario], Scenario]:
    """Register the scenario of a fact."""

    def register(scenario: Scenario) -> Scenario:
        SCENARIOS[name] = scenario
        return scenario

    return register


def kernel(case: Mapping[str, Any]) -> str | None:
    """Play a fact. None where the model prints what the kernel's tools printed."""
    name = case.get("id", "")
    if "weak" in case:
        pytest.skip(f"{name}: a weak recording: {case['weak']}")
    said = kernel_commands.finished(case)
    if not said.unsupported and (wrong := kernel_commands.difference(case, said)):
        return wrong
    if name.startswith(("cg-", "net-")):
        return kernel_network_cases.fact(case)
    if name not in SCENARIOS:
        if not said.unsupported:
            return None
        pytest.skip(f"{name}: no scenario, and the model's shell has no {'; '.join(said.unsupported)}")
    wanted = Printed(_lines(case["stdout"]), _lines(case["stderr"]), case["rc"])
    printed = SCENARIOS[name]()
    found = Printed(_lines(printed.out), _lines(printed.err), printed.code)
    return None if found == wanted else f"{name}: {case['claim']}: wanted {wanted}, the model gives {found}"


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def machine() -> tuple[Host, int]:
    """A machine as the facts were recorded on (no peer groups), with /scratch, and a shell of root's."""
    host = Host.boot(shared=False)
    host.mkdir(1, "/scratch")
    return host, host.spawn(1, "bash")


def unshared(host: Host, shell: int, *flags: str, program: str = "bash", proc: bool = False) -> int:
    """`unshare` with these flags, private mounts, and a program in the child that it forks for a new pid namespace."""
    tool = host.spawn(shell, "unshare")
    host.unshare(tool, *flags, *(["CLONE_NEWNS"] if proc else []))
    if "CLONE_NEWNS" in flags or proc:
        host.mount(tool, "none", "/", "", "REC", "PRIVATE")
    inside = host.fork(tool) if "CLONE_NEWPID" in flags else tool
    if proc:
        host.mount(inside, "proc", "/proc", "proc")
    host.exec(inside, program)
    return inside


def ordinary(host: Host, shell: int, uid: int = 1000) -> int:
    """`setpriv --reuid --regid --clear-groups`."""
    tool = host.spawn(shell, "setpriv")
    host.set_groups(tool)
    host.ask(SetGids(tool, uid, uid, uid))
    host.ask(SetUids(tool, uid, uid, uid))
    return tool


def user_root(host: Host, tool: int, *flags: str) -> None:
    """`unshare -Ur`: a user namespace in which the caller is root."""
    own = host.process(tool).credentials
    host.unshare(tool, "CLONE_NEWUSER", *flags)
    host.write_file(tool, "/proc/self/setgroups", "deny")
    host.write_file(tool, "/proc/self/uid_map", f"0 {own.euid} 1")
    host.write_file(tool, "/proc/self/gid_map", f"0 {own.egid} 1")


def tried(action: Callable[[], object]) -> str:
    """Nothing, or what strerror says of the refusal."""
    try:
        action()
    except SystemCallFailed as failed:
        return str(failed.strerror)
    return ""


def listing(host: Host, caller: int, columns: tuple[str, ...]) -> str:
    """`ps -e -o ...` from what /proc says; the caller is the one process that is running."""
    rows = []
    for name in sorted(filter(str.isdigit, host.list(caller, "/proc")), key=int):
        words = host.read_file(caller, f"/proc/{name}/stat").decode().split()
        state = "R" if name == host.readlink(caller, "/proc/self") else words[2]
        cells = {"pid": f"{name:>7}", "ppid": f"{words[3]:>7}", "stat": f"{state:<4}", "comm": words[1].strip("()")}
        rows.append(" ".join(cells[column] for column in columns))
    return "\n".join(rows)


# --- pid namespaces ---


@fact("pid-4")
def zombie() -> Printed:
    host, shell = machine()
    first = unshared(host, shell, "CLONE_NEWPID", program="python3", proc=True)
    child = host.fork(first)
    grandchild = host.fork(child)
    host.exit(child)
    host.wait(first, child)
    host.exit(grandchild)
    return Printed(listing(host, host.spawn(first, "ps"), ("pid", "ppid", "stat", "comm")))


@fact("pid-5")
def sigterm_from_inside() -> Printed:
    host, shell = machine()
    first = unshared(host, shell, "CLONE_NEWPID", program="python3", proc=True)
    child = host.fork(first)
    host.kill(child, first, "SIGTERM")
    return Printed("" if host.process(first).is_zombie else "pid1 alive")


@fact("pid-8")
def end_of_pid_1() -> Printed:
    host, shell = machine()
    first = unshared(host, shell, "CLONE_NEWPID", proc=True)
    sleeper = host.spawn(first, "sleep", "66.6")
    tool = host.process(first).parent
    host.exit(first, 3)
    ended = host.wait(tool)
    assert ended
    host.exit(tool, ended[1].shell)
    reaped = host.wait(shell)
    assert reaped
    left = sum(process.arguments == ("sleep", "66.6") for process in host.kernel.processes.values())
    assert sleeper not in host.kernel.processes
    return Printed(f"rc={reaped[1].shell}\n{left}", code=int(left == 0))


@fact("pid-11")
def without_a_new_proc() -> Printed:
    host, shell = machine()
    first = unshared(host, shell, "CLONE_NEWPID")
    return Printed(f"self={host.process(first).number}")


@fact("pid-12")
def nsenter() -> Printed:
    host, shell = machine()
    first = unshared(host, shell, "CLONE_NEWPID", program="sleep", proc=True)
    tool = host.spawn(shell, "nsenter")
    opened = [host.open(tool, f"/proc/{first}/ns/{name}") for name in ("pid", "mnt")]
    for descriptor in opened:
        host.setns(tool, descriptor)
    inside = host.spawn(tool, "ps")
    return Printed(listing(host, inside, ("pid", "comm")))


@fact("pid-13")
def handled_sigterm() -> Printed:
    host, shell = machine()
    first = unshared(host, shell, "CLONE_NEWPID", proc=True)
    host.sigaction(first, "SIGTERM", "handle")
    child = host.fork(first)
    host.kill(child, first, "SIGTERM")
    handled = host.history[-2].event.kind == "signal-handled"
    host.exit(first, 5)
    ended = host.wait(host.process(first).parent)
    assert ended
    return Printed(f"{'got' if handled else ''}\nrc={ended[1].shell}")


# --- uts ---


def hostname(host: Host, pid: int) -> str:
    """What `hostname` prints."""
    return host.read_file(pid, "/proc/sys/kernel/hostname").decode().strip()


@fact("uts-1")
def hostname_is_isolated() -> Printed:
    host, shell = machine()
    before = hostname(host, shell)
    tool = unshared(host, shell, "CLONE_NEWUTS")
    host.set_hostname(tool, "box1")
    return Printed(f"{hostname(host, tool)}\n{'host-unchanged' if hostname(host, shell) == before else 'changed'}")


@fact("uts-2")
def hostname_is_copied() -> Printed:
    host, shell = machine()
    tool = unshared(host, shell, "CLONE_NEWUTS")
    return Printed("same" if hostname(host, tool) == hostname(host, shell) else "")


@fact("uts-3")
def unshare_without_root() -> Printed:
    host, shell = machine()
    tool = ordinary(host, shell, 65534)
    problem = tried(lambda: host.unshare(tool, "CLONE_NEWUTS"))
    return Printed(f"rc={int(bool(problem))}", f"unshare: unshare failed: {problem}")


@fact("uts-5")
def long_hostname() -> Printed:
    host, shell = machine()
    tool = unshared(host, shell, "CLONE_NEWUTS")
    problem = tried(lambda: host.set_hostname(tool, "a" * 65))
    words = {"Invalid argument": "name too long"}  # hostname's own words for this errno
    return Printed(f"rc={int(bool(problem))}", f"hostname: {words.get(problem, problem)}")


# --- mounts ---


@fact("mnt-2")
def propagation() -> Printed:
    host, shell = machine()
    tool = unshared(host, shell, "CLONE_NEWNS")
    host.mkdir(tool, "/scratch/mp")
    host.mount(tool, "t", "/scratch/mp", "tmpfs")
    said = []
    for kind in ("shared", "slave", "private"):
        place = f"/scratch/mp/{kind}"
        host.mkdir(tool, place)
        host.mount(tool, kind, place, "tmpfs")
        host.mount(tool, "none", place, "", "SHARED")
        host.mkdir(tool, f"{place}/a")
        host.mkdir(tool, f"{place}/b")
        child = host.fork(tool)
        host.unshare(child, "CLONE_NEWNS")
        host.mount(child, "none", place, "", kind.upper())
        host.mount(tool, "p", f"{place}/a", "tmpfs")
        host.write_file(tool, f"{place}/a/f", "")
        arrives = not tried(lambda: host.stat(child, f"{place}/a/f"))  # noqa: B023
        said.append(f"{kind}:{'' if arrives else 'no-'}parent-to-child")
        host.mount(child, "c", f"{place}/b", "tmpfs")
        host.write_file(child, f"{place}/b/g", "")
        arrives = not tried(lambda: host.stat(tool, f"{place}/b/g"))  # noqa: B023
        said.append(f"{kind}:{'' if arrives else 'no-'}child-to-parent")
    return Printed("\n".join(said))


@fact("mnt-3")
def private_by_default() -> Printed:
    host = Host.boot()  # with peer groups, so that there is something to make private
    tool = unshared(host, host.spawn(1, "bash"), "CLONE_NEWNS")
    return Printed(next(mount.propagation for mount, point in host.mounts(tool) if point == "/"))


@fact("mnt-4")
def pivot_on_the_root_mount() -> Printed:
    host, shell = machine()
    tool = unshared(host, shell, "CLONE_NEWNS")
    host.mkdir(tool, "/scratch/nr")
    host.mkdir(tool, "/scratch/nr/old")
    problem = tried(lambda: host.pivot_root(tool, "/scratch/nr", "/scratch/nr/old"))
    text = f"pivot_root: failed to change root from `/scratch/nr' to `/scratch/nr/old': {problem}"
    return Printed(f"rc={int(bool(problem))}", text)


@fact("mnt-7")
def read_only_bind() -> Printed:
    host, shell = machine()
    tool = unshared(host, shell, "CLONE_NEWNS")
    host.mkdir(tool, "/scratch/s")
    host.mkdir(tool, "/scratch/t")
    host.mount(tool, "/scratch/s", "/scratch/t", "", "BIND")
    host.write_file(tool, "/scratch/t/z", "")
    seen = host.list(tool, "/scratch/s")
    host.mount(tool, "none", "/scratch/t", "", "REMOUNT", "BIND", "RDONLY")
    problem = tried(lambda: host.write_file(tool, "/scratch/t/q", ""))
    other = tried(lambda: host.write_file(tool, "/scratch/s/ok", ""))
    lines = [*seen, f"rc={int(bool(problem))}", "" if other else "src-writable"]
    return Printed("\n".join(lines), f"touch: cannot touch '/scratch/t/q': {problem}")


@fact("mnt-9")
def full_tmpfs() -> Printed:
    host, shell = machine()
    tool = unshared(host, shell, "CLONE_NEWNS")
    host.mkdir(tool, "/scratch/mm")
    host.mount(tool, "t", "/scratch/mm", "tmpfs", data="size=64k")
    descriptor = host.open(tool, "/scratch/mm/x", "WRONLY", "CREAT", "TRUNC")
    records, problem = 0, ""
    while records < 100 and not problem:
        problem = tried(lambda: host.ask(Write(tool, descriptor, bytes(1024))))
        records += not problem
    size = host.stat(tool, "/scratch/mm/x").size
    speed = "0.000442851 s, 148 MB/s"  # what no model knows
    lines = (
        f"dd: error writing '/scratch/mm/x': {problem}",
        f"{records + 1}+0 records in\n{records}+0 records out",
        f"{size} bytes ({size // 1000 + (size % 1000 >= 500)} kB, {size // 1024} KiB) copied, {speed}",
        str(size),
    )
    return Printed("\n".join(lines))


# --- chroot ---


@fact("chroot-1")
def nothing_to_run() -> Printed:
    host, shell = machine()
    host.mkdir(shell, "/scratch/cr")
    tool = host.spawn(shell, "chroot")
    host.chroot(tool, "/scratch/cr")
    host.chdir(tool, "/")
    problem = tried(lambda: host.exec(tool, "/bin/sh"))
    code = {"": 0, "No such file or directory": 127}.get(problem, 126)
    return Printed(f"rc={code}", f"chroot: failed to run command ‘/bin/sh’: {problem}")


@fact("chroot-3")
def escape_by_a_second_chroot() -> Printed:
    host, shell = machine()
    host.mkdir(shell, "/scratch/cr")
    tool = host.spawn(shell, "python3")
    host.chdir(tool, "/scratch/cr")
    host.chroot(tool, "/scratch/cr")
    host.mkdir(tool, "/x")
    host.chroot(tool, "x")
    for _ in range(64):
        host.ask(Chdir(tool, ".."))
    host.chroot(tool, ".")
    return Printed(str("etc" in host.list(tool, "/")))


@fact("chroot-5")
def escape_by_an_open_directory() -> Printed:
    host, shell = machine()
    host.mkdir(shell, "/scratch/cr")
    tool = host.spawn(shell, "python3")
    descriptor = host.open(tool, "/")
    host.chroot(tool, "/scratch/cr")
    host.ask(Fchdir(tool, descriptor))
    return Printed(str("etc" in host.list(tool, ".")))


# --- ipc ---


def queues(host: Host, pid: int) -> int:
    """How many queues `ipcs -q` lists."""
    return len(host.read_file(pid, "/proc/sysvipc/msg").splitlines()) - 1


@fact("ipc-1")
def queues_are_isolated() -> Printed:
    host, shell = machine()
    queue = host.ask(Msgget(shell))
    outside, inside = queues(host, shell), queues(host, unshared(host, shell, "CLONE_NEWIPC"))
    host.ask(RemoveQueue(shell, queue))
    return Printed(f"{outside}\n{inside}", code=0)


@fact("ipc-3")
def posix_queues_are_isolated() -> Printed:
    host, shell = machine()
    tool = unshared(host, shell, "CLONE_NEWIPC", "CLONE_NEWNS")
    host.mkdir(tool, "/scratch/mq")
    host.mount(tool, "m", "/scratch/mq", "mqueue")
    host.write_file(tool, "/scratch/mq/q1", "")
    seen = host.list(tool, "/scratch/mq")
    inner = unshared(host, tool, "CLONE_NEWIPC", "CLONE_NEWNS")
    host.mount(inner, "m", "/scratch/mq", "mqueue")
    return Printed("\n".join((*seen, str(len(host.list(inner, "/scratch/mq"))))))


# --- user namespaces ---


@fact("user-2")
def map_root() -> Printed:
    host, shell = machine()
    tool = ordinary(host, shell)
    user_root(host, tool)
    status = host.read_file(tool, "/proc/self/status").decode()
    uid = next(line.split()[1] for line in status.splitlines() if line.startswith("Uid:"))
    return Printed(f"{uid}\n{host.read_file(tool, '/proc/self/uid_map').decode()}")


@fact("user-6")
def root_in_a_user_namespace() -> Printed:
    host, shell = machine()
    tool = ordinary(host, shell)
    user_root(host, tool, "CLONE_NEWNS")
    host.exec(tool, "bash")
    status = host.read_file(tool, "/proc/self/status").decode()
    effective = next(line for line in status.splitlines() if line.startswith("CapEff"))
    tmpfs = tried(lambda: host.mount(tool, "t", "/mnt", "tmpfs"))
    date = tried(lambda: host.ask(ClockSettime(tool, 978_307_200)))
    block = tried(lambda: host.mount(tool, "/dev/vda", "/mnt", "ext4"))
    words = {"Operation not permitted": "permission denied"}  # mount's own words for this errno
    note = "       dmesg(1) may have more information after failed mount system call."
    return Printed(
        f"{effective}\n{'' if tmpfs else 'tmpfs-ok'}\ndate rc={int(bool(date))}\nblk rc={32 if block else 0}",
        f"date: cannot set date: {date}\nmount: /mnt: {words.get(block, block)}.\n{note}",
    )


@fact("user-8")
def chown_to_an_unmapped_uid() -> Printed:
    host, shell = machine()
    host.ask(Umask(shell, 0))
    host.mkdir(shell, "/scratch/uu", 0o777)
    tool = ordinary(host, shell)
    user_root(host, tool)
    host.write_file(tool, "/scratch/uu/f", "")
    problem = tried(lambda: host.chown(tool, "/scratch/uu/f", 5))
    return Printed(f"rc={int(bool(problem))}", f"chown: changing ownership of '/scratch/uu/f': {problem}")


@fact("user-10")
def no_more_user_namespaces() -> Printed:
    host, shell = machine()
    tool = host.spawn(shell, "unshare")
    user_root(host, tool)
    limit = host.read_file(tool, "/proc/sys/user/max_user_namespaces").decode().strip()
    host.write_file(tool, "/proc/sys/user/max_user_namespaces", "0")
    problem = tried(lambda: host.unshare(host.spawn(tool, "unshare"), "CLONE_NEWUSER"))
    return Printed(f"{limit}\nrc={int(bool(problem))}", f"unshare: unshare failed: {problem}")


# --- identities ---


@fact("ns-1")
def identities() -> Printed:
    host, shell = machine()
    names = " ".join(host.list(shell, "/proc/self/ns"))
    tool = unshared(host, shell, "CLONE_NEWUTS")
    here, there = (host.readlink(pid, "/proc/self/ns/uts") for pid in (shell, tool))
    user = host.readlink(shell, "/proc/self/ns/user")
    return Printed(f"{names} {'differ' if here != there else ''}\n{user}")

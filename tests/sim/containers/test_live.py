"""The model and this machine's own kernel, asked the same: `unshare` where the machine may make namespaces."""

import shutil
import subprocess

import pytest

from vlearn.sim.containers import Host, SystemCallFailed
from vlearn.sim.containers import calls as sys


def real(*words):
    """What a command prints, and its exit code."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=20, check=False)
    return done.stdout.strip(), done.returncode


def _may():
    if shutil.which("unshare") is None:
        return "this machine has no unshare"
    _, code = real("unshare", "-Urmpf", "--mount-proc", "true")
    return "" if code == 0 else "this machine may not make user, mount and pid namespaces"


WHY_NOT = _may()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "it may")


def rooted(*flags):
    """The model's `unshare -Ur`, by a user of the machine."""
    host = Host.boot(shared=False)
    tool = host.fork(1)
    host.unshare(tool, "CLONE_NEWUSER", *flags)
    host.write_file(tool, "/proc/self/setgroups", "deny")
    host.write_file(tool, "/proc/self/uid_map", "0 0 1")
    host.write_file(tool, "/proc/self/gid_map", "0 0 1")
    return host, tool


def exit_code(host, call):
    return int(bool(host.call(call).errno))


def test_both_count_from_1_in_a_new_pid_namespace():
    host, tool = rooted("CLONE_NEWPID", "CLONE_NEWNS")
    first = host.fork(tool)
    host.mount(first, "proc", "/proc", "proc")
    child = host.fork(first)
    said, _ = real("unshare", "-Urpf", "--mount-proc", "sh", "-c", "readlink /proc/self; true")
    assert host.readlink(child, "/proc/self") == said
    assert host.process(first).number == 1


DEEPER = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for depth in range(40):
    uid, gid = os.geteuid(), os.getegid()
    if libc.unshare(0x10000000):
        print(depth, ctypes.get_errno())
        break
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
"""


def test_both_nest_user_namespaces_equally_deep():
    said, _ = real("unshare", "-Ur", "python3", "-c", DEEPER)
    host = Host.boot()
    pid, depth, errno = host.fork(1), 0, 0
    try:
        while True:
            host.unshare(pid, "CLONE_NEWUSER")
            host.write_file(pid, "/proc/self/setgroups", "deny")
            host.write_file(pid, "/proc/self/uid_map", "0 0 1")
            host.write_file(pid, "/proc/self/gid_map", "0 0 1")
            depth += 1
    except SystemCallFailed as failed:
        errno = failed.errno
    # The real one begins one level down, within `unshare -Ur`, and maybe further where this machine is a container.
    found, real_errno = map(int, said.split())
    assert (real_errno, errno) == (28, 28)
    assert found <= depth - 1 <= 32


TOOLS = [
    ("umount /proc", (), lambda pid: sys.Umount(pid, "/proc")),
    ("mount -t tmpfs t /mnt", (), lambda pid: sys.Mount(pid, "t", "/mnt", "tmpfs")),
    ("mount -t tmpfs -o size=much t /mnt", (), lambda pid: sys.Mount(pid, "t", "/mnt", "tmpfs", data="size=much")),
    ("mount --bind / /mnt", (), lambda pid: sys.Mount(pid, "/", "/mnt", flags=("BIND",))),
    ("mount --rbind / /mnt", (), lambda pid: sys.Mount(pid, "/", "/mnt", flags=("BIND", "REC"))),
    ("mount -t tmpfs t /mnt/nowhere", (), lambda pid: sys.Mount(pid, "t", "/mnt/nowhere", "tmpfs")),
    ("mount --make-shared /mnt", (), lambda pid: sys.Mount(pid, "none", "/mnt", flags=("SHARED",))),
    ("pivot_root /mnt /mnt", (), lambda pid: sys.PivotRoot(pid, "/mnt", "/mnt")),
    ("umount /", (), lambda pid: sys.Umount(pid, "/")),
    ("chroot /", (), lambda pid: sys.Chroot(pid, "/")),
    ("date -s 2001-01-01", (), lambda pid: sys.ClockSettime(pid, 0)),
    ("hostname box", ("CLONE_NEWUTS",), lambda pid: sys.SetHostname(pid, "box")),
    ("hostname box", (), lambda pid: sys.SetHostname(pid, "box")),
    ("unshare -p unshare -p true", ("CLONE_NEWPID",), lambda pid: sys.Unshare(pid, ("CLONE_NEWPID",))),
]


@pytest.mark.parametrize(("command", "flags", "call"), TOOLS, ids=[f"{one[0]} {' '.join(one[1])}" for one in TOOLS])
def test_root_of_a_user_namespace_may_do_the_same_in_both(command, flags, call):
    if shutil.which(command.split()[0]) is None:
        pytest.skip(f"this machine has no {command.split()[0]}")
    shown = ["--uts"] if "CLONE_NEWUTS" in flags else []
    words = command if not command.startswith("chroot") else "chroot / true"
    _, code = real("unshare", "-Urm", *shown, "sh", "-c", words)
    host, tool = rooted("CLONE_NEWNS", *flags)
    if command == "date -s 2001-01-01" and code == 0:
        pytest.fail("the machine's clock was set from a user namespace")
    assert exit_code(host, call(tool)) == int(bool(code))

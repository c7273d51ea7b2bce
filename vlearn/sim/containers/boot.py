"""A machine that has just started: pid 1, one namespace of each kind, a root file system, /proc, /sys, /dev."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from immutables import Map

from vlearn.sim.containers.calls import Call, Chmod, Mknod, Mount
from vlearn.sim.containers.cgroups.state import Cgroups
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_table import Mount as MountPoint
from vlearn.sim.containers.mount_table import Superblock
from vlearn.sim.containers.mount_types import add
from vlearn.sim.containers.namespaces import (
    KIND,
    CgroupNamespace,
    Extent,
    IpcNamespace,
    MountNamespace,
    NetNamespace,
    PidNamespace,
    TimeNamespace,
    UserNamespace,
    UtsNamespace,
)
from vlearn.sim.containers.network.state import Networks
from vlearn.sim.containers.operate import operate
from vlearn.sim.containers.processes import Credentials, Membership, Place, Process
from vlearn.sim.containers.references import put_mount, put_namespace, put_process
from vlearn.sim.files.entries import filesystem_of
from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.files.plain import Plain

PROGRAMS = (
    "bash", "cat", "chown", "chroot", "date", "dd", "echo", "env", "findmnt", "grep", "hostname", "id", "ip", "ipcmk",
    "ipcrm", "ipcs", "kill", "ls", "lsns", "mkdir", "mount", "nsenter", "pgrep", "ping", "pivot_root", "ps", "python3",
    "readlink", "rm", "setpriv", "sh", "sleep", "stat", "touch", "true", "umount", "unshare",
)  # fmt: skip
SHELLS = {"sh": "dash"}
FOLDERS = ("bin", "etc", "home", "home/user", "root", "run", "run/netns", "sbin", "usr", "usr/bin", "var")
DEVICES = {"full": (1, 7), "null": (1, 3), "random": (1, 8), "tty": (5, 0), "urandom": (1, 9), "zero": (1, 5)}
PASSWD = "root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n"
MAX_NAMESPACES = 95_955
"""What a small machine allows each user; the kernel takes half of its limit of threads."""


def small_root(hostname: str = "host") -> Plain:
    """The root file system that a machine has where none is given: programs, and directories to mount on."""
    mount_points = ("dev", "mnt", "proc", "sys")
    entries: list[dict[str, object]] = [{"path": name, "type": "dir"} for name in (*FOLDERS, *mount_points)]
    entries.append({"path": "tmp", "type": "dir", "mode": 0o1777})
    entries += [{"path": "home/user", "type": "dir", "uid": 1000, "gid": 1000}]
    # What a program is its file's first line says: see shell.executables.
    entries += [
        {"path": f"usr/bin/{name}", "type": "file", "mode": 0o755, "content": f"\x7fELF {SHELLS.get(name, name)}\n"}
        for name in PROGRAMS
    ]
    entries += [{"path": f"bin/{name}", "type": "symlink", "target": f"../usr/bin/{name}"} for name in PROGRAMS]
    entries += [
        {"path": "sbin/init", "type": "file", "mode": 0o755},
        {"path": "etc/hostname", "type": "file", "content": f"{hostname}\n"},
        {
            "path": "etc/passwd",
            "type": "file",
            "content": PASSWD,
        },
    ]
    return filesystem_of(entries)


def boot(
    files: Filesystem | None = None,
    *,
    hostname: str = "host",
    cgroups: Literal["unified", "legacy"] | Cgroups = "unified",
    shared: bool = True,
) -> Kernel:
    """The kernel when init has mounted everything. `files` is the root file system.

    `shared` is whether the mounts are in peer groups: systemd makes them so, the kernel by itself does not.
    """
    kernel = _first_namespaces(hostname)
    if not isinstance(cgroups, Cgroups):
        cgroups = Cgroups.unified() if cgroups == "unified" else Cgroups.legacy()
    kernel = replace(kernel, cgroups=cgroups, networks=Networks.boot(KIND["net"].first))
    user = KIND["user"].first
    kernel, nsfs = add(kernel, Superblock(0, "nsfs", user, kept=True))
    # The kernel's own mount of nsfs, in no tree: magic links of /proc/PID/ns lead through it.
    kernel = put_mount(kernel, MountPoint(1, 0, 0, (), nsfs, source="nsfs", users=1))
    kernel, root = add(kernel, Superblock(0, "ext4", user, files or small_root(hostname)))
    number = kernel.next_mount
    kernel = put_mount(kernel, MountPoint(number, KIND["mnt"].first, 0, (), root, source="/dev/vda"))
    kernel = replace(kernel, nsfs=1, next_mount=number + 1)
    first = {kind.name: kind.first for kind in KIND.values()}
    spaces = Membership(**first, pid_for_children=first["pid"], time_for_children=first["time"])
    kernel = put_namespace(kernel, replace(kernel.namespace(first["mnt"], MountNamespace), root=number))
    init = Process(1, 0, (1,), Credentials(user), spaces, Place(number), Place(number))
    kernel = put_process(kernel, init)
    for call in _mounts(kernel, shared):
        *_, last = operate(kernel, call)
        kernel = last.state
    return kernel


def _first_namespaces(hostname: str) -> Kernel:
    """One of each kind, held by the kernel itself, so that they outlive every process."""
    first, all_ids = {kind.name: kind.first for kind in KIND.values()}, (Extent(0, 0, 4_294_967_295),)
    user = first["user"]
    limits = Map(dict.fromkeys(KIND, MAX_NAMESPACES))
    spaces = (
        UserNamespace(user, 0, 0, references=1, uid_map=all_ids, gid_map=all_ids, limits=limits),
        UtsNamespace(first["uts"], user, 0, references=1, hostname=hostname),
        IpcNamespace(first["ipc"], user, 0, references=1),
        MountNamespace(first["mnt"], user, 0, references=1),
        NetNamespace(first["net"], user, 0, references=1),
        PidNamespace(first["pid"], user, 0, references=1, last=1, processes=Map({1: 1})),
        TimeNamespace(first["time"], user, 0, references=1, entered=True),
        CgroupNamespace(first["cgroup"], user, 0, references=1),
    )
    kernel = Kernel()
    for space in spaces:
        kernel = put_namespace(kernel, space)
    return replace(kernel, made=Map())  # the first ones count against nobody's limit


def _mounts(kernel: Kernel, shared: bool) -> Iterable[Call]:
    """What init mounts, as far as the root file system has places for it."""
    files = next(one.files for one in kernel.superblocks.values() if one.type == "ext4")
    assert files is not None
    places = [("proc", "proc"), ("sys", "sysfs"), ("tmp", ""), ("dev", "tmpfs")]
    for name, kind in places:
        if kind and files.kind((name,)) == "dir":
            yield Mount(1, kind, f"/{name}", kind)
    if files.kind(("dev",)) == "dir":
        for name, device in DEVICES.items():
            yield Mknod(1, f"/dev/{name}", "char", device)
            yield Chmod(1, f"/dev/{name}", 0o666)
    if files.kind(("sys",)) == "dir":
        trees = kernel.cgroups.hierarchies.values()
        if any(tree.name == "" for tree in trees):
            yield Mount(1, "cgroup2", "/sys/fs/cgroup", "cgroup2")
    if shared:
        yield Mount(1, "none", "/", flags=("REC", "SHARED"))

"""A container's view of the machine: the sequence of system calls by which runc makes a directory the root.

Left out: pseudo terminals (devpts), masked and read-only paths below /proc, seccomp and security modules.
"""

from vlearn.sim.containers.calls import DropBounding, Mknod
from vlearn.sim.containers.capabilities import CAPABILITIES
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.host import Host
from vlearn.sim.engine.container import Attached

DEVICES = {"full": (1, 7), "null": (1, 3), "random": (1, 8), "tty": (5, 0), "urandom": (1, 9), "zero": (1, 5)}
LINKS = {"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"}
DEFAULT_CAPABILITIES = frozenset(
    [
        "CAP_CHOWN",
        "CAP_DAC_OVERRIDE",
        "CAP_FSETID",
        "CAP_FOWNER",
        "CAP_MKNOD",
        "CAP_NET_RAW",
        "CAP_SETGID",
        "CAP_SETUID",
        "CAP_SETFCAP",
        "CAP_SETPCAP",
        "CAP_NET_BIND_SERVICE",
        "CAP_SYS_CHROOT",
        "CAP_KILL",
        "CAP_AUDIT_WRITE",
    ]
)
"""What Docker leaves to root in a container: 14 of 41."""


def mount_system(host: Host, pid: int, root: str, privileged: bool) -> None:
    """What every container finds mounted: proc, a small /dev, sysfs and the cgroups, the last two read-only."""
    locked = () if privileged else ("RDONLY",)
    host.mount(pid, "proc", f"{root}/proc", "proc", "NOSUID", "NODEV", "NOEXEC")
    host.mount(pid, "tmpfs", f"{root}/dev", "tmpfs", "NOSUID", data="mode=755,size=65536k")
    for name in ("shm", "mqueue"):
        host.mkdir(pid, f"{root}/dev/{name}", 0o1777)
    host.mount(pid, "mqueue", f"{root}/dev/mqueue", "mqueue", "NOSUID", "NODEV", "NOEXEC")
    host.mount(pid, "shm", f"{root}/dev/shm", "tmpfs", "NOSUID", "NODEV", "NOEXEC", data="mode=1777,size=65536k")
    host.mount(pid, "sysfs", f"{root}/sys", "sysfs", "NOSUID", "NODEV", "NOEXEC", *locked)
    host.mount(pid, "cgroup", f"{root}/sys/fs/cgroup", "cgroup2", "NOSUID", "NODEV", "NOEXEC", *locked)
    for name, device in DEVICES.items():
        host.ask(Mknod(pid, f"{root}/dev/{name}", "char", device, 0o666))
        host.chmod(pid, f"{root}/dev/{name}", 0o666)
    for name, target in LINKS.items():
        host.symlink(pid, target, f"{root}/dev/{name}")


def mount_asked(host: Host, pid: int, root: str, mounts: tuple[Attached, ...]) -> None:
    """The volumes, host directories and tmpfs of a container, the shortest target first."""
    for one in sorted(mounts, key=lambda one: one.target.count("/")):
        target = root + one.target
        if one.kind == "tmpfs":
            host.mount(pid, "tmpfs", target, "tmpfs", "NOSUID", "NODEV", "NOEXEC", data=one.options)
            continue
        host.mount(pid, one.source, target, "", "BIND", "REC")
        if one.read_only:
            host.mount(pid, "none", target, "", "BIND", "REMOUNT", "RDONLY")


def mount_files(host: Host, pid: int, root: str, folder: str) -> None:
    """/etc/hosts and its like, which the daemon writes, are mounts of files of the host."""
    for name in ("resolv.conf", "hostname", "hosts"):
        host.mount(pid, f"{folder}/{name}", f"{root}/etc/{name}", "", "BIND")


def pivot(host: Host, pid: int, root: str, read_only: bool) -> None:
    """Make the union the root of the mount namespace and let go of the host's: pivot_root(".", "."), then umount."""
    host.chdir(pid, root)
    host.pivot_root(pid, ".", ".")
    host.umount(pid, ".", detach=True)
    host.chdir(pid, "/")
    if read_only:
        host.mount(pid, "none", "/", "", "BIND", "REMOUNT", "RDONLY")


def drop_capabilities(host: Host, pid: int, kept: frozenset[str]) -> None:
    """Take the others out of the bounding set: the program that follows has what is left, even as root."""
    for name in CAPABILITIES:
        if name not in kept:
            host.ask(DropBounding(pid, name))


def capabilities(privileged: bool, added: tuple[str, ...], dropped: tuple[str, ...]) -> frozenset[str]:
    """Docker's default set with --cap-add and --cap-drop; ALL stands for all."""
    if privileged:
        return frozenset(CAPABILITIES)
    plus, minus = ({f"CAP_{name.upper().removeprefix('CAP_')}" for name in names} for names in (added, dropped))
    kept = frozenset(CAPABILITIES) if "CAP_ALL" in plus else DEFAULT_CAPABILITIES
    return ((frozenset() if "CAP_ALL" in minus else kept) - minus) | (plus - {"CAP_ALL"})


def ids_of(host: Host, pid: int, user: str) -> tuple[int, int, str]:
    """uid, gid and home of `--user`; names are looked up in the container. Raises LookupError in runc's words."""
    name, _, group = user.partition(":")
    people, groups = (_table(host, pid, path) for path in ("/etc/passwd", "/etc/group"))
    row = next((row for row in people if len(row) > 5 and name in (row[0], row[2])), None)
    if row is None and not name.isdigit():
        raise LookupError(f"unable to find user {name}: no matching entries in passwd file")
    uid, gid, home = (int(row[2]), int(row[3]), row[5]) if row else (int(name), 0, "/")
    if group:
        found = next((int(row[2]) for row in groups if len(row) > 2 and group in (row[0], row[2])), None)
        if found is None and not group.isdigit():
            raise LookupError(f"unable to find group {group}: no matching entries in group file")
        gid = int(group) if found is None else found
    return uid, gid, home


def _table(host: Host, pid: int, path: str) -> list[list[str]]:
    try:
        text = host.read_file(pid, path).decode("utf-8", "replace")
    except SystemCallFailed:
        return []
    return [line.split(":") for line in text.splitlines()]

"""A process's directory in proc: status, cmdline, cgroup, mountinfo, ns/, fd/, uid_map and its like.

Numbers are those of the pid namespace whose proc it is; ids are those of the reader's user namespace.
"""

from collections.abc import Callable

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.authority import capable, from_host, shown
from vlearn.sim.containers.cgroups.access import membership
from vlearn.sim.containers.id_maps import write_map, write_setgroups
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.made_up import Node, Write, directory, file, link
from vlearn.sim.containers.mount_tree import place_name
from vlearn.sim.containers.names_and_clocks import write_offsets
from vlearn.sim.containers.namespaces import CgroupNamespace, PidNamespace, TimeNamespace, UserNamespace
from vlearn.sim.containers.proc_mounts import mountinfo, mounts
from vlearn.sim.containers.processes import OpenFile, Path, Place, Process

NAMES = (
    "cgroup", "cmdline", "comm", "cwd", "exe", "fd", "gid_map", "mountinfo", "mounts", "ns", "root", "setgroups",
    "stat", "status", "task", "timens_offsets", "uid_map",
)  # fmt: skip
LINKS = (
    "cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "time", "time_for_children", "user", "uts",
)  # fmt: skip


def process_node(kernel: Kernel, caller: Process, space: PidNamespace, process: Process, path: Path) -> Node | None:
    """The node at a path below /proc/PID."""
    own = process.credentials
    match path:
        case ():
            return directory(*NAMES, uid=own.euid, gid=own.egid)
        case ("ns",):
            return directory(*LINKS, mode=0o511, uid=own.euid, gid=own.egid)
        case ("ns", name) if name in LINKS:
            return _namespace_link(kernel, caller, process, name)
        case ("fd",):
            return directory(*map(str, process.descriptors), mode=0o500, uid=own.euid, gid=own.egid)
        case ("fd", number) if number.isdigit() and int(number) in process.descriptors:
            opened = kernel.open_files[process.descriptors[int(number)]]
            return _place_link(kernel, caller, process, opened.place)
        case ("root",):
            return _place_link(kernel, caller, process, process.root)
        case ("cwd",):
            return _place_link(kernel, caller, process, process.directory)
        case ("exe",):
            return _guarded(kernel, caller, process, lambda: process.executable)
        case ("task",):
            return directory(str(kernel.number_in(process.pid, space.number)))
        case ("task", number, "children") if number == str(kernel.number_in(process.pid, space.number)):
            return file("".join(f"{kernel.number_in(pid, space.number)} " for pid in sorted(process.children)))
        case ("task", number) if number == str(kernel.number_in(process.pid, space.number)):
            return directory("children")
        case (name,) if name in WRITERS:
            return Node(
                mode=0o644,
                uid=own.euid,
                gid=own.egid,
                text=_reader(kernel, caller, process, name),
                write=WRITERS[name](process),
            )
        case (name,) if name in TEXTS:
            return Node(text=lambda: TEXTS[name](kernel, caller, space, process))
    return None


def may_look(kernel: Kernel, caller: Process, process: Process) -> bool:
    """Whether links of /proc/PID open for a process: for itself, for its user, and with CAP_SYS_PTRACE."""
    own, other = caller.credentials, process.credentials
    same = {own.euid} == {other.uid, other.euid, other.suid} and {own.egid} == {other.gid, other.egid, other.sgid}
    return caller.pid == process.pid or same or capable(kernel, caller, other.user, "CAP_SYS_PTRACE")


def _guarded(kernel: Kernel, caller: Process, process: Process, text: Callable[[], str]) -> Node:
    if may_look(kernel, caller, process):
        return Node("symlink", 0o777, text=text)

    def refuse() -> str:
        raise Refusal("EACCES", f"process {caller.pid} may not look into process {process.pid}")

    return Node("symlink", 0o777, text=refuse)


def _namespace_link(kernel: Kernel, caller: Process, process: Process, name: str) -> Node:
    number = process.namespaces.get(name)
    known = number in process.refers_to and (name != "pid_for_children" or _has_begun(kernel, number))

    def text() -> str:
        if not known:
            raise Refusal("ENOENT", f"process {process.pid} has no namespace {name} to show")
        return str(kernel.namespaces[number])

    node = _guarded(kernel, caller, process, text)
    if not known or not may_look(kernel, caller, process):
        return node
    return link(text(), Place(kernel.nsfs, (str(number),)), number)


def _has_begun(kernel: Kernel, number: int) -> bool:
    return kernel.namespace(number, PidNamespace).last > 0


def _place_link(kernel: Kernel, caller: Process, process: Process, place: Place) -> Node:
    if process.is_zombie or not may_look(kernel, caller, process):
        return _guarded(kernel, caller, process, lambda: "")
    return link(seen(kernel, place, caller), place)


def seen(kernel: Kernel, place: Place, reader: Process) -> str:
    """The path of an open place as the reader would write it."""
    mount = kernel.mounts[place.mount]
    if kernel.superblocks[mount.superblock].type == "nsfs":
        return str(kernel.namespaces[int(place.path[0])])
    return place_name(kernel, place, reader.root) or "/" + "/".join(place.path)


def _status(kernel: Kernel, caller: Process, space: PidNamespace, process: Process) -> str:
    user, own = kernel.user(caller), process.credentials
    words = {"S": "S (sleeping)", "Z": "Z (zombie)", "T": "T (stopped)"}
    numbers = list(reversed(process.numbers))[space.level :]
    pid, parent = kernel.number_in(process.pid, space.number), kernel.number_in(process.parent, space.number)
    uids = [shown(user.uid_map, uid) for uid in (own.uid, own.euid, own.suid, own.euid)]
    gids = [shown(user.gid_map, gid) for gid in (own.gid, own.egid, own.sgid, own.egid)]
    groups = " ".join(str(shown(user.gid_map, gid)) for gid in own.groups)
    rows: list[tuple[str, object]] = [
        ("Name", process.command),
        ("Umask", f"{process.umask:04o}"),
        ("State", words[process.state]),
        ("Tgid", pid),
        ("Ngid", 0),
        ("Pid", pid),
        ("PPid", parent),
        ("TracerPid", 0),
        ("Uid", "\t".join(map(str, uids))),
        ("Gid", "\t".join(map(str, gids))),
        ("Groups", f"{groups} "),
        ("NStgid", "\t".join(map(str, numbers))),
        ("NSpid", "\t".join(map(str, numbers))),
        ("Threads", 1),
        ("CapInh", f"{own.inheritable:016x}"),
        ("CapPrm", f"{own.permitted:016x}"),
        ("CapEff", f"{own.effective:016x}"),
        ("CapBnd", f"{own.bounding:016x}"),
        ("CapAmb", f"{own.ambient:016x}"),
        ("NoNewPrivs", int(own.no_new_privileges)),
    ]
    return "".join(f"{name}:\t{value}\n" for name, value in rows)


def _stat(kernel: Kernel, caller: Process, space: PidNamespace, process: Process) -> str:
    pid, parent = kernel.number_in(process.pid, space.number), kernel.number_in(process.parent, space.number)
    zeros = " 0" * 17
    return f"{pid} ({process.command}) {process.state} {parent}{zeros} {int(process.started * 100)}{' 0' * 30}\n"


def _cgroup(kernel: Kernel, caller: Process, space: PidNamespace, process: Process) -> str:
    if process.pid not in next(iter(kernel.cgroups.hierarchies.values())).members:
        return ""
    root = kernel.namespace(caller.namespaces.cgroup, CgroupNamespace).roots
    unified = next((tree.name for tree in kernel.cgroups.hierarchies.values() if tree.version == 2), "")
    return membership(kernel.cgroups, process.pid, root.get(unified, ()))


def _map_text(kernel: Kernel, caller: Process, process: Process, name: str) -> str:
    """The lines of a map; `outside` as the reader's namespace names it, from within as the one around does."""
    space, reader = kernel.user(process), kernel.user(caller)
    if reader.number == space.number and space.owner:
        reader = kernel.namespace(space.owner, UserNamespace)
    lines, names = (space.uid_map, reader.uid_map) if name == "uid_map" else (space.gid_map, reader.gid_map)
    if not space.owner:
        return "".join(f"{one.inside:10} {one.outside:10} {one.count:10}\n" for one in lines)
    outside = (from_host(names, line.outside) for line in lines)
    return "".join(
        f"{line.inside:10} {4_294_967_295 if start is None else start:10} {line.count:10}\n"
        for line, start in zip(lines, outside, strict=True)
    )


def _offsets(kernel: Kernel, process: Process) -> str:
    space = kernel.namespace(process.namespaces.time_for_children, TimeNamespace)
    rows = (("monotonic", space.monotonic), ("boottime", space.boottime))
    return "".join(f"{name:<10} {int(value // 1):>10} {round(value % 1 * 1e9):>9}\n" for name, value in rows)


def _reader(kernel: Kernel, caller: Process, process: Process, name: str) -> Callable[[], str]:
    def text() -> str:
        if name == "setgroups":
            return "allow\n" if kernel.user(process).setgroups else "deny\n"
        if name == "timens_offsets":
            return _offsets(kernel, process)
        return _map_text(kernel, caller, process, name)

    return text


def _map_writer(name: str) -> Callable[[Process], Write]:
    def of(process: Process) -> Write:
        def write(kernel: Kernel, content: bytes, opened: OpenFile, writer: Process) -> Kernel:
            return write_map(kernel, process.credentials.user, name, content, opened.opener, writer)

        return write

    return of


def _setgroups_writer(process: Process) -> Write:
    return lambda kernel, content, opened, writer: write_setgroups(kernel, process.credentials.user, content, writer)


def _offsets_writer(process: Process) -> Write:
    number = process.namespaces.time_for_children
    return lambda kernel, content, opened, writer: write_offsets(kernel, number, content, writer)


WRITERS: dict[str, Callable[[Process], Write]] = {
    "uid_map": _map_writer("uid_map"),
    "gid_map": _map_writer("gid_map"),
    "setgroups": _setgroups_writer,
    "timens_offsets": _offsets_writer,
}

TEXTS: dict[str, Callable[[Kernel, Process, PidNamespace, Process], str]] = {
    "status": _status,
    "stat": _stat,
    "cgroup": _cgroup,
    "comm": lambda kernel, caller, space, process: f"{process.command}\n",
    "cmdline": lambda kernel, caller, space, process: (
        "" if process.is_zombie else "".join(f"{argument}\0" for argument in process.arguments)
    ),
    "mounts": lambda kernel, caller, space, process: mounts(kernel, process),
    "mountinfo": lambda kernel, caller, space, process: mountinfo(kernel, process),
}

"""proc, as one process sees it: the processes of one pid namespace, and /proc/sys of the reader's own namespaces.

Left out: all files that no lesson and no tool of the course reads (meminfo, interrupts, net/, ...).
"""

from dataclasses import replace

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.authority import require, shown
from vlearn.sim.containers.calls import SetDomainname, SetHostname
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.made_up import Node, View, Write, directory, file, link
from vlearn.sim.containers.mount_table import Superblock
from vlearn.sim.containers.names_and_clocks import set_domainname, set_hostname
from vlearn.sim.containers.namespaces import (
    KIND,
    IpcNamespace,
    PidNamespace,
    TimeNamespace,
    UserNamespace,
    UtsNamespace,
)
from vlearn.sim.containers.proc_process import process_node
from vlearn.sim.containers.processes import OpenFile, Path, Process
from vlearn.sim.containers.references import put_namespace

QUEUE_HEADER = (
    "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid"
    "      stime      rtime      ctime\n"
)
VERSION = "Linux version 6.18.0 (vlearn)\n"
FILESYSTEMS = (
    "".join(
        f"nodev\t{name}\n"
        for name in ("sysfs", "tmpfs", "proc", "cgroup", "cgroup2", "devtmpfs", "mqueue", "ramfs", "overlay")
    )
    + "\text4\n"
)


def proc_view(kernel: Kernel, caller: Process, superblock: Superblock) -> View:
    """The view of `superblock.of`'s processes."""
    space = kernel.namespaces.get(superblock.of)

    def find(path: Path) -> Node | None:
        if not isinstance(space, PidNamespace):
            return directory() if path == () else None
        match path:
            case ():
                fixed = ("filesystems", "mounts", "self", "sys", "sysvipc", "thread-self", "uptime", "version")
                return Node("dir", 0o555, entries=lambda: (*map(str, sorted(space.processes)), *fixed))
            case ("self",):
                return Node("symlink", 0o777, text=lambda: str(_own_number(kernel, caller, space)))
            case ("thread-self",):
                return Node("symlink", 0o777, text=lambda: "{0}/task/{0}".format(_own_number(kernel, caller, space)))
            case ("mounts",):
                return link("self/mounts")
            case ("uptime",):
                return file(_uptime(kernel, caller))
            case ("version",):
                return file(VERSION)
            case ("filesystems",):
                return file(FILESYSTEMS)
            case ("sysvipc",):
                return directory("msg")
            case ("sysvipc", "msg"):
                return file(_queues(kernel, caller))
            case ("sys", *rest):
                return _sys(kernel, caller, tuple(rest))
            case (number, *rest) if number.isdigit() and (pid := space.processes.get(int(number))):
                return process_node(kernel, caller, space, kernel.processes[pid], tuple(rest))
        return None

    return View(find)


def _own_number(kernel: Kernel, caller: Process, space: PidNamespace) -> int:
    if number := kernel.number_in(caller.pid, space.number):
        return number
    raise Refusal("ENOENT", f"process {caller.pid} has no number in {space}, whose /proc this is")


def _queues(kernel: Kernel, caller: Process) -> str:
    """System V message queues as ipcs(1) reads them; times and last users are 0 here."""
    space, user = kernel.namespace(caller.namespaces.ipc, IpcNamespace), kernel.user(caller)
    lines = [QUEUE_HEADER]
    for number, queue in sorted(space.queues.items()):
        size, owner = sum(len(content) for _, content in queue.messages), shown(user.uid_map, queue.owner)
        counts = f"{queue.key:>10} {number:>10}  {queue.mode:>4o}  {size:>10} {len(queue.messages):>10}"
        lines.append(f"{counts} {0:>5} {0:>5} {owner:>5} {owner:>5} {owner:>5} {owner:>5} {0:>10} {0:>10} {0:>10}\n")
    return "".join(lines)


def _uptime(kernel: Kernel, caller: Process) -> str:
    offset = kernel.namespace(caller.namespaces.time, TimeNamespace).boottime
    return f"{kernel.now + offset:.2f} {kernel.now:.2f}\n"


def _sys(kernel: Kernel, caller: Process, path: Path) -> Node | None:
    match path:
        case ():
            return directory("kernel", "net", "user")
        case ("kernel",):
            return directory("domainname", "hostname", "osrelease", "ostype", "pid_max")
        case ("kernel", "hostname"):
            return Node(mode=0o644, text=lambda: f"{_names(kernel, caller).hostname}\n", write=_write_hostname)
        case ("kernel", "domainname"):
            return Node(mode=0o644, text=lambda: f"{_names(kernel, caller).domainname}\n", write=_write_domainname)
        case ("kernel", "osrelease"):
            return file("6.18.0\n")
        case ("kernel", "ostype"):
            return file("Linux\n")
        case ("kernel", "pid_max"):
            return file(f"{kernel.pid_max}\n")
        case ("net",):
            return directory("ipv4")
        case ("net", "ipv4"):
            return directory("ip_forward")
        case ("net", "ipv4", "ip_forward"):
            on = kernel.networks.at(caller.namespaces.net).forwarding
            return Node(mode=0o666, text=lambda: f"{int(on)}\n", write=_write_forwarding)
        case ("user",):
            return directory(*(f"max_{kind}_namespaces" for kind in KIND))
        case ("user", name) if name in {f"max_{kind}_namespaces" for kind in KIND}:
            kind = name.split("_")[1]
            return Node(mode=0o666, text=lambda: f"{kernel.user(caller).limits[kind]}\n", write=_limit_writer(kind))
    return None


def _names(kernel: Kernel, caller: Process) -> UtsNamespace:
    return kernel.namespace(caller.namespaces.uts, UtsNamespace)


def _write_hostname(kernel: Kernel, content: bytes, opened: OpenFile, writer: Process) -> Kernel:
    return set_hostname(kernel, writer, SetHostname(writer.pid, content.decode("utf-8", "replace").strip()[:64])).kernel


def _write_domainname(kernel: Kernel, content: bytes, opened: OpenFile, writer: Process) -> Kernel:
    name = content.decode("utf-8", "replace").strip()[:64]
    return set_domainname(kernel, writer, SetDomainname(writer.pid, name)).kernel


def _write_forwarding(kernel: Kernel, content: bytes, opened: OpenFile, writer: Process) -> Kernel:
    number = writer.namespaces.net
    require(kernel, writer, kernel.namespaces[number].owner, "CAP_NET_ADMIN")
    space = kernel.networks.at(number)
    return replace(kernel, networks=kernel.networks.put(replace(space, forwarding=bool(_number(content)))))


def _limit_writer(kind: str) -> Write:
    def write(kernel: Kernel, content: bytes, opened: OpenFile, writer: Process) -> Kernel:
        user = kernel.namespace(opened.opener.user, UserNamespace)
        require(kernel, writer, user.number, "CAP_SYS_RESOURCE")
        return put_namespace(kernel, replace(user, limits=user.limits.set(kind, _number(content))))

    return write


def _number(content: bytes) -> int:
    text = content.decode("utf-8", "replace").strip()
    if not text.isdigit() or int(text) > 2_147_483_647:
        raise Refusal("EINVAL", f"{text!r} is no number from 0 to 2147483647")
    return int(text)

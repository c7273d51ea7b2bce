"""sysfs, cgroup and nsfs as files: /sys with its network devices, the tree of control groups, namespaces as inodes."""

from dataclasses import replace

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups import access
from vlearn.sim.containers.cgroups.tree import Writer
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.made_up import Node, View, Write, directory, file
from vlearn.sim.containers.mount_table import Superblock
from vlearn.sim.containers.namespaces import CgroupNamespace
from vlearn.sim.containers.processes import OpenFile, Path, Process


def nsfs_view(kernel: Kernel, caller: Process, superblock: Superblock) -> View:
    """Every namespace is a file, named by its number."""

    def find(path: Path) -> Node | None:
        if len(path) != 1 or not path[0].isdigit() or int(path[0]) not in kernel.namespaces:
            return None
        return Node("file", 0o444, namespace=int(path[0]))

    return View(find)


def sysfs_view(kernel: Kernel, caller: Process, superblock: Superblock) -> View:
    """The devices of one network namespace, and the place where cgroups are mounted."""
    devices = {device.name: device for device in kernel.networks.at(superblock.of).devices.values()}

    def find(path: Path) -> Node | None:
        match path:
            case ():
                return directory("class", "fs", "kernel")
            case ("kernel",) | ("fs", "cgroup"):
                return directory()
            case ("fs",):
                return directory("cgroup")
            case ("class",):
                return directory("net")
            case ("class", "net"):
                return directory(*devices)
            case ("class", "net", name) if name in devices:
                return directory("address", "ifindex", "mtu", "operstate")
            case ("class", "net", name, "address") if name in devices:
                return file(f"{devices[name].mac}\n")
            case ("class", "net", name, "ifindex") if name in devices:
                return file(f"{devices[name].index}\n")
            case ("class", "net", name, "mtu") if name in devices:
                return file(f"{devices[name].mtu}\n")
            case ("class", "net", name, "operstate") if name in devices:
                return file(f"{'up' if devices[name].up else 'down'}\n")
        return None

    return View(find)


def group_path(kernel: Kernel, superblock: Superblock, path: Path) -> str:
    """A path of a cgroup mount for the package cgroups: the hierarchy's name, the mount's own root, the path."""
    hierarchy, *root = superblock.options
    return "/".join(filter(None, (hierarchy, *root, *path)))


def writer_of(kernel: Kernel, process: Process) -> Writer:
    """The process as the package cgroups knows who calls."""
    space = kernel.namespace(process.namespaces.cgroup, CgroupNamespace)
    return Writer(process.pid, process.credentials.euid, space.roots.get("", ()))


def cgroup_view(kernel: Kernel, caller: Process, superblock: Superblock) -> View:
    """One hierarchy of control groups: directories are groups, files are what can be read and written of them."""
    by = writer_of(kernel, caller)

    def find(path: Path) -> Node | None:
        name = group_path(kernel, superblock, path)
        try:
            names = access.entries(kernel.cgroups, name)
        except Refusal as refusal:
            if refusal.errno == "ENOENT" and (not path or path[-1] not in _siblings(kernel, superblock, path[:-1])):
                return None
            return Node(mode=0o644, text=lambda: access.read(kernel.cgroups, name, by), write=_writing(name))
        return directory(*names, mode=0o755, uid=_owner(kernel, name))

    return View(find)


def _siblings(kernel: Kernel, superblock: Superblock, path: Path) -> tuple[str, ...]:
    try:
        return access.entries(kernel.cgroups, group_path(kernel, superblock, path))
    except Refusal:
        return ()


def _owner(kernel: Kernel, name: str) -> int:
    tree, path = access.located(kernel.cgroups, name)
    return tree.groups[path].given.get("", tree.groups[path].owner)


def _writing(name: str) -> Write:
    def write(kernel: Kernel, content: bytes, opened: OpenFile, writer: Process) -> Kernel:
        text = content.decode("utf-8", "replace")
        if name.rpartition("/")[2] in ("cgroup.procs", "tasks") and text.strip().isdigit():
            number = int(text)
            found = writer.pid if number == 0 else kernel.found(writer, number)
            if found is None:
                raise Refusal("ESRCH", f"process {writer.pid} sees no process {number}")
            text = str(found)
        return replace(kernel, cgroups=access.write(kernel.cgroups, name, text, writer_of(kernel, writer)))

    return write

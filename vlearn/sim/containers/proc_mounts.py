"""/proc/PID/mountinfo and /proc/PID/mounts: the mounts that a process can reach, in the words of proc(5)."""

from collections.abc import Iterator

from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_table import Mount, Superblock
from vlearn.sim.containers.mount_tree import place_name, tree
from vlearn.sim.containers.namespaces import MountNamespace
from vlearn.sim.containers.processes import Process

ORDER = ("nosuid", "nodev", "noexec")


def reachable(kernel: Kernel, process: Process) -> Iterator[tuple[Mount, str]]:
    """Every mount of the process's namespace below its root directory, with its mount point as the process says it."""
    if process.is_zombie:
        return
    root = kernel.namespace(process.namespaces.mnt, MountNamespace).root
    for mount in sorted(tree(kernel, root), key=lambda mount: mount.number):
        name = place_name(kernel, mount.place, process.root)
        if name is not None:
            yield mount, name


def options(mount: Mount) -> str:
    """The mount's own options, such as ro,nosuid,relatime."""
    rest = [name for name in ORDER if name in mount.options]
    return ",".join(["ro" if "ro" in mount.options else "rw", *rest, "relatime"])


def superblock_options(superblock: Superblock) -> str:
    """The options that all mounts of a file system share."""
    if superblock.type in ("cgroup", "cgroup2"):
        return ",".join(["rw", *filter(None, superblock.options[:1])])
    return ",".join(["ro" if "ro" in superblock.options else "rw", *(o for o in superblock.options if o != "ro")])


def root_name(kernel: Kernel, mount: Mount) -> str:
    """What of the file system is mounted: its root, a directory of it, or a namespace of nsfs."""
    superblock = kernel.superblocks[mount.superblock]
    if superblock.type == "nsfs":
        return str(kernel.namespaces[int(mount.root[0])])
    return "/" + "/".join(mount.root)


def mountinfo(kernel: Kernel, process: Process) -> str:
    """One line for each mount, with its peer group as shared:N and its master as master:N."""
    lines = []
    for mount, point in reachable(kernel, process):
        superblock = kernel.superblocks[mount.superblock]
        tags = [f"shared:{mount.shared}"] * bool(mount.shared) + [f"master:{mount.master}"] * bool(mount.master)
        tags += ["unbindable"] * mount.unbindable
        words = [
            str(mount.number),
            str(mount.parent or 1),
            superblock.device,
            root_name(kernel, mount),
            escaped(point),
            options(mount),
            *tags,
            "-",
            superblock.type,
            escaped(mount.source),
            superblock_options(superblock),
        ]
        lines.append(" ".join(words) + "\n")
    return "".join(lines)


def mounts(kernel: Kernel, process: Process) -> str:
    """As /etc/fstab has it."""
    return "".join(
        f"{escaped(mount.source)} {escaped(point)} {kernel.superblocks[mount.superblock].type} {options(mount)} 0 0\n"
        for mount, point in reachable(kernel, process)
    )


def escaped(text: str) -> str:
    """Blanks and backslashes as octal escapes, so that a line splits at blanks."""
    return "".join(f"\\{ord(letter):03o}" if letter in " \t\n\\" else letter for letter in text)

"""The types of file system, and the one way to look into any of them.

For each type: which namespace's owner may mount it, and whether root of any user namespace may (FS_USERNS_MOUNT).
"""

from dataclasses import dataclass
from typing import Final

from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.made_up import MakeView, Readable, View
from vlearn.sim.containers.proc import proc_view
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.system_views import cgroup_view, nsfs_view, sysfs_view


@dataclass(frozen=True, slots=True)
class Type:
    """A row of /proc/filesystems. `governed_by` is the kind of namespace whose content it shows."""

    name: str
    governed_by: str = "mnt"
    in_user_namespaces: bool = True
    view: MakeView | None = None


TYPES: Final = {
    row.name: row
    for row in (
        Type("tmpfs"),
        Type("ramfs"),
        Type("overlay"),
        Type("ext4", in_user_namespaces=False),
        Type("devtmpfs", in_user_namespaces=False),
        Type("mqueue", "ipc"),
        Type("proc", "pid", view=proc_view),
        Type("sysfs", "net", view=sysfs_view),
        Type("cgroup", "cgroup", in_user_namespaces=False, view=cgroup_view),
        Type("cgroup2", "cgroup", view=cgroup_view),
        Type("nsfs", in_user_namespaces=False, view=nsfs_view),
    )
}


def view_of(kernel: Kernel, caller: Process, mount: int) -> View | None:
    """A made-up file system as this process sees it; None for one with files of its own."""
    superblock = kernel.superblocks[kernel.mounts[mount].superblock]
    make = TYPES[superblock.type].view
    return make(kernel, caller, superblock) if make else None


def readable(kernel: Kernel, caller: Process, mount: int) -> Readable:
    """The file system of a mount, to look into."""
    superblock = kernel.superblocks[kernel.mounts[mount].superblock]
    if superblock.files is not None:
        return superblock.files
    make = TYPES[superblock.type].view
    assert make, f"{superblock.type} has files of its own"
    return make(kernel, caller, superblock)

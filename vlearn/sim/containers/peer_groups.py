"""Joining and leaving peer groups: the index by which a mount finds those that it tells of mounts and unmounts."""

from dataclasses import replace

from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_table import Mount, PeerGroup


def join(kernel: Kernel, mount: Mount) -> Kernel:
    """Into the groups that the mount names."""
    groups = kernel.groups
    if mount.shared:
        group = groups.get(mount.shared, PeerGroup())
        groups = groups.set(mount.shared, replace(group, members=group.members | {mount.number}))
    if mount.master:
        group = groups.get(mount.master, PeerGroup())
        groups = groups.set(mount.master, replace(group, slaves=group.slaves | {mount.number}))
    return replace(kernel, groups=groups) if groups is not kernel.groups else kernel


def leave(kernel: Kernel, mount: Mount) -> Kernel:
    """Out of its groups. The slaves of a group without members listen to the group's own master, if it had one."""
    groups, mounts = kernel.groups, kernel.mounts
    if mount.master:
        group = groups[mount.master]
        groups = groups.set(mount.master, replace(group, slaves=group.slaves - {mount.number}))
    if mount.shared:
        group = groups[mount.shared]
        groups = groups.set(mount.shared, replace(group, members=group.members - {mount.number}))
        if group.members == {mount.number}:
            groups = groups.delete(mount.shared)
            slaves = group.slaves - {mount.number}
            for slave in slaves:
                mounts = mounts.set(slave, replace(mounts[slave], master=mount.master))
            if mount.master:
                above = groups[mount.master]
                groups = groups.set(mount.master, replace(above, slaves=above.slaves | slaves))
    return replace(kernel, groups=groups, mounts=mounts) if groups is not kernel.groups else kernel


def new_group(kernel: Kernel) -> tuple[int, Kernel]:
    """A number for a peer group."""
    return kernel.next_group, replace(kernel, next_group=kernel.next_group + 1)


def make_shared(kernel: Kernel, mount: Mount) -> tuple[Kernel, Mount]:
    """The mount in a peer group: its own, or a new one that has it alone."""
    if mount.shared:
        return kernel, mount
    number, kernel = new_group(kernel)
    return kernel, replace(mount, shared=number, unbindable=False)

"""Where a process stands: working directory, chroot, and pivot_root, which changes the root of a mount namespace.

The order of pivot_root's refusals is that of Linux's fs/namespace.c. The first root lies on nothing here, and not on
rootfs, so it can be pivoted away as on a machine that has switched from its initramfs.
"""

from dataclasses import replace

from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.authority import require
from vlearn.sim.containers.calls import Chdir, Chroot, Fchdir, Getcwd, PivotRoot
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_tree import attach, place_name, topmost
from vlearn.sim.containers.namespaces import MountNamespace
from vlearn.sim.containers.open_files import opened_by
from vlearn.sim.containers.permissions import check
from vlearn.sim.containers.processes import Place, Process
from vlearn.sim.containers.references import put_mount, put_namespace, put_process
from vlearn.sim.containers.walk import status_at, walk_to_directory


def chdir(kernel: Kernel, caller: Process, call: Chdir) -> Done:
    """chdir(2)."""
    place = walk_to_directory(kernel, caller, call.path)
    check(kernel, caller, status_at(kernel, caller, place), "x", call.path)
    return _stand(kernel, caller, place)


def fchdir(kernel: Kernel, caller: Process, call: Fchdir) -> Done:
    """fchdir(2): a directory that was opened before a chroot still leads out of it."""
    place = opened_by(kernel, caller, call.descriptor).place
    status = status_at(kernel, caller, place)
    if status.kind != "dir":
        raise Refusal("ENOTDIR", f"descriptor {call.descriptor} is no directory's")
    check(kernel, caller, status, "x", f"descriptor {call.descriptor}")
    return _stand(kernel, caller, place)


def _stand(kernel: Kernel, caller: Process, place: Place) -> Done:
    after = put_process(kernel, replace(caller, directory=place))
    name = place_name(kernel, place, caller.root) or "a directory outside its root"
    return Done(after, f"process {caller.pid} stands in {name}", None, (f"process[{caller.pid}]",))


def getcwd(kernel: Kernel, caller: Process, call: Getcwd) -> Done:
    """getcwd(2). From outside the root the kernel's path begins with (unreachable)."""
    name = place_name(kernel, caller.directory, caller.root)
    if name is None:
        mount = kernel.mounts[caller.directory.mount]
        name = "(unreachable)/" + "/".join(caller.directory.path[len(mount.root) :])
    return Done(kernel, f"process {caller.pid} stands in {name}", name)


def chroot(kernel: Kernel, caller: Process, call: Chroot) -> Done:
    """chroot(2): names alone change their meaning; the working directory and open files stay what they are."""
    place = walk_to_directory(kernel, caller, call.path)
    check(kernel, caller, status_at(kernel, caller, place), "x", call.path)
    require(kernel, caller, caller.credentials.user, "CAP_SYS_CHROOT")
    after = put_process(kernel, replace(caller, root=place))
    outside = place_name(kernel, caller.directory, place) is None
    also = "; its working directory stays outside" if outside else ""
    return Done(after, f"process {caller.pid} has its root at {call.path}{also}", None, (f"process[{caller.pid}]",))


def pivot_root(kernel: Kernel, caller: Process, call: PivotRoot) -> Done:
    """pivot_root(2): the mount at `new` becomes the root, the old root lies at `old`; all processes move along."""
    space = kernel.namespace(caller.namespaces.mnt, MountNamespace)
    require(kernel, caller, space.owner, "CAP_SYS_ADMIN")
    new = walk_to_directory(kernel, caller, call.new)
    old = walk_to_directory(kernel, caller, call.old)
    _check_pivot(kernel, caller, new, old)
    root, mount = kernel.mounts[caller.root.mount], kernel.mounts[new.mount]
    # Take the new root off its place, put the old root at `old`, the new root where the old one was.
    parent = kernel.mounts[mount.parent]
    kernel = put_mount(kernel, replace(parent, above=parent.above.delete(mount.point)))
    base, point = root.parent, root.point
    if base:
        below = kernel.mounts[base]
        kernel = put_mount(kernel, replace(below, above=below.above.delete(point)))
    kernel = put_mount(kernel, replace(kernel.mounts[new.mount], parent=0, point=(), locked=root.locked))
    kernel = put_mount(kernel, replace(kernel.mounts[root.number], locked=False))
    if base:
        kernel = attach(kernel, new.mount, Place(base, point))
    else:
        kernel = put_namespace(kernel, replace(space, root=new.mount))
    kernel = attach(kernel, root.number, topmost(kernel, old))
    kernel = _move_along(kernel, caller.root, new)
    text = f"process {caller.pid} makes {call.new} the root of {space}; the old root is at {call.old}"
    return Done(kernel, text, None, (f"mount[{new.mount}]", f"mount[{root.number}]"))


def _check_pivot(kernel: Kernel, caller: Process, new: Place, old: Place) -> None:
    mounts, root = kernel.mounts, kernel.mounts[caller.root.mount]
    new_mount, old_mount = mounts[new.mount], mounts[old.mount]
    for mount, what in (
        (old_mount, "the mount of the old root's new place"),
        (mounts.get(new_mount.parent), "the mount below the new root"),
        (mounts.get(root.parent), "the mount below the root"),
    ):
        if mount is not None and mount.shared:
            raise Refusal("EINVAL", f"{what} is shared: the change would spread")
    if {root.namespace, new_mount.namespace} != {caller.namespaces.mnt}:
        raise Refusal("EINVAL", "both roots must be mounts of the caller's namespace")
    if new_mount.locked:
        raise Refusal("EINVAL", "the new root is locked to its place by a more privileged namespace")
    if root.number in (new_mount.number, old_mount.number):
        raise Refusal("EBUSY", "one of the two is on the current root mount: bind-mount the new root onto itself first")
    if caller.root.path != root.root:
        raise Refusal("EINVAL", "the current root is no mount point (after chroot)")
    if new.path != new_mount.root or not new_mount.parent:
        raise Refusal("EINVAL", "the new root is no mount point")
    if place_name(kernel, old, new) is None:
        raise Refusal("EINVAL", "the place for the old root is not below the new root")
    if place_name(kernel, new, caller.root) is None:
        raise Refusal("EINVAL", "the new root is not below the current root")


def _move_along(kernel: Kernel, old: Place, new: Place) -> Kernel:
    """Every process whose root or working directory was the old root has the new one."""
    for process in tuple(kernel.processes.values()):
        if old in process.places:
            root, directory = (new if place == old else place for place in (process.root, process.directory))
            kernel = put_process(kernel, replace(process, root=root, directory=directory))
    return kernel

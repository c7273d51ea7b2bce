"""System calls on names: stat, list, mkdir, mknod, link, unlink and their like."""

from collections.abc import Callable
from dataclasses import replace

from vlearn.sim.containers import calls
from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.authority import require, shown
from vlearn.sim.containers.cgroups import access
from vlearn.sim.containers.changing import change, change_with, check_writable, owner_of_new
from vlearn.sim.containers.file_systems import readable
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.permissions import check, sticky_forbids
from vlearn.sim.containers.processes import Place, Process
from vlearn.sim.containers.system_views import group_path, writer_of
from vlearn.sim.containers.walk import Found, locate, status_at, walk
from vlearn.sim.files.filesystem import Filesystem


def stat(kernel: Kernel, caller: Process, call: calls.Stat) -> Done:
    """stat(2) and lstat(2): ids as the caller's user namespace names them."""
    place = walk(kernel, caller, call.path, call.follow)
    status, user = status_at(kernel, caller, place), kernel.user(caller)
    named = status._replace(uid=shown(user.uid_map, status.uid), gid=shown(user.gid_map, status.gid))
    return Done(kernel, f"{call.path} is a {status.kind} of uid {named.uid}, mode {status.mode:04o}", named)


def names(kernel: Kernel, caller: Process, call: calls.List) -> Done:
    """open(2) of a directory and getdents(2)."""
    place = walk(kernel, caller, call.path)
    status = status_at(kernel, caller, place)
    if status.kind != "dir":
        raise Refusal("ENOTDIR", f"{call.path} is no directory")
    check(kernel, caller, status, "r", call.path)
    if kernel.superblocks[kernel.mounts[place.mount].superblock].files is None:
        found = readable(kernel, caller, place.mount).entries(place.path)
    else:
        kernel, found = change_with(kernel, place.mount, lambda files: files.readdir(place.path), reading=True)
    return Done(kernel, f"{call.path} has {len(found)} entries", found)


def readlink(kernel: Kernel, caller: Process, call: calls.Readlink) -> Done:
    """readlink(2)."""
    place = walk(kernel, caller, call.path, follow=False)
    if status_at(kernel, caller, place).kind != "symlink":
        raise Refusal("EINVAL", f"{call.path} is no symbolic link")
    text = readable(kernel, caller, place.mount).readlink(place.path)
    return Done(kernel, f"{call.path} points to {text}", text)


def mkdir(kernel: Kernel, caller: Process, call: calls.Mkdir) -> Done:
    """mkdir(2); in a cgroup mount it makes a group."""
    found = _free(kernel, caller, call.path)
    place = found.directory
    if (group := _group(kernel, found)) is not None:
        check_writable(kernel, place.mount)
        made = replace(kernel, cgroups=access.make_group(kernel.cgroups, group, writer_of(kernel, caller)))
        return Done(made, f"group {group} is made")
    mode = call.mode & ~caller.umask & 0o1777
    uid, gid = owner_of_new(caller)
    kernel = _new(kernel, caller, found, call.path, lambda files, path: files.mkdir(path, mode, uid, gid))
    return Done(kernel, f"{call.path} is made")


def mknod(kernel: Kernel, caller: Process, call: calls.Mknod) -> Done:
    """mknod(2): devices need CAP_MKNOD in the first user namespace, a whiteout (0/0) does not."""
    is_whiteout = call.type == "char" and call.device == (0, 0)
    if call.type in ("char", "block") and not is_whiteout:
        require(kernel, caller, kernel.first("user"), "CAP_MKNOD")
    found = _free(kernel, caller, call.path)
    mode = call.mode & ~caller.umask
    uid, gid = owner_of_new(caller)
    kernel = _new(
        kernel, caller, found, call.path, lambda files, path: files.mknod(path, call.type, call.device, mode, uid, gid)
    )
    return Done(kernel, f"{call.path} is made, a {call.type}")


def symlink(kernel: Kernel, caller: Process, call: calls.Symlink) -> Done:
    """symlink(2)."""
    found = _free(kernel, caller, call.path)
    uid, gid = owner_of_new(caller)
    kernel = _new(kernel, caller, found, call.path, lambda files, path: files.symlink(path, call.target, uid, gid))
    return Done(kernel, f"{call.path} points to {call.target}")


def link(kernel: Kernel, caller: Process, call: calls.Link) -> Done:
    """link(2): both names on one mount, or EXDEV."""
    old = walk(kernel, caller, call.target, follow=False)
    found = _free(kernel, caller, call.path)
    if old.mount != found.directory.mount:
        raise Refusal("EXDEV", f"{call.target} and {call.path} are on different mounts")
    kernel = _new(kernel, caller, found, call.path, lambda files, path: files.link(old.path, path))
    return Done(kernel, f"{call.path} is another name of {call.target}")


def rmdir(kernel: Kernel, caller: Process, call: calls.Rmdir) -> Done:
    """rmdir(2); in a cgroup mount it removes a group."""
    last = call.path.rstrip("/").rpartition("/")[2]
    if last in (".", ".."):
        raise Refusal("EINVAL" if last == "." else "ENOTEMPTY", f"{call.path} ends in {last}")
    found = locate(kernel, caller, call.path, follow=False)
    if (group := _group(kernel, found)) is not None and found.place and found.place.mount == found.directory.mount:
        check_writable(kernel, found.directory.mount)
        after = access.remove_group(kernel.cgroups, group, writer_of(kernel, caller))
        return Done(replace(kernel, cgroups=after), f"group {group} is removed")
    kernel = _remove(kernel, caller, found, call.path, lambda files, path: files.rmdir(path))
    return Done(kernel, f"{call.path} is removed")


def unlink(kernel: Kernel, caller: Process, call: calls.Unlink) -> Done:
    """unlink(2)."""
    found = locate(kernel, caller, call.path, follow=False)
    kernel = _remove(kernel, caller, found, call.path, lambda files, path: files.unlink(path))
    return Done(kernel, f"{call.path} is removed")


def _free(kernel: Kernel, caller: Process, path: str) -> Found:
    found = locate(kernel, caller, path.rstrip("/") or "/", follow=False)
    if found.place is not None:
        raise Refusal("EEXIST", f"there is a {path} already")
    return found


def _new(
    kernel: Kernel, caller: Process, found: Found, path: str, make: Callable[[Filesystem, tuple[str, ...]], Filesystem]
) -> Kernel:
    place = found.directory
    check_writable(kernel, place.mount)
    check(kernel, caller, status_at(kernel, caller, place), "wx", path)
    return change(kernel, place.mount, lambda files: make(files, (*place.path, found.name)))


def _remove(
    kernel: Kernel, caller: Process, found: Found, path: str, drop: Callable[[Filesystem, tuple[str, ...]], Filesystem]
) -> Kernel:
    if found.place is None:
        raise Refusal("ENOENT", f"there is no {path}")
    may_remove(kernel, caller, found, path)
    place = found.directory
    return change(kernel, place.mount, lambda files: drop(files, (*place.path, found.name)))


def may_remove(kernel: Kernel, caller: Process, found: Found, path: str) -> None:
    """Refuse to take a name away: of a root or mount point, from a directory that the caller may not change."""
    place = found.directory
    if not found.name:
        raise Refusal("EBUSY", f"{path} is a root directory")
    check_writable(kernel, place.mount)
    folder = status_at(kernel, caller, place)
    check(kernel, caller, folder, "wx", path)
    if found.place is None:
        return
    if found.place.mount != place.mount:
        raise Refusal("EBUSY", f"{path} is a mount point")
    there = Place(place.mount, (*place.path, found.name))
    if sticky_forbids(kernel, caller, folder, lambda: status_at(kernel, caller, there)):
        raise Refusal("EPERM", f"{path} is in a sticky directory and somebody else's")


def _group(kernel: Kernel, found: Found) -> str | None:
    """Where a name in a cgroup mount is for the package cgroups."""
    superblock = kernel.superblocks[kernel.mounts[found.directory.mount].superblock]
    if superblock.type not in ("cgroup", "cgroup2"):
        return None
    return group_path(kernel, superblock, (*found.directory.path, found.name))

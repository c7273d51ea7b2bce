"""System calls on what is said about a file: size, mode, owner; and the mask for new ones."""

from dataclasses import replace

from vlearn.sim.containers import calls
from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.authority import host_gid, host_uid
from vlearn.sim.containers.cgroups import access
from vlearn.sim.containers.changing import change, check_writable
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.permissions import check, over, owns
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.references import put_process
from vlearn.sim.containers.system_views import group_path
from vlearn.sim.containers.walk import status_at, walk


def truncate(kernel: Kernel, caller: Process, call: calls.Truncate) -> Done:
    """truncate(2)."""
    place = walk(kernel, caller, call.path)
    check(kernel, caller, status_at(kernel, caller, place), "w", call.path)
    return Done(
        change(kernel, place.mount, lambda files: files.truncate(place.path, call.size)),
        f"{call.path} has {call.size} bytes",
    )


def chmod(kernel: Kernel, caller: Process, call: calls.Chmod) -> Done:
    """chmod(2), by the owner."""
    place = walk(kernel, caller, call.path)
    check_writable(kernel, place.mount)
    if not owns(kernel, caller, status_at(kernel, caller, place)):
        raise Refusal("EPERM", f"{call.path} is not process {caller.pid}'s")
    kernel = change(kernel, place.mount, lambda files: files.chmod(place.path, call.mode & 0o7777))
    return Done(kernel, f"{call.path} has mode {call.mode & 0o7777:04o}")


def chown(kernel: Kernel, caller: Process, call: calls.Chown) -> Done:
    """chown(2): EINVAL for an id without a mapping, EPERM without CAP_CHOWN over the file (its group aside)."""
    place = walk(kernel, caller, call.path, call.follow)
    status, own = status_at(kernel, caller, place), caller.credentials
    uid = status.uid if call.uid == -1 else host_uid(kernel, caller, call.uid)
    gid = status.gid if call.gid == -1 else host_gid(kernel, caller, call.gid)
    check_writable(kernel, place.mount)
    may_group = own.euid == status.uid and gid in (status.gid, own.egid, *own.groups)
    may_user = own.euid == status.uid == uid
    for wants, may in ((call.uid != -1, may_user), (call.gid != -1, may_group)):
        if wants and not may and not over(kernel, caller, status, "CAP_CHOWN"):
            raise Refusal("EPERM", f"giving {call.path} away needs CAP_CHOWN over it")
    superblock = kernel.superblocks[kernel.mounts[place.mount].superblock]
    if superblock.type in ("cgroup", "cgroup2"):
        after = replace(kernel, cgroups=access.give(kernel.cgroups, group_path(kernel, superblock, place.path), uid))
    else:
        after = change(kernel, place.mount, lambda files: files.chown(place.path, uid, gid))
    return Done(after, f"{call.path} belongs to uid {uid}, gid {gid} (the host's numbers)")


def umask(kernel: Kernel, caller: Process, call: calls.Umask) -> Done:
    """umask(2)."""
    after = put_process(kernel, replace(caller, umask=call.mask & 0o777))
    return Done(after, f"process {caller.pid} has umask {call.mask & 0o777:04o}", caller.umask)

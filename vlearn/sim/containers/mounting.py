"""mount(2) and umount2(2): which of five things the flags ask for, and the rules of each."""

from dataclasses import replace

from vlearn.sim.containers.answers import Done, Refusal
from vlearn.sim.containers.authority import require
from vlearn.sim.containers.calls import Mount, Umount
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_table import Mount as MountPoint
from vlearn.sim.containers.mount_tree import LOCKABLE, is_below, new_mount, place_name, topmost, tree
from vlearn.sim.containers.mount_types import new_superblock
from vlearn.sim.containers.namespaces import MountNamespace
from vlearn.sim.containers.peer_groups import make_shared
from vlearn.sim.containers.processes import Place, Process
from vlearn.sim.containers.propagation import copies_of, lay, take_off
from vlearn.sim.containers.references import put_mount, put_superblock
from vlearn.sim.containers.walk import status_at, walk
from vlearn.trace import Step

OPTIONS = {"RDONLY": "ro", "NOSUID": "nosuid", "NODEV": "nodev", "NOEXEC": "noexec"}
TYPES = ("SHARED", "SLAVE", "PRIVATE", "UNBINDABLE")
FLAGS = frozenset({"BIND", "REC", "REMOUNT", "MOVE", *TYPES, *OPTIONS})


def mount(kernel: Kernel, caller: Process, call: Mount) -> Done:
    """mount(2)."""
    flags = frozenset(call.flags)
    if unknown := flags - FLAGS:
        raise Refusal("EINVAL", f"there is no MS_{sorted(unknown)[0]}")
    place = topmost(kernel, walk(kernel, caller, call.target))
    require(kernel, caller, kernel.namespaces[caller.namespaces.mnt].owner, "CAP_SYS_ADMIN")
    if "REMOUNT" in flags:
        return _remount(kernel, caller, call, place)
    if "BIND" in flags:
        return _bind(kernel, caller, call, place)
    if flags & set(TYPES):
        return _change_type(kernel, caller, call, place)
    if "MOVE" in flags:
        return _move(kernel, caller, call, place)
    return _new(kernel, caller, call, place)


def options_of(flags: tuple[str, ...]) -> frozenset[str]:
    """The options of a mount that flags of mount(2) ask for."""
    return frozenset(option for flag, option in OPTIONS.items() if flag in flags)


def _own(kernel: Kernel, caller: Process, place: Place, path: str, *, root: bool = True) -> MountPoint:
    """The mount at a place. EINVAL if it is another namespace's, or (`root`) if the place is not its root."""
    found = kernel.mounts[place.mount]
    if found.namespace != caller.namespaces.mnt:
        raise Refusal("EINVAL", f"{path} is no mount of the caller's namespace")
    if root and place.path != found.root:
        raise Refusal("EINVAL", f"{path} is no mount point")
    return found


def _done(kernel: Kernel, text: str, number: int, steps: tuple[Step[Kernel], ...] = ()) -> Done:
    return Done(kernel, text, None, (f"mount[{number}]",), steps)


def _new(kernel: Kernel, caller: Process, call: Mount, place: Place) -> Done:
    kernel, superblock, root = new_superblock(kernel, caller, call)
    _own(kernel, caller, place, call.target, root=False)
    if status_at(kernel, caller, place).kind != "dir":
        raise Refusal("ENOTDIR", f"{call.target} is no directory")
    like = MountPoint(0, 0, 0, (), superblock, root, call.source or "none", options_of(call.flags))
    kernel, made = new_mount(kernel, like)
    kernel, steps = lay(kernel, made.number, place)
    return _done(kernel, f"{call.type} is mounted at {call.target}: mount {made.number}", made.number, steps)


def _bind(kernel: Kernel, caller: Process, call: Mount, place: Place) -> Done:
    source = topmost(kernel, walk(kernel, caller, call.source))
    origin = kernel.mounts[source.mount]
    is_nsfs = kernel.superblocks[origin.superblock].type == "nsfs"
    if not is_nsfs:
        _own(kernel, caller, source, call.source, root=False)
    _own(kernel, caller, place, call.target, root=False)
    if origin.unbindable:
        raise Refusal("EINVAL", f"{call.source} is on an unbindable mount")
    if "REC" not in call.flags and any(
        kernel.mounts[child].locked and is_below(point, source.path) for point, child in origin.above.items()
    ):
        raise Refusal("EINVAL", f"below {call.source} are locked mounts: a bind mount would show what they cover")
    kinds = [status_at(kernel, caller, one).kind == "dir" for one in (source, place)]
    if kinds[0] != kinds[1]:
        raise Refusal("ENOTDIR", f"of {call.source} and {call.target} one is a directory")
    kernel, number = _copy(kernel, source, "REC" in call.flags)
    kernel, steps = lay(kernel, number, place)
    text = f"{call.target} shows what {call.source} shows: mount {number}"
    return _done(kernel, text, number, steps)


def _copy(kernel: Kernel, source: Place, recursive: bool) -> tuple[Kernel, int]:
    """A mount of what is at a place, with all that lies below it if `recursive`, unbindable mounts left out."""
    origin = kernel.mounts[source.mount]
    like = replace(origin, namespace=0, parent=0, point=(), root=source.path, locked=False)
    kernel, made = new_mount(kernel, like)
    became = {origin.number: made.number}
    if recursive:
        for mount in tuple(tree(kernel, origin.number)):
            if mount.parent not in became or mount.unbindable or mount.number == origin.number:
                continue
            if mount.parent == origin.number and not is_below(mount.point, source.path):
                continue
            kernel, copy = new_mount(kernel, replace(mount, namespace=0, parent=0))
            became[mount.number] = copy.number
            parent = kernel.mounts[became[mount.parent]]
            kernel = put_mount(kernel, replace(parent, above=parent.above.set(mount.point, copy.number)))
            kernel = put_mount(kernel, replace(copy, parent=parent.number))
    return kernel, made.number


def _remount(kernel: Kernel, caller: Process, call: Mount, place: Place) -> Done:
    found = _own(kernel, caller, place, call.target)
    wanted = options_of(call.flags)
    if missing := found.locked_options & LOCKABLE - wanted:
        raise Refusal(
            "EPERM", f"{', '.join(sorted(missing))} of {call.target} is locked by a more privileged namespace"
        )
    if "BIND" not in call.flags:
        superblock = kernel.superblocks[found.superblock]
        require(kernel, caller, superblock.user, "CAP_SYS_ADMIN")
        rest = tuple(option for option in superblock.options if option != "ro")
        changed = ("ro", *rest) if "ro" in wanted else rest
        kernel = put_superblock(kernel, replace(superblock, options=changed))
    kernel = put_mount(kernel, replace(found, options=wanted))
    word = "the mount alone" if "BIND" in call.flags else "mount and file system"
    return _done(kernel, f"{call.target} is {','.join(sorted(wanted)) or 'rw'} now: {word}", found.number)


def _change_type(kernel: Kernel, caller: Process, call: Mount, place: Place) -> Done:
    wanted = [flag for flag in TYPES if flag in call.flags]
    if len(wanted) != 1 or set(call.flags) - {*TYPES, "REC"}:
        raise Refusal("EINVAL", "a mount has one type of propagation, and nothing else changes with it")
    found = _own(kernel, caller, place, call.target)
    for one in tuple(tree(kernel, found.number)) if "REC" in call.flags else (found,):
        kernel = _set_type(kernel, kernel.mounts[one.number], wanted[0])
    return _done(kernel, f"{call.target} is {wanted[0].lower()} now", found.number)


def _set_type(kernel: Kernel, mount: MountPoint, wanted: str) -> Kernel:
    """A slave that is made shared is both. A shared mount without peers that is made a slave has no master: private."""
    if wanted == "SHARED":
        kernel, mount = make_shared(kernel, mount)
        return put_mount(kernel, replace(mount, unbindable=False))
    if wanted == "SLAVE":
        if mount.shared:
            alone = kernel.groups[mount.shared].members == {mount.number}
            mount = replace(mount, shared=0, master=mount.master if alone else mount.shared)
        return put_mount(kernel, replace(mount, unbindable=False))
    return put_mount(kernel, replace(mount, shared=0, master=0, unbindable=wanted == "UNBINDABLE"))


def _move(kernel: Kernel, caller: Process, call: Mount, place: Place) -> Done:
    source = topmost(kernel, walk(kernel, caller, call.source))
    found = _own(kernel, caller, source, call.source)
    target = _own(kernel, caller, place, call.target, root=False)
    if found.locked or not found.parent:
        raise Refusal("EINVAL", f"{call.source} cannot leave its place")
    kinds = [status_at(kernel, caller, one).kind == "dir" for one in (source, place)]
    if kinds[0] != kinds[1]:
        raise Refusal("EINVAL", f"of {call.source} and {call.target} one is a directory")
    if kernel.mounts[found.parent].shared:
        raise Refusal("EINVAL", f"{call.source} lies on a shared mount: moving it would have to spread")
    if target.shared and any(one.unbindable for one in tree(kernel, found.number)):
        raise Refusal("EINVAL", f"{call.target} is shared and {call.source} holds unbindable mounts")
    if place_name(kernel, place, found.place) is not None:
        raise Refusal("ELOOP", f"{call.target} is below {call.source}")
    parent = kernel.mounts[found.parent]
    kernel = put_mount(kernel, replace(parent, above=parent.above.delete(found.point)))
    kernel, steps = lay(kernel, found.number, place)
    return _done(kernel, f"what was at {call.source} is at {call.target}", found.number, steps)


def umount(kernel: Kernel, caller: Process, call: Umount) -> Done:
    """umount2(2). Busy is what a process stands in or has open, and what something is mounted on."""
    place = topmost(kernel, walk(kernel, caller, call.target))
    space = kernel.namespace(caller.namespaces.mnt, MountNamespace)
    require(kernel, caller, space.owner, "CAP_SYS_ADMIN")
    found = _own(kernel, caller, place, call.target)
    if found.locked:
        raise Refusal("EINVAL", f"{call.target} is locked: it came from a more privileged mount namespace")
    if found.number == space.root:
        raise Refusal(
            "EBUSY" if found.number == caller.root.mount else "EINVAL", f"{call.target} is the root of {space}"
        )
    if call.detach:
        steps: tuple[Step[Kernel], ...] = ()
        for one in reversed(tuple(tree(kernel, found.number))):
            here = kernel.mounts.get(one.number)
            if one.number != found.number and here is not None and here.namespace:
                kernel, more = take_off(kernel, here)
                steps += more
        kernel, more = take_off(kernel, kernel.mounts[found.number])
        text = f"{call.target} is detached; who is still in it stays there"
        return _done(kernel, text, found.number, steps + more)
    if found.users or found.above:
        what = "processes stand in it or have files open" if found.users else "something is mounted on it"
        raise Refusal("EBUSY", f"{call.target} is busy: {what}")
    if any(copy.users and not copy.above for copy in copies_of(kernel, found)):
        raise Refusal("EBUSY", f"{call.target} is busy: a copy of it is in use in another namespace")
    kernel, steps = take_off(kernel, found)
    return _done(kernel, f"{call.target} is unmounted", found.number, steps)

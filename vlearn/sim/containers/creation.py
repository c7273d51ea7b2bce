"""Making namespaces: for clone and unshare, which flags need what, and what each new namespace starts with."""

from collections.abc import Collection
from dataclasses import replace

from immutables import Map

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.authority import from_host, require
from vlearn.sim.containers.capabilities import ALL
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_tree import copy_tree, moved_places, root_of
from vlearn.sim.containers.namespaces import (
    FLAGS,
    KIND,
    MOST_LEVELS,
    CgroupNamespace,
    IpcNamespace,
    MountNamespace,
    Namespace,
    NetNamespace,
    PidNamespace,
    TimeNamespace,
    UserNamespace,
    UtsNamespace,
)
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.references import limited_by, put_namespace


def kinds_of(flags: Collection[str]) -> tuple[str, ...]:
    """The kinds that some flags ask for, the user namespace first: it owns the others. EINVAL for an unknown flag."""
    if unknown := [flag for flag in flags if flag not in FLAGS]:
        raise Refusal("EINVAL", f"there is no flag {unknown[0]!r}; namespaces have {', '.join(FLAGS)}")
    return tuple(sorted({FLAGS[flag] for flag in flags}, key=lambda kind: (kind != "user", kind)))


def renewed(kernel: Kernel, process: Process, flags: Collection[str]) -> tuple[Kernel, Process]:
    """The process with new namespaces instead of its own (for children, in the kinds pid and time).

    The process is not put into the kernel; who calls this does so.
    """
    for kind in kinds_of(flags):
        if kind == "user":
            kernel, process = _new_user(kernel, process)
            continue
        require(kernel, process, process.credentials.user, "CAP_SYS_ADMIN")
        kernel, process = _new(kernel, process, kind)
    return kernel, process


def check_limit(kernel: Kernel, kind: str, owner: int, creator: int) -> None:
    """ENOSPC if a user has made as many namespaces of a kind as some user namespace around allows."""
    for user, uid in limited_by(kernel, owner, creator):
        limit = user.limits[kind]
        if kernel.made.get((user.number, uid, kind), 0) >= limit:
            raise Refusal("ENOSPC", f"max_{kind}_namespaces of {user} is {limit} for uid {uid}")


def _new_user(kernel: Kernel, process: Process) -> tuple[Kernel, Process]:
    around, own = kernel.user(process), process.credentials
    if around.level >= MOST_LEVELS["user"]:
        raise Refusal("ENOSPC", f"user namespaces nest {MOST_LEVELS['user']} deep, and {around} is the last")
    check_limit(kernel, "user", around.number, own.euid)
    mounts = kernel.namespace(process.namespaces.mnt, MountNamespace)
    if process.root != root_of(kernel, mounts):
        raise Refusal("EPERM", "a process under chroot may make no user namespace: it could get out with its powers")
    if from_host(around.uid_map, own.euid) is None or from_host(around.gid_map, own.egid) is None:
        raise Refusal("EPERM", f"who makes a user namespace must have a name in the one around, {around}")
    number, kernel = take_number(kernel)
    fresh = UserNamespace(
        number,
        owner=around.number,
        creator=own.euid,
        level=around.level + 1,
        creator_group=own.egid,
        setgroups=around.setgroups,
        limits=around.limits.update(dict.fromkeys(KIND, UNLIMITED)),
    )
    all_in_it = replace(own, user=number, inheritable=0, permitted=ALL, effective=ALL, bounding=ALL, ambient=0)
    moved = replace(process, credentials=all_in_it, namespaces=process.namespaces.put(user=number))
    return put_namespace(kernel, fresh), moved


UNLIMITED = 2_147_483_647
"""The limits that a new user namespace starts with; those of the namespaces around hold all the same."""


def take_number(kernel: Kernel) -> tuple[int, Kernel]:
    """A number for a namespace, never used before."""
    return kernel.next_namespace, replace(kernel, next_namespace=kernel.next_namespace + 1)


def _new(kernel: Kernel, process: Process, kind: str) -> tuple[Kernel, Process]:
    owner, creator = process.credentials.user, process.credentials.euid
    if kind == "pid":
        _check_pid(kernel, process)
    check_limit(kernel, kind, owner, creator)
    number, kernel = take_number(kernel)
    old = kernel.namespaces[process.namespaces.get("pid_for_children" if kind == "pid" else kind)]
    if isinstance(old, MountNamespace):
        kernel, root, moved = copy_tree(kernel, old, number, owner)
        process = moved_places(process, moved)
        kernel = put_namespace(kernel, MountNamespace(number, owner, creator, root=root))
        return kernel, replace(process, namespaces=process.namespaces.put(mnt=number))
    kernel = put_namespace(kernel, _fresh(kernel, old, number, owner, creator, process))
    if kind == "net":
        kernel = replace(kernel, networks=kernel.networks.add(number))
    field = f"{kind}_for_children" if kind in ("pid", "time") else kind
    return kernel, replace(process, namespaces=process.namespaces.put(**{field: number}))


def _check_pid(kernel: Kernel, process: Process) -> None:
    if process.namespaces.pid_for_children != process.namespaces.pid:
        raise Refusal("EINVAL", "its children are in another pid namespace already: only they may make a further one")
    level = kernel.namespace(process.namespaces.pid, PidNamespace).level
    if level >= MOST_LEVELS["pid"]:
        raise Refusal("ENOSPC", f"pid namespaces nest {MOST_LEVELS['pid']} deep")


def _fresh(kernel: Kernel, old: Namespace, number: int, owner: int, creator: int, process: Process) -> Namespace:
    """What a namespace starts with: a copy of the old one's content, or nothing."""
    match old:
        case UtsNamespace() | TimeNamespace():
            fresh = replace(old, number=number, owner=owner, creator=creator, references=0)
            return replace(fresh, entered=False) if isinstance(fresh, TimeNamespace) else fresh
        case PidNamespace():
            return PidNamespace(number, owner, creator, parent=old.number, level=old.level + 1)
        case IpcNamespace():
            return IpcNamespace(number, owner, creator)
        case NetNamespace():
            return NetNamespace(number, owner, creator)
    groups = {tree.name: tree.members[process.pid] for tree in kernel.cgroups.hierarchies.values()}
    return CgroupNamespace(number, owner, creator, roots=Map(groups))

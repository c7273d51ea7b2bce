"""The rules of the tree: making and removing groups, who may be where, who hands controllers down.

Sources: Documentation/admin-guide/cgroup-v2.rst, and kernel/cgroup/cgroup.c for the order of the checks. Left
out: threaded groups (a group becomes `domain threaded` here, but none can be made `threaded`), and kernel threads.
"""

from dataclasses import dataclass, replace

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups.processes import living, living_below
from vlearn.sim.containers.cgroups.state import (
    CONTROLLERS,
    THREADED,
    Cgroups,
    Group,
    Hierarchy,
    Path,
    Usage,
    ancestors,
    shown,
)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who calls: a process, its effective uid (0 may do all), and the root of its cgroup namespace in version 2."""

    pid: int = 1
    uid: int = 0
    root: Path = ()


ROOT = Writer()


def make(cgroups: Cgroups, tree: Hierarchy, path: Path, by: Writer = ROOT) -> Cgroups:
    """`mkdir`: EEXIST, ENOENT without a parent, EACCES, and EAGAIN beyond cgroup.max.depth or .descendants."""
    if path in tree.groups:
        raise Refusal("EEXIST", f"the group {shown(path)} exists")
    if path[:-1] not in tree.groups:
        raise Refusal("ENOENT", f"there is no group {shown(path[:-1])}")
    may(tree, path[:-1], "", by)
    for above in ancestors(path[:-1]):
        limits = tree.groups[above].limits
        if len(path) - len(above) > limits.max_depth or len(tree.below(above)) > limits.max_descendants:
            raise Refusal("EAGAIN", f"{shown(above)} may not have more groups below it")
    return cgroups.put(tree.put(path, Group(owner=by.uid)))


def remove(cgroups: Cgroups, tree: Hierarchy, path: Path, by: Writer = ROOT) -> Cgroups:
    """`rmdir`: EBUSY while a living process or a group is in it. What is still charged goes to the parent."""
    if path not in tree.groups:
        raise Refusal("ENOENT", f"there is no group {shown(path)}")
    if not path:
        raise Refusal("EBUSY", "the root of a hierarchy cannot be removed")
    may(tree, path[:-1], "", by)
    if living(cgroups, tree, path):
        raise Refusal("EBUSY", f"{shown(path)} has processes")
    if tree.children(path):
        raise Refusal("EBUSY", f"{shown(path)} has groups below it")
    parent, gone = tree.groups[path[:-1]], tree.groups[path]
    members = tree.members
    for pid in tree.processes(path):
        members = members.set(pid, path[:-1])
    kept = replace(parent, usage=_joined(parent.usage, gone.usage))
    tree = replace(tree, groups=tree.groups.delete(path).set(path[:-1], kept), members=members)
    return cgroups.put(tree)


def move(cgroups: Cgroups, tree: Hierarchy, pid: int, path: Path, by: Writer = ROOT) -> Cgroups:
    """A pid written to cgroup.procs. Limits of number and memory do not stop a move; the rules of the tree do."""
    if pid not in tree.members or pid in cgroups.zombies:
        raise Refusal("ESRCH", f"there is no process {pid}")
    source = tree.members[pid]
    if tree.version == 2:
        _may_move(tree, source, path, by)
        _may_hold(cgroups, tree, path)
    elif "cpuset" in tree.controllers and path:
        limits = tree.groups[path].limits
        if not limits.cpus or not limits.mems:
            raise Refusal("ENOSPC", f"{shown(path)} has no {'mems' if limits.cpus else 'cpus'} yet")
    return cgroups.put(replace(tree, members=tree.members.set(pid, path)))


def enable(cgroups: Cgroups, tree: Hierarchy, path: Path, text: str) -> Cgroups:
    """`+memory -cpu` written to cgroup.subtree_control: EINVAL, ENOENT, EBUSY or EOPNOTSUPP, in the kernel's order."""
    wanted: dict[str, bool] = {}
    for word in text.split():
        if word[0] not in "+-" or word[1:] not in CONTROLLERS:
            raise Refusal("EINVAL", f"{word!r} is not + or - with one of {', '.join(CONTROLLERS)}")
        wanted[word[1:]] = word[0] == "+"
    group = tree.groups[path]
    on = {name for name, plus in wanted.items() if plus} - group.enabled
    off = {name for name, plus in wanted.items() if not plus} & group.enabled
    for name in sorted(on - set(tree.available(path))):
        raise Refusal("ENOENT", f"{shown(path)} has no controller {name}: its parent does not hand it down")
    for child in tree.children(path):
        for name in sorted(off & tree.groups[child].enabled):
            raise Refusal("EBUSY", f"{shown(child)} hands {name} down")
    if on:
        _may_enable(cgroups, tree, path, on)
    return cgroups.put(tree.put(path, replace(group, enabled=group.enabled - off | on)))


def kind(cgroups: Cgroups, tree: Hierarchy, path: Path) -> str:
    """The file cgroup.type."""
    if any(_thread_root(cgroups, tree, above) for above in ancestors(path[:-1]) if above):
        return "domain invalid"
    return "domain threaded" if _thread_root(cgroups, tree, path) else "domain"


def frozen(tree: Hierarchy, path: Path) -> bool:
    """Whether a freeze of this group or of one above it holds its processes."""
    return any(tree.groups[above].limits.freeze for above in ancestors(path))


def may(tree: Hierarchy, path: Path, file: str, by: Writer) -> None:
    """EACCES unless the caller is root or owns the file; "" is the directory itself."""
    group = tree.groups[path]
    owner = group.given.get(file, group.owner)
    if by.uid not in (0, owner):
        raise Refusal("EACCES", f"{shown(path)}{'/' + file if file else ''} belongs to uid {owner}, not to {by.uid}")


def _may_move(tree: Hierarchy, source: Path, path: Path, by: Writer) -> None:
    common = next(one for one in ancestors(path) if source[: len(one)] == one)
    for one in (source, path):
        if one[: len(by.root)] != by.root:
            raise Refusal("ENOENT", f"{shown(one)} is outside the cgroup namespace, whose root is {shown(by.root)}")
    may(tree, common, "cgroup.procs", by)


def _may_hold(cgroups: Cgroups, tree: Hierarchy, path: Path) -> None:
    if kind(cgroups, tree, path) == "domain invalid":
        raise Refusal("EOPNOTSUPP", f"{shown(path)} is below a group whose processes compete as threads")
    enabled = tree.groups[path].enabled
    if path and enabled and not _may_be_thread_root(cgroups, tree, path):
        names = ", ".join(sorted(enabled))
        raise Refusal("EBUSY", f"no internal processes: {shown(path)} hands {names} down to groups below it")


def _may_enable(cgroups: Cgroups, tree: Hierarchy, path: Path, on: set[str]) -> None:
    if kind(cgroups, tree, path) == "domain invalid":
        raise Refusal("EOPNOTSUPP", f"{shown(path)} is below a group whose processes compete as threads")
    if not path:
        return
    if on - THREADED:
        if _thread_root(cgroups, tree, path):
            raise Refusal("EOPNOTSUPP", f"the processes of {shown(path)} compete with the groups below it as threads")
    elif _may_be_thread_root(cgroups, tree, path):
        return
    if pids := living(cgroups, tree, path):
        raise Refusal("EBUSY", f"no internal processes: {shown(path)} has {len(pids)} of its own")


def _may_be_thread_root(cgroups: Cgroups, tree: Hierarchy, path: Path) -> bool:
    busy = any(living_below(cgroups, tree, child) for child in tree.children(path))
    return not busy and not tree.groups[path].enabled - THREADED


def _thread_root(cgroups: Cgroups, tree: Hierarchy, path: Path) -> bool:
    return bool(path and living(cgroups, tree, path) and tree.groups[path].enabled & THREADED)


def _joined(parent: Usage, gone: Usage) -> Usage:
    """The parent's own usage with that of a removed child."""
    anonymous, cache, events = parent.anonymous, parent.cache, parent.events
    for pid, pages in gone.anonymous.items():
        anonymous = anonymous.set(pid, anonymous.get(pid, 0) + pages)
    for file, pages in gone.cache.items():
        cache = cache.set(file, cache.get(file, 0) + pages)
    return replace(parent, cpu=parent.cpu + gone.cpu, anonymous=anonymous, cache=cache, events=events)

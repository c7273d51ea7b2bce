"""What fork, exit and wait do to the groups: a child is where its parent is, and who exits gives its memory back."""

from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.containers.cgroups.state import Cgroups, Hierarchy, Path, ancestors


def fork(cgroups: Cgroups, parent: int, child: int) -> tuple[Cgroups, str]:
    """The child is where its parent is. The second value is "" or "EAGAIN", if a pids.max on the way up says so.

    A failed fork is counted: in v2 where the limit is, and above it; in v1 where the process is.
    """
    found = cgroups.hierarchy("pids")
    if parent not in cgroups.pids:
        raise ModelError(f"there is no process {parent} that could fork; the pids are {cgroups.pids}")
    if found is not None:
        at = found.members[parent]
        for above in ancestors(at):
            limit = found.groups[above].limits.pids_max
            if limit is not None and count(found, above) >= limit:
                where = [at] if found.version == 1 else [one for one in ancestors(above) if one]
                for one in where:
                    found = counted(found, one, "pids.max")
                return cgroups.put(found), "EAGAIN"
    for tree in cgroups.hierarchies.values():
        cgroups = cgroups.put(replace(tree, members=tree.members.set(child, tree.members[parent])))
    if parent in cgroups.scores:
        cgroups = replace(cgroups, scores=cgroups.scores.set(child, cgroups.scores[parent]))
    return _peaks(cgroups, child), ""


def exit(cgroups: Cgroups, pid: int) -> Cgroups:
    """The process ends: its memory is free, its page cache stays. It counts for pids.max until it is waited for."""
    if pid not in cgroups.pids:
        return cgroups
    tree = cgroups.hierarchy("memory")
    for path, group in tree.groups.items() if tree else ():
        if tree and pid in group.usage.anonymous:
            usage = replace(group.usage, anonymous=group.usage.anonymous.delete(pid))
            tree = tree.put(path, replace(group, usage=usage))
    cgroups = cgroups.put(tree) if tree else cgroups
    return replace(cgroups, zombies=cgroups.zombies | {pid})


def reap(cgroups: Cgroups, pid: int) -> Cgroups:
    """The parent has waited for it: it is in no group any more."""
    cgroups = exit(cgroups, pid)
    for tree in cgroups.hierarchies.values():
        if pid in tree.members:
            cgroups = cgroups.put(replace(tree, members=tree.members.delete(pid)))
    scores = cgroups.scores.delete(pid) if pid in cgroups.scores else cgroups.scores
    return replace(cgroups, zombies=cgroups.zombies - {pid}, scores=scores)


def kill(cgroups: Cgroups, pid: int) -> Cgroups:
    """The model sends SIGKILL: the process exits, and `killed` tells whoever runs the processes."""
    return replace(exit(cgroups, pid), killed=(*cgroups.killed, pid))


def living(cgroups: Cgroups, tree: Hierarchy, path: Path) -> tuple[int, ...]:
    """The processes of this group itself that have not exited: what cgroup.procs shows."""
    return tuple(pid for pid in tree.processes(path) if pid not in cgroups.zombies)


def living_below(cgroups: Cgroups, tree: Hierarchy, path: Path) -> tuple[int, ...]:
    """The processes of the group and of all groups below it that have not exited."""
    inside = (pid for pid, at in tree.members.items() if at[: len(path)] == path)
    return tuple(sorted(pid for pid in inside if pid not in cgroups.zombies))


def count(tree: Hierarchy, path: Path) -> int:
    """pids.current: processes in the group and below it, zombies too."""
    return sum(at[: len(path)] == path for at in tree.members.values())


def counted(tree: Hierarchy, path: Path, event: str, times: int = 1) -> Hierarchy:
    """With an event counted for the group."""
    group = tree.groups[path]
    events = group.usage.events
    events = events.set(event, events.get(event, 0) + times)
    return tree.put(path, replace(group, usage=replace(group.usage, events=events)))


def _peaks(cgroups: Cgroups, pid: int) -> Cgroups:
    tree = cgroups.hierarchy("pids")
    if tree is None:
        return cgroups
    for path in ancestors(tree.members[pid]):
        group = tree.groups[path]
        peak = max(group.usage.pids_peak, count(tree, path))
        tree = tree.put(path, replace(group, usage=replace(group.usage, pids_peak=peak)))
    return cgroups.put(tree)

"""The OOM killer inside a group: whom it chooses, and who dies with it (mm/oom_kill.c, mm/memcontrol.c).

A process's badness is its pages, plus oom_score_adj thousandths of what the group may have. Left out: page tables
and swap entries, which the kernel adds to the pages; threads that share memory.
"""

from vlearn.sim.containers.cgroups.processes import living_below
from vlearn.sim.containers.cgroups.state import Cgroups, Hierarchy, Path

NEVER = -1000
"""The oom_score_adj of a process that is never chosen, nor killed with its group."""


def resident(tree: Hierarchy, pid: int) -> int:
    """Anonymous pages of a process, in whichever groups they are charged."""
    return sum(group.usage.anonymous.get(pid, 0) for group in tree.groups.values())


def badness(cgroups: Cgroups, tree: Hierarchy, pid: int, allowed: int) -> int | None:
    """The points of a process when `allowed` pages are to be had; None if it must not be killed."""
    score = cgroups.scores.get(pid, 0)
    return None if score == NEVER else resident(tree, pid) + score * allowed // 1000


def candidates(cgroups: Cgroups, tree: Hierarchy, path: Path) -> tuple[tuple[int, int | None], ...]:
    """Every living process of the group that is out of memory and of those below it, with its badness, by pid."""
    limit = tree.groups[path].limits.memory_max
    allowed = cgroups.machine.pages if limit is None else min(limit, cgroups.machine.pages)
    return tuple((pid, badness(cgroups, tree, pid, allowed)) for pid in living_below(cgroups, tree, path))


def chosen(cgroups: Cgroups, tree: Hierarchy, path: Path) -> int | None:
    """The process with most points, of equal ones the last; None if nobody may be killed."""
    able = [(points, pid) for pid, points in candidates(cgroups, tree, path) if points is not None]
    return max(able)[1] if able else None


def dies_with(cgroups: Cgroups, tree: Hierarchy, path: Path, victim: int) -> tuple[Path | None, tuple[int, ...]]:
    """The highest group between victim and the group out of memory that has memory.oom.group, and all it kills."""
    at = tree.members[victim]
    for length in range(len(path), len(at) + 1):
        if tree.groups[at[:length]].limits.oom_group and length:
            inside = living_below(cgroups, tree, at[:length])
            return at[:length], tuple(pid for pid in inside if cgroups.scores.get(pid, 0) != NEVER)
    return None, (victim,)

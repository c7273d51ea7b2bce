"""What memory is charged to whom: sums over the tree, and the states after charging and dropping pages."""

from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.containers.cgroups.numbers import UNLIMITED
from vlearn.sim.containers.cgroups.processes import counted
from vlearn.sim.containers.cgroups.state import Cgroups, Group, Hierarchy, Path, Usage, ancestors


def memory_tree(cgroups: Cgroups) -> Hierarchy:
    """The hierarchy with the memory controller."""
    tree = cgroups.hierarchy("memory")
    if tree is None:
        raise ModelError("this machine has no controller 'memory'")
    return tree


def charged(tree: Hierarchy, path: Path) -> int:
    """memory.current in pages: the group's own, and all below it."""
    return sum(tree.groups[one].usage.pages for one in tree.below(path))


def droppable(tree: Hierarchy, path: Path) -> int:
    """Page cache of the group and of those below it."""
    return sum(sum(tree.groups[one].usage.cache.values()) for one in tree.below(path))


def cached(tree: Hierarchy, file: str) -> int:
    """Pages of a file in memory, whichever group pays for them."""
    return sum(group.usage.cache.get(file, 0) for group in tree.groups.values())


def room(tree: Hierarchy, path: Path, alone: bool = False) -> int:
    """Pages that the group can still be charged, by its own limit and those above it; or by its own `alone`."""
    limits = ((above, tree.groups[above].limits.memory_max) for above in ((path,) if alone else ancestors(path)))
    return min(
        (max(0, limit - charged(tree, above)) for above, limit in limits if limit is not None), default=UNLIMITED
    )


def add(tree: Hierarchy, path: Path, pid: int, count: int, file: str | None) -> Hierarchy:
    """With so many pages more, and the peaks that follow."""
    group = tree.groups[path]
    usage = group.usage
    if count and file is None:
        usage = replace(usage, anonymous=usage.anonymous.set(pid, usage.anonymous.get(pid, 0) + count))
    elif count and file is not None:
        usage = replace(usage, cache=usage.cache.set(file, usage.cache.get(file, 0) + count))
    tree = used(tree, path, group, usage)
    for above in ancestors(path):
        group = tree.groups[above]
        peak = max(group.usage.memory_peak, charged(tree, above))
        tree = used(tree, above, group, replace(group.usage, memory_peak=peak))
    return tree


def drop(tree: Hierarchy, path: Path, count: int) -> Hierarchy:
    """With so many pages of page cache less, file by file."""
    for one in tree.below(path):
        group = tree.groups[one]
        cache = group.usage.cache
        for file, pages in sorted(cache.items()):
            gone = min(pages, count)
            cache, count = (cache.delete(file) if gone == pages else cache.set(file, pages - gone)), count - gone
        tree = used(tree, one, group, replace(group.usage, cache=cache))
    return tree


def happened(tree: Hierarchy, path: Path, event: str) -> Hierarchy:
    """An event of memory.events: counted here and above in v2, here alone in v1."""
    for above in ancestors(path) if tree.version == 2 else (path,):
        tree = counted(tree, above, f"memory.{event}")
    return tree


def put_event(tree: Hierarchy, path: Path, event: str, value: int) -> Hierarchy:
    """With an event's count set."""
    group = tree.groups[path]
    return used(tree, path, group, replace(group.usage, events=group.usage.events.set(event, value)))


def used(tree: Hierarchy, path: Path, group: Group, usage: Usage) -> Hierarchy:
    """With this usage for the group."""
    return tree.put(path, replace(group, usage=usage))

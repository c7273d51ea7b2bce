"""Who runs next: the fair choice, from the root of the tree down, by weighted runtime.

At each level the entity that has had the least time for its weight goes on. One that was asleep or throttled starts
level with those that ran meanwhile: it cannot save time up. Real kernels do this for each processor apart and balance
the load between them; here one choice fills all of them, which is what the balancing aims at.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from vlearn.sim.containers.cgroups.files_core import cpus_of
from vlearn.sim.containers.cgroups.processors import Entity, Processors
from vlearn.sim.containers.cgroups.state import SHARES, Path, ancestors, nearest
from vlearn.sim.containers.cgroups.tree import frozen

SCALE = 1 << 20


def lineage(state: Processors, pid: int) -> tuple[Path, ...]:
    """The groups a task is scheduled in, the root last: those that have the controller."""
    tree = state.tree
    at = nearest(tree, tree.members[pid], "cpu")
    return tuple(one for one in ancestors(at) if not one or "cpu" in tree.available(one))


def ready(state: Processors) -> tuple[int, ...]:
    """The tasks that want to run and are neither frozen nor dead, throttled or not."""
    cgroups = state.cgroups
    wanting = (pid for pid, left in state.work.items() if left != 0)
    return tuple(
        pid for pid in sorted(wanting) if pid in state.tree.members and not is_held(state, pid, cgroups.zombies)
    )


def is_held(state: Processors, pid: int, zombies: frozenset[int]) -> bool:
    """Whether a task cannot run because it is dead or frozen."""
    trees = [tree for tree in state.cgroups.hierarchies.values() if tree.version == 2 or "freezer" in tree.controllers]
    return pid in zombies or any(frozen(tree, tree.members[pid]) for tree in trees)


def allowed(state: Processors, pid: int) -> frozenset[int]:
    """The processors a task may run on."""
    tree, cpus = state.cgroups.hierarchy("cpuset"), state.cgroups.machine.cpus
    if tree is None:
        return frozenset(range(cpus))
    return cpus_of(tree, nearest(tree, tree.members[pid], "cpuset"), cpus)


def weight(state: Processors, entity: Entity) -> int:
    """A group's shares; a task weighs as much as one at nice 0."""
    return SHARES if isinstance(entity, int) else state.tree.groups[entity].limits.shares


def placed(state: Processors) -> Processors:
    """Whoever could not run before starts level with the least of those at its level who could."""
    levels: dict[Path, set[Entity]] = {}
    for pid in ready(state):
        line = lineage(state, pid)
        if not any(path in state.throttled for path in line):
            for entity, parent in _links(pid, line):
                levels.setdefault(parent, set()).add(entity)
    runtime = state.runtime
    for level in levels.values():
        floor = min((runtime.get(one, 0) for one in level & state.queued), default=None)
        for one in level - state.queued:
            runtime = runtime.set(one, max(runtime.get(one, 0), floor if floor is not None else 0))
    return replace(state, runtime=runtime, queued=frozenset(one for level in levels.values() for one in level))


def choose(state: Processors) -> tuple[int | None, ...]:
    """A task for each processor, None where nobody may run on it. Never more tasks of a group than it has time for."""
    lines = {pid: lineage(state, pid) for pid in ready(state)}
    chosen: list[int | None] = []
    for cpu in range(state.cgroups.machine.cpus):
        taken = [path for pid in chosen if pid is not None for path in lines[pid]]
        able = {
            pid: line
            for pid, line in lines.items()
            if pid not in chosen and cpu in allowed(state, pid) and _has_time(state, line, taken)
        }
        chosen.append(_fairest(state, able, taken) if able else None)
    return tuple(chosen)


def after_running(state: Processors, running: tuple[int | None, ...], time: int) -> Processors:
    """With the weighted runtime of the tasks, and of all groups they are in, grown by that time."""
    runtime = state.runtime
    for pid in filter(None, running):
        for entity, _ in _links(pid, lineage(state, pid)):
            runtime = runtime.set(entity, runtime.get(entity, 0) + time * SCALE * SHARES // weight(state, entity))
    return replace(state, runtime=runtime)


def _links(pid: int, line: tuple[Path, ...]) -> Iterator[tuple[Entity, Path]]:
    """Each entity on the way up, with the group in which it competes."""
    yield pid, line[0]
    yield from pairwise(line)


def _has_time(state: Processors, line: tuple[Path, ...], taken: list[Path]) -> bool:
    limited = ((path, state.bandwidth[path]) for path in line if path in state.bandwidth)
    return all(not one.throttled and one.left > taken.count(path) for path, one in limited)


def _fairest(state: Processors, able: dict[int, tuple[Path, ...]], taken: list[Path]) -> int:
    """Down from the root. A group that already runs on another processor counts as if its slice there were over."""
    at: Path = ()
    while True:
        level = {entity: parent for pid, line in able.items() for entity, parent in _links(pid, line) if parent == at}

        def had(entity: Entity) -> tuple[int, str]:
            running = 0 if isinstance(entity, int) else taken.count(entity)
            return state.runtime.get(entity, 0) + running * state.slice * SCALE * SHARES // weight(state, entity), str(
                entity
            )

        best = min(level, key=had)
        if isinstance(best, int):
            return best
        at = best

"""The graph that jobs make by what they need: its levels, who waits for whom, and what decides how long a run takes."""

from collections.abc import Mapping, Sequence

from vlearn.errors import ModelError
from vlearn.sim.delivery.job import Job, at


def levels(jobs: Sequence[Job]) -> tuple[tuple[str, ...], ...]:
    """Jobs that may run side by side, those that others need first. Raises ModelError for a circle, with its jobs."""
    left = {job.name: set(job.needs) for job in jobs}
    users: dict[str, list[str]] = {name: [] for name in left}
    for job in jobs:
        for need in set(job.needs):
            users[need].append(job.name)
    order = {name: place for place, name in enumerate(left)}
    found = []
    ready = tuple(name for name, needs in left.items() if not needs)
    while ready:
        found.append(ready)
        freed = []
        for name in ready:
            del left[name]
            for user in users[name]:
                left[user].discard(name)
                if not left[user]:
                    freed.append(user)
        ready = tuple(sorted(freed, key=order.__getitem__))
    if left:
        circle = _circle(left)
        first = next(job for job in jobs if job.name == circle[0])
        raise ModelError(f"{at(first)}these jobs wait for each other: {' needs '.join(circle)}")
    return tuple(found)


def _circle(left: Mapping[str, set[str]]) -> list[str]:
    path = [next(iter(left))]
    while (after := next(need for need in sorted(left[path[-1]]) if need in left)) not in path:
        path.append(after)
    return [*path[path.index(after) :], after]


def ancestors(jobs: Sequence[Job]) -> dict[str, frozenset[str]]:
    """By job: everything that it needs, directly or not."""
    needs = {job.name: job.needs for job in jobs}
    found: dict[str, frozenset[str]] = {}
    for level in levels(jobs):
        for name in level:
            found[name] = frozenset(needs[name]).union(*(found[need] for need in needs[name]))
    return found


def critical_path(jobs: Sequence[Job]) -> tuple[tuple[str, ...], float]:
    """The jobs that decide how long a run takes with enough runners and open gates, and its minutes."""
    best: dict[str, tuple[float, tuple[str, ...]]] = {}
    named = {job.name: job for job in jobs}
    for level in levels(jobs):
        for name in level:
            before = max((best[need] for need in named[name].needs), key=lambda found: found[0], default=(0.0, ()))
            best[name] = before[0] + named[name].minutes, (*before[1], name)
    minutes, path = max(best.values(), key=lambda found: found[0])
    return path, minutes

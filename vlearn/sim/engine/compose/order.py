"""What must be there first: services in the order of depends_on, and the refusal of a circle."""

from collections.abc import Iterable

from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.engine.compose.project import Project


def levels(project: Project) -> tuple[tuple[str, ...], ...]:
    """Services that may start side by side, those that others wait for first. Raises ComposeError for a circle."""
    check_cycle(project)
    left = {name: {one.service for one in service.depends_on} for name, service in project.services.items()}
    found = []
    while left:
        ready = tuple(sorted(name for name, waits in left.items() if not waits & left.keys()))
        found.append(ready)
        for name in ready:
            del left[name]
    return tuple(found)


def in_order(project: Project) -> tuple[str, ...]:
    """All services, one after another."""
    return tuple(name for level in levels(project) for name in level)


def with_dependencies(project: Project, names: Iterable[str]) -> frozenset[str]:
    """These services and everything they wait for. Raises ComposeError for a name that is no service."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in project.services:
            raise ComposeError(f"no such service: {name}")
        if name not in found:
            found.add(name)
            todo += [one.service for one in project.services[name].depends_on]
    return frozenset(found)


def check_cycle(project: Project) -> None:
    """Raises ComposeError in compose's words, with the circle."""
    done: set[str] = set()
    for start in sorted(project.services):
        path: list[str] = [start]
        todo = [iter(_waits(project, start))]
        while todo:
            name = next(todo[-1], None)
            if name is None:
                todo.pop()
                done.add(path.pop())
            elif name in path:
                circle = path[path.index(name) :]
                raise ComposeError(f"dependency cycle detected: {' -> '.join((*circle, name))}")
            elif name not in done:
                path.append(name)
                todo.append(iter(_waits(project, name)))


def _waits(project: Project, name: str) -> list[str]:
    return sorted(one.service for one in project.services[name].depends_on if one.service in project.services)

"""The containers of a project, known by their labels, and a line of progress."""

from collections.abc import Iterable
from dataclasses import dataclass

from vlearn.sim.engine.container import Container
from vlearn.sim.engine.docker import Docker

PROJECT, SERVICE, NUMBER, HASH = (
    f"com.docker.compose.{name}" for name in ("project", "service", "container-number", "config-hash")
)


@dataclass(frozen=True, slots=True)
class Done:
    """One line of progress: `Container shop-db-1`, `Started`."""

    what: str
    status: str

    def __str__(self) -> str:
        return f" {self.what}  {self.status}"


def containers(docker: Docker, project: str, services: Iterable[str] = ()) -> list[Container]:
    """The containers of a project, or of some of its services, by service and number."""
    wanted = frozenset(services)
    found = []
    for one in docker.engine.containers.values():
        labels = dict(one.settings.labels)
        if labels.get(PROJECT) == project and (not wanted or labels.get(SERVICE) in wanted):
            found.append(one)
    return sorted(found, key=_key)


def _key(container: Container) -> tuple[str, int]:
    return service_of(container), number_of(container)


def service_of(container: Container) -> str:
    """The service that a container belongs to."""
    return dict(container.settings.labels).get(SERVICE, "")


def number_of(container: Container) -> int:
    """Its number among the containers of its service, from 1."""
    return int(dict(container.settings.labels).get(NUMBER, "1"))

"""`docker compose down` and `stop`: what others wait for goes last."""

from collections.abc import Iterator

from vlearn.sim.engine import actions
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.compose.members import Done, containers, service_of
from vlearn.sim.engine.compose.order import in_order
from vlearn.sim.engine.compose.project import Project
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.docker import Docker


def down(
    docker: Docker, project: Project, *, volumes: bool = False, orphans: bool = False, seconds: float | None = None
) -> Iterator[Done]:
    """Stop and remove the containers, those that others wait for last, then networks and, if asked, volumes."""
    order = {name: number for number, name in enumerate(in_order(project))}
    found = containers(docker, project.name)
    known = [one for one in found if service_of(one) in order]
    strangers = [one for one in found if service_of(one) not in order]
    for one in (*(strangers if orphans else ()), *sorted(known, key=lambda one: -order[service_of(one)])):
        yield from removed(docker, one, volumes=volumes, seconds=seconds)
    for key in sorted(project.networks):
        network = project.networks[key]
        if network.external or all(one.name != network.name for one in docker.engine.networks.values()):
            continue
        yield Done(f"Network {network.name}", "Removing")
        try:
            docker.ask(actions.RemoveNetwork(network.name))
        except DaemonError:
            yield Done(f"Network {network.name}", "Resource is still in use")
            continue
        yield Done(f"Network {network.name}", "Removed")
    for key in sorted(project.volumes) if volumes else ():
        volume = project.volumes[key]
        if volume.external or volume.name not in docker.engine.volumes:
            continue
        yield Done(f"Volume {volume.name}", "Removing")
        docker.ask(actions.RemoveVolume(volume.name))
        yield Done(f"Volume {volume.name}", "Removed")


def removed(
    docker: Docker, container: Container, *, volumes: bool = False, seconds: float | None = None
) -> Iterator[Done]:
    """Stop and remove one."""
    yield from stopped(docker, container, seconds)
    yield Done(f"Container {container.name}", "Removing")
    if container.id in docker.engine.containers:
        docker.ask(actions.Remove(container.id, force=True, volumes=volumes))
    yield Done(f"Container {container.name}", "Removed")


def stopped(docker: Docker, container: Container, seconds: float | None = None) -> Iterator[Done]:
    """Stop one."""
    yield Done(f"Container {container.name}", "Stopping")
    docker.ask(actions.Stop(container.id, seconds))
    yield Done(f"Container {container.name}", "Stopped")

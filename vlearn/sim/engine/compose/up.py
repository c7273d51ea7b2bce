"""`docker compose up`, `down` and their like over the engine: containers are the engine's own, known by their labels.

What is done comes as `Done` values, one after another, in the order in which compose does it: networks and volumes, all
containers, then the starts, each after what it waits for. Compose does what is side by side at the same time.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from hashlib import sha256

from vlearn.sim.engine import actions
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.compose.down import removed
from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.engine.compose.members import HASH, NUMBER, PROJECT, SERVICE, Done, containers, number_of
from vlearn.sim.engine.compose.order import in_order
from vlearn.sim.engine.compose.project import Dependency, Project, Service
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.docker import Docker
from vlearn.sim.engine.find import find_container, find_image
from vlearn.sim.engine.settings import Settings

LONGEST = 3600.0


# --- what there is ---


# --- up ---


def up(
    docker: Docker,
    project: Project,
    services: Iterable[str] = (),
    scale: Mapping[str, int] | None = None,
    *,
    recreate: bool = False,
) -> Iterator[Done]:
    """Make what is missing and start it. Raises ComposeError, or DaemonError, where it stops."""
    wanted = frozenset(services)
    order = [name for name in in_order(project) if not wanted or name in wanted]
    scale = scale or {}
    yield from _shared(docker, project, order)
    created: dict[str, list[str]] = {}
    for name in order:
        service = project.services[name]
        created[name] = []
        yield from _created(docker, project, service, scale.get(name, service.scale), recreate, created[name])
    for name in order:
        yield from _waited(docker, project, project.services[name])
        yield from _started(docker, created[name])


def _shared(docker: Docker, project: Project, order: Iterable[str]) -> Iterator[Done]:
    services = [project.services[name] for name in order]
    networks = {place.network for service in services for place in service.places}
    names = {one.name for one in docker.engine.networks.values()}
    for key in sorted(networks):
        network = project.networks[key]
        if network.name in names:
            continue
        if network.external:
            raise ComposeError(f"network {network.name} declared as external, but could not be found")
        yield Done(f"Network {network.name}", "Creating")
        labels = (*network.labels, (PROJECT, project.name), ("com.docker.compose.network", key))
        docker.ask(actions.CreateNetwork(network.name, "bridge", network.subnet, "", network.internal, labels))
        yield Done(f"Network {network.name}", "Created")
    used = {mount.source for service in services for mount in service.settings.mounts if mount.kind == "volume"}
    for key in sorted(used & project.volumes.keys()):
        volume = project.volumes[key]
        if volume.name in docker.engine.volumes:
            continue
        if volume.external:
            raise ComposeError(f'external volume "{volume.name}" not found')
        yield Done(f'Volume "{volume.name}"', "Creating")
        labels = (*volume.labels, (PROJECT, project.name), ("com.docker.compose.volume", key))
        docker.ask(actions.CreateVolume(volume.name, labels))
        yield Done(f'Volume "{volume.name}"', "Created")


def _created(
    docker: Docker, project: Project, service: Service, scale: int, recreate: bool, names: list[str]
) -> Iterator[Done]:
    """The containers of a service: as many as wanted, those of another configuration anew, those too many gone."""
    there = {number_of(one): one for one in containers(docker, project.name, (service.name,))}
    for number in sorted(there):
        if number > scale:
            yield from removed(docker, there.pop(number))
    for number in range(1, scale + 1):
        name = service.container_name or f"{project.name}-{service.name}-{number}"
        settings = _settings(docker, project, service, number, name)
        old = there.get(number)
        names.append(name)
        if old is not None:
            same = dict(old.settings.labels).get(HASH) == dict(settings.labels)[HASH]
            if same and not recreate:
                if old.state.running:
                    yield Done(f"Container {name}", "Running")
                continue
            yield Done(f"Container {name}", "Recreate")
            docker.ask(actions.Stop(old.id))
            docker.ask(actions.Remove(old.id, force=True))
            _make(docker, project, service, settings)
            yield Done(f"Container {name}", "Recreated")
            continue
        yield Done(f"Container {name}", "Creating")
        _make(docker, project, service, settings)
        yield Done(f"Container {name}", "Created")


def _make(docker: Docker, project: Project, service: Service, settings: Settings) -> None:
    docker.ask(actions.Create(settings))
    for place in service.places[1:]:
        aliases = (service.name, *place.aliases)
        docker.ask(actions.Connect(project.networks[place.network].name, settings.name, aliases, place.address))


def _settings(docker: Docker, project: Project, service: Service, number: int, name: str) -> Settings:
    """What one container is asked to be, with the labels by which compose knows it again."""
    made = service.settings
    mounts = tuple(
        replace(mount, source=project.volumes[mount.source].name)
        if mount.kind == "volume" and mount.source in project.volumes
        else mount
        for mount in made.mounts
    )
    first = service.places[0] if service.places else None
    network = project.networks[first.network].name if first else _mode(docker, project, service)
    made = replace(
        made,
        mounts=mounts,
        network=network,
        aliases=(service.name, *first.aliases) if first else (),
        address=first.address if first else "",
    )
    try:
        image = find_image(docker.engine, made.image).id
    except DaemonError:
        image = ""
    text = json.dumps([asdict(made), image], sort_keys=True, default=str)
    digest = sha256(text.encode()).hexdigest()
    labels = ((PROJECT, project.name), (SERVICE, service.name), (NUMBER, str(number)), (HASH, digest))
    return replace(made, name=name, labels=(*made.labels, *labels))


def _mode(docker: Docker, project: Project, service: Service) -> str:
    kind, _, other = service.network_mode.partition(":")
    if kind != "service":
        return service.network_mode or "bridge"
    found = containers(docker, project.name, (other,))
    if not found:
        raise ComposeError(f"service \"{other}\" not found for network_mode 'service:{other}'")
    return f"container:{found[0].id}"


# --- waiting and starting ---


def _waited(docker: Docker, project: Project, service: Service) -> Iterator[Done]:
    for dependency in service.depends_on:
        found = containers(docker, project.name, (dependency.service,))
        if dependency.condition == "service_started" or not found:
            continue
        for one in found:
            yield Done(f"Container {one.name}", "Waiting")
        for one in found:
            try:
                _wait(docker, one, dependency)
            except ComposeError:
                yield Done(f"Container {one.name}", "Error")
                raise
            yield Done(f"Container {one.name}", "Healthy" if dependency.condition == "service_healthy" else "Exited")


def _wait(docker: Docker, container: Container, dependency: Dependency) -> None:
    """Until the condition holds. Raises ComposeError if it never will."""
    last, name, failed = docker.engine.now + LONGEST, container.name, "dependency failed to start: "
    while docker.engine.now <= last:
        state = find_container(docker.engine, container.id).state
        if dependency.condition == "service_healthy":
            if state.status == "exited":
                raise ComposeError(f"{failed}container {name} exited ({state.exit_code})")
            if not state.health.status:
                raise ComposeError(f"{failed}container {name} has no healthcheck configured")
            if state.health.status == "unhealthy":
                raise ComposeError(f"{failed}container {name} is unhealthy")
            if state.health.status == "healthy":
                return
        elif state.status == "exited":
            if state.exit_code:
                raise ComposeError(
                    f'service "{dependency.service}" didn\'t complete successfully: exit {state.exit_code}'
                )
            return
        docker.advance(0.5)  # as often as compose looks
    raise ComposeError(f"{failed}container {name} took longer than {LONGEST:g} s of the model")


def _started(docker: Docker, names: Iterable[str]) -> Iterator[Done]:
    for name in names:
        if find_container(docker.engine, name).state.running:
            continue
        yield Done(f"Container {name}", "Starting")
        docker.ask(actions.Start(name))
        yield Done(f"Container {name}", "Started")


# --- down, stop ---

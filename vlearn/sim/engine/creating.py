"""`docker create`: from an image and settings to a record with a name, an id, mounts and places in networks.

Nothing runs yet and nothing is in the kernel, apart from the directories of new volumes.
"""

from collections.abc import Generator
from dataclasses import replace

from immutables import Map

from vlearn.sim.engine import volumes
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.container import Container, Endpoint
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.find import find_container, find_image, find_network
from vlearn.sim.engine.identity import name_for
from vlearn.sim.engine.settings import Health, Settings
from vlearn.sim.engine.state import Engine
from vlearn.sim.engine.storage import new_union
from vlearn.sim.engine.transfers import pull
from vlearn.sim.images.oci.documents import Config
from vlearn.sim.images.oci.documents import Health as HealthDocument
from vlearn.trace import Step

NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
LEAST_MEMORY = 6 << 20
SECOND = 1_000_000_000


def create(daemon: Daemon, settings: Settings) -> Generator[Step[Engine], None, Container]:
    """A new container. Raises DaemonError in the daemon's words, with nothing made."""
    try:
        image = find_image(daemon.engine, settings.image)
        yield daemon.step("image-found", f"the image {settings.image} is here: {image.id[7:19]}", image.id)
    except DaemonError as missing:
        if missing.status != 404:
            raise
        yield daemon.step("image-missing", f"Unable to find image '{_with_tag(settings.image)}' locally")
        yield from pull(daemon, settings.image)
        image = find_image(daemon.engine, settings.image)
    config = image.configuration.run
    arguments = _arguments(settings, config)
    _check(daemon, settings)
    id = daemon.new_id()
    name = settings.name.removeprefix("/") or name_for(daemon.engine, id)
    endpoints = _endpoints(daemon, settings)
    mounts = volumes.attach(daemon, settings.mounts, tuple(config.volumes or ()))
    exposed = {*(config.exposed_ports or ()), *(f"{port.container}/{port.protocol}" for port in settings.ports)}
    merged = replace(
        settings,
        name=name,
        user=settings.user or config.user,
        directory=settings.directory or config.working_dir,
        labels=tuple({**(config.labels or {}), **dict(settings.labels)}.items()),
        stop_signal=settings.stop_signal or config.stop_signal or "SIGTERM",
    )
    environment = _environment(config, settings)
    container = Container(
        id, name, daemon.now, image.id, merged, arguments, environment, new_union(daemon, image),
        health=_health(settings, config.healthcheck), exposed=tuple(sorted(exposed)), mounts=mounts,
        endpoints=endpoints,
    )  # fmt: skip
    daemon.engine = replace(daemon.engine, names=daemon.engine.names.set(name, id))
    daemon.put(container)
    daemon.container_event(container, "create")
    yield daemon.step("created", f"container {container.short} ({name}) of image {settings.image}", id)
    return container


def _with_tag(name: str) -> str:
    return name if ":" in name.rpartition("/")[2] or "@" in name else f"{name}:latest"


def _arguments(settings: Settings, config: Config) -> tuple[str, ...]:
    """Entrypoint and command: another entrypoint takes the image's command away."""
    if settings.entrypoint is not None:
        entrypoint, command = settings.entrypoint, settings.command
    else:
        entrypoint, command = config.entrypoint or (), settings.command or config.cmd or ()
    arguments = (*(word for word in entrypoint if word), *command)
    if not arguments:
        raise DaemonError("no command specified", 400, 125)
    return arguments


def _environment(config: Config, settings: Settings) -> tuple[str, ...]:
    values = dict(line.partition("=")[::2] for line in (*(config.env or ()), *settings.environment) if "=" in line)
    return tuple(f"{name}={value}" for name, value in values.items())


def check_name(engine: Engine, name: str) -> None:
    """DaemonError if a name is none (400) or taken (409)."""
    if len(name) < 2 or not NAME.issuperset(name) or not name[0].isalnum():
        raise DaemonError(f"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed", 400, 125)
    if name in engine.names:
        raise DaemonError(
            f'Conflict. The container name "/{name}" is already in use by container "{engine.names[name]}". '
            "You have to remove (or rename) that container to be able to reuse that name.",
            409,
            125,
        )


def _check(daemon: Daemon, settings: Settings) -> None:
    if settings.name:
        check_name(daemon.engine, settings.name.removeprefix("/"))
    if 0 < settings.memory < LEAST_MEMORY or settings.memory < 0:
        raise DaemonError("Minimum memory limit allowed is 6MB", 400, 125)
    processors = daemon.host.kernel.cgroups.machine.cpus
    if settings.cpus < 0 or settings.cpus > processors:
        text = f"range of CPUs is from 0.01 to {processors:.2f}, as there are only {processors} CPUs available"
        raise DaemonError(text, 400, 125)
    if settings.remove and settings.restart.policy != "no":
        raise DaemonError("can't create 'AutoRemove' container with restart policy", 400, 125)
    if settings.restart.most and settings.restart.policy != "on-failure":
        raise DaemonError("invalid restart policy: maximum retry count can only be used with 'on-failure'", 400, 125)
    if settings.ports and settings.network.startswith("container:"):
        raise DaemonError("conflicting options: port publishing and the container type network mode", 400, 125)
    if settings.hostname and settings.network.startswith(("container:", "host")):
        raise DaemonError("conflicting options: hostname and the network mode", 400, 125)


def _endpoints(daemon: Daemon, settings: Settings) -> Map[str, Endpoint]:
    """The container's place in its first network; one that shares another's network has none of its own."""
    kind, _, reference = settings.network.partition(":")
    if kind == "container":
        find_container(daemon.engine, reference)
        return Map()
    try:
        network = find_network(daemon.engine, settings.network)
    except DaemonError as missing:
        raise DaemonError(f"failed to set up container networking: {missing.message}", missing.status, 125) from None
    if settings.aliases and not network.dns:
        raise DaemonError("network-scoped aliases are only supported for user-defined networks", 400, 125)
    if settings.address and not network.dns:
        text = "user specified IP address is supported on user defined networks only"
        raise DaemonError(f"invalid config for network bridge: invalid endpoint settings:\n{text}", 400, 125)
    return Map({network.id: Endpoint(network.id, daemon.new_id(), settings.aliases, settings.address)})


def _health(settings: Settings, document: HealthDocument | None) -> Health | None:
    """The check of the settings, or the image's: its times are in nanoseconds, 0 for the default."""
    if settings.health is not None and settings.health.test:
        return settings.health
    if document is None or not document.test:
        return None
    default = settings.health or Health()

    def seconds(value: int, other: float) -> float:
        return value / SECOND if value else other

    return Health(
        document.test,
        seconds(document.interval, default.interval),
        seconds(document.timeout, default.timeout),
        seconds(document.start_period, default.start_period),
        seconds(document.start_interval, default.start_interval),
        document.retries or default.retries,
    )

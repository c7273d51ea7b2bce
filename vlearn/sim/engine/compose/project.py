"""A Compose project as values: what `docker compose config` would show, defaults filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vlearn.sim.engine.settings import Settings

Condition = Literal["service_started", "service_healthy", "service_completed_successfully"]
CONDITIONS = ("service_started", "service_healthy", "service_completed_successfully")
DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Dependency:
    """What a service waits for before it is started."""

    service: str
    condition: Condition = "service_started"
    required: bool = True


@dataclass(frozen=True, slots=True)
class Build:
    """How the image of a service is built; paths are relative to the project's directory."""

    context: str = "."
    dockerfile: str = "Dockerfile"
    inline: str = ""
    target: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    no_cache: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A service's place in one of the project's networks."""

    network: str
    aliases: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `settings` is what each of its containers is asked to be, but for its name and its network."""

    name: str
    settings: Settings
    build: Build | None = None
    depends_on: tuple[Dependency, ...] = ()
    places: tuple[Place, ...] = ()
    scale: int = 1
    container_name: str = ""
    profiles: tuple[str, ...] = ()
    network_mode: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """A network or a volume of the project; `name` is what the engine calls it, `external` ones are only used."""

    key: str
    name: str
    external: bool = False
    internal: bool = False
    subnet: str = ""
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """Services, networks and volumes that go by one name."""

    name: str
    services: Mapping[str, Service]
    networks: Mapping[str, Shared] = field(default_factory=dict)
    volumes: Mapping[str, Shared] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    directory: str = "."

"""What a client can ask of images, volumes, networks and the whole machine.

The comment behind an action says what `value` its Reply has, where that is not None.
"""

from dataclasses import dataclass, field
from typing import Literal

from vlearn.sim.files.plain import Plain
from vlearn.sim.images.ignore import Ignore

# --- images ---


@dataclass(frozen=True, slots=True)
class Pull:
    """`docker pull`."""  # the full name

    name: str


@dataclass(frozen=True, slots=True)
class Push:
    """`docker push`."""

    name: str


@dataclass(frozen=True, slots=True)
class Tag:
    """`docker tag SOURCE TARGET`."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class RemoveImage:
    """`docker rmi`."""  # what was done: ("Untagged", name) and ("Deleted", digest)

    reference: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class BuildImage:
    """`docker build`: a Dockerfile's text and its context; each RUN is executed in a container."""  # the image's id

    dockerfile: str
    context: Plain = field(default_factory=Plain, repr=False)
    ignore: Ignore = field(default_factory=Ignore)
    tag: str = ""
    target: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    no_cache: bool = False


# --- volumes and networks ---


@dataclass(frozen=True, slots=True)
class CreateVolume:
    """`docker volume create`; nothing happens if there is one of that name."""  # the name

    name: str = ""
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveVolume:
    """`docker volume rm`."""

    name: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class CreateNetwork:
    """`docker network create`: a bridge; subnet and gateway are chosen if not given."""  # the id

    name: str
    driver: str = "bridge"
    subnet: str = ""
    gateway: str = ""
    internal: bool = False
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveNetwork:
    """`docker network rm`."""

    reference: str


@dataclass(frozen=True, slots=True)
class Connect:
    """`docker network connect`."""

    network: str
    container: str
    aliases: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Disconnect:
    """`docker network disconnect`."""

    network: str
    container: str
    force: bool = False


# --- the whole machine ---


@dataclass(frozen=True, slots=True)
class Prune:
    """`docker container|image|network|volume|system|builder prune`; `all` as with -a."""  # names of what is gone

    what: Literal["container", "image", "network", "volume", "builder", "system"]
    all: bool = False


@dataclass(frozen=True, slots=True)
class Advance:
    """Let time pass: programs run, restarts and health checks happen."""

    seconds: float


@dataclass(frozen=True, slots=True)
class RestartDaemon:
    """Stop dockerd, with all containers, and start it again: which ones come back depends on their policy."""

"""What a container is asked to be: the options of `docker run` and `docker create` as values."""

from dataclasses import dataclass
from typing import Literal

MountKind = Literal["volume", "bind", "tmpfs"]
RestartPolicy = Literal["no", "on-failure", "always", "unless-stopped"]


@dataclass(frozen=True, slots=True)
class Mount:
    """What `-v`, `--mount` and `--tmpfs` ask for. A volume without a source is anonymous; a bind's is a host path.

    `options` are those of a tmpfs (size=64k); `create` makes a missing host path, as -v does and --mount does not.
    """

    kind: MountKind
    source: str
    target: str
    read_only: bool = False
    options: str = ""
    create: bool = True
    copy: bool = True


@dataclass(frozen=True, slots=True)
class Port:
    """`-p HOST:CONTAINER`: a port of the host (0: any free one from 32768 on) that leads to one of the container."""

    host: int
    container: int
    protocol: Literal["tcp", "udp"] = "tcp"
    address: str = "0.0.0.0"


@dataclass(frozen=True, slots=True)
class Restart:
    """`--restart`: when the daemon starts a container again; `most` counts for on-failure alone, 0 is for ever."""

    policy: RestartPolicy = "no"
    most: int = 0

    def __str__(self) -> str:
        return f"{self.policy}:{self.most}" if self.most else self.policy


@dataclass(frozen=True, slots=True)
class Health:
    """A health check. `test` begins with CMD, CMD-SHELL or NONE; times are in seconds."""

    test: tuple[str, ...] = ()
    interval: float = 30
    timeout: float = 30
    start_period: float = 0
    start_interval: float = 5
    retries: int = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything about a container that is known before it is made.

    `command` and `entrypoint` replace those of the image; None leaves them. `network` is bridge, none, host,
    container:NAME or a network's name; `memory` is in bytes, `cpus` in processors, 0 is no limit. `pids` is "" or host.
    """

    image: str
    command: tuple[str, ...] = ()
    name: str = ""
    entrypoint: tuple[str, ...] | None = None
    hostname: str = ""
    user: str = ""
    directory: str = ""
    environment: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    mounts: tuple[Mount, ...] = ()
    read_only: bool = False
    network: str = "bridge"
    aliases: tuple[str, ...] = ()
    address: str = ""
    ports: tuple[Port, ...] = ()
    publish_all: bool = False
    hosts: tuple[tuple[str, str], ...] = ()
    restart: Restart = Restart()
    remove: bool = False
    memory: int = 0
    cpus: float = 0
    pids_limit: int = 0
    pids: str = ""
    privileged: bool = False
    capabilities_added: tuple[str, ...] = ()
    capabilities_dropped: tuple[str, ...] = ()
    health: Health | None = None
    stop_signal: str = ""
    stop_timeout: int | None = None

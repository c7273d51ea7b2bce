"""A container as the daemon knows it: what it was asked to be, what became of it, and what it wrote."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Literal

from immutables import Map

from vlearn.sim.containers.shell.streams import Said
from vlearn.sim.engine.settings import Health, MountKind, Port, Settings
from vlearn.sim.files.overlay.overlay import Overlay

Status = Literal["created", "running", "paused", "restarting", "exited", "dead"]
HealthStatus = Literal["", "starting", "healthy", "unhealthy"]


@dataclass(frozen=True, slots=True)
class Probe:
    """One run of the health check: when, its exit code (-1: it took too long), what it printed."""

    started: float
    ended: float
    code: int
    output: str


@dataclass(frozen=True, slots=True)
class Condition:
    """What the health checks found: the verdict, how many failures in a row, and the last five probes."""

    status: HealthStatus = ""
    failing: int = 0
    probes: tuple[Probe, ...] = ()
    next: float = 0


@dataclass(frozen=True, slots=True)
class State:
    """Where a container is in its life. `pid` is its main process as the host counts, 0 without one; times in seconds.

    `again` is when a restarting container starts, `wait` the back-off it will have waited; `stopped` says that a user
    stopped it, so that a policy starts it no more.
    """

    status: Status = "created"
    pid: int = 0
    shim: int = 0
    exit_code: int = 0
    oom_killed: bool = False
    error: str = ""
    started: float | None = None
    finished: float | None = None
    health: Condition = Condition()
    restarts: int = 0
    wait: float = 0
    again: float | None = None
    stopped: bool = False

    @property
    def running(self) -> bool:
        """Whether it has a process, paused or not."""
        return self.pid != 0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A container's place in a network; `interface` is its name inside, `host_interface` that of the veth's other end.

    A container that does not run has no address.
    """

    network: str
    id: str
    aliases: tuple[str, ...] = ()
    wanted: str = ""
    address: IPv4Address | None = None
    mac: str = ""
    interface: str = ""
    host_interface: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """A mount of a container: what, from where on the host, to where in the container. `anonymous` goes with rm -v."""

    kind: MountKind
    name: str
    source: str
    target: str
    read_only: bool = False
    anonymous: bool = False
    options: str = ""
    copy: bool = True


@dataclass(frozen=True, slots=True)
class Container:
    """One container. `image` is the image's id; `arguments` the whole command, entrypoint first.

    `files` is the union: the image's layers under the read-write layer; while it is mounted (`superblock` is not 0) the
    kernel has the newest value. `log` is what its main processes printed. `published` are the ports in use now.
    """

    id: str
    name: str
    created: float
    image: str
    settings: Settings
    arguments: tuple[str, ...]
    environment: tuple[str, ...]
    files: Overlay = field(repr=False)
    health: Health | None = None
    exposed: tuple[str, ...] = ()
    mounts: tuple[Attached, ...] = ()
    endpoints: Map[str, Endpoint] = field(default_factory=Map)
    published: tuple[Port, ...] = ()
    state: State = State()
    superblock: int = 0
    log: tuple[Said, ...] = ()

    @property
    def short(self) -> str:
        """The twelve digits that `docker ps` shows."""
        return self.id[:12]

    @property
    def cgroup(self) -> str:
        """Its control group, from the root of the hierarchy."""
        return f"/system.slice/docker-{self.id}.scope"

"""The engine as one frozen value: what the daemon keeps, and the kernel that it works on."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

from immutables import Map

from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.engine import find
from vlearn.sim.engine.container import Container
from vlearn.sim.images.builder.state import Built
from vlearn.sim.images.oci.documents import Descriptor
from vlearn.sim.images.oci.image import Image, Images
from vlearn.sim.images.registry.state import Exchange, Registry

Driver = Literal["bridge", "host", "null"]


@dataclass(frozen=True, slots=True)
class Network:
    """A network of the engine. A bridge has a subnet, a gateway and a device on the host; `dns` answers for names."""

    id: str
    name: str
    driver: Driver
    created: float = 0
    subnet: IPv4Network | None = None
    gateway: IPv4Address | None = None
    device: str = ""
    internal: bool = False
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def dns(self) -> bool:
        """Whether containers find one another by name in it: in user-defined bridges alone."""
        return self.driver == "bridge" and self.name != "bridge"


@dataclass(frozen=True, slots=True)
class Volume:
    """A directory of the host that outlives containers; `anonymous` ones have 64 digits for a name."""

    name: str
    created: float = 0
    anonymous: bool = False
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """Where its files are on the host."""
        return f"/var/lib/docker/volumes/{self.name}/_data"


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of `docker events`: when, to what (container, image, network, volume), what, and its attributes."""

    time: float
    kind: Literal["container", "image", "network", "volume", "builder", "daemon"]
    action: str
    id: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Engine:
    """A machine with its daemon. Ids are digests of `seed` and `made`, which counts what was made.

    `exchange` has the images and the registries that can be reached, `cache` is the builder's. `containers`, `networks`
    and `volumes` are by id, id and name; `names` leads from a container's name to its id. `unnamed` are the images that
    have an id and no name any more, or never had one.
    """

    kernel: Kernel = field(repr=False)
    exchange: Exchange = field(default_factory=Exchange, repr=False)
    unnamed: Map[str, Descriptor] = field(default_factory=Map)
    cache: Map[str, Built] = field(default_factory=Map, repr=False)
    containers: Map[str, Container] = field(default_factory=Map)
    networks: Map[str, Network] = field(default_factory=Map)
    volumes: Map[str, Volume] = field(default_factory=Map)
    names: Map[str, str] = field(default_factory=Map)
    happened: tuple[Happened, ...] = field(default=(), repr=False)
    seed: int = 0
    made: int = 0
    daemon: int = 0

    @property
    def images(self) -> Images:
        """The images of this machine."""
        return self.exchange.images

    @property
    def registries(self) -> Map[str, Registry]:
        """The registries that the machine can reach, by host."""
        return self.exchange.registries

    def container(self, reference: str) -> Container:
        """A container by name, id or the beginning of its id. Raises DaemonError."""
        return find.find_container(self, reference)

    def image(self, reference: str) -> Image:
        """An image by name or id. Raises DaemonError."""
        return find.find_image(self, reference)

    def network(self, reference: str) -> Network:
        """A network by name or id. Raises DaemonError."""
        return find.find_network(self, reference)

    def volume(self, name: str) -> Volume:
        """A volume by name. Raises DaemonError."""
        return find.find_volume(self, name)

    @property
    def now(self) -> float:
        """Seconds since the machine started."""
        return self.kernel.now

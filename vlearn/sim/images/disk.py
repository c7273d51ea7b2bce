"""The disk of a container engine: images share layers, containers share images, and what is shared goes last.

A layer is known by its chain: its own contents and all below it, as in Docker's layer store (the ChainID of the OCI
image specification). So equal contents on different bases are stored twice here, though a registry keeps them once.
Two drivers are compared: one that merges layers stores each once, one that makes full copies (Docker's `vfs`) stores
for each layer and each container the whole tree so far. Left out: names, metadata, logs, volumes, and that a layer may
delete what is below it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from immutables import Map

from vlearn.trace import Event, Step

Chain: TypeAlias = tuple[tuple[str, int], ...]
"""Layers, the lowest first: what each one contains, by name, and its size."""
Driver: TypeAlias = Literal["union", "full copies"]


@dataclass(frozen=True, slots=True)
class Container:
    """A container, running or stopped: its image, and what its writable layer holds."""

    image: str
    written: int = 0


NO_IMAGES: Map[str, Chain] = Map()
NO_CONTAINERS: Map[str, Container] = Map()


@dataclass(frozen=True, slots=True)
class Disk:
    """Images and containers by name. All sizes are in one unit, whichever the caller likes."""

    images: Map[str, Chain] = NO_IMAGES
    containers: Map[str, Container] = NO_CONTAINERS

    @property
    def chains(self) -> frozenset[Chain]:
        """Every layer that some image needs, as the chain up to it."""
        return frozenset(chain[:n] for chain in self.images.values() for n in range(1, len(chain) + 1))

    def used(self, driver: Driver = "union") -> int:
        """What all of it takes on the disk."""
        written = sum(container.written for container in self.containers.values())
        if driver == "union":
            return sum(chain[-1][1] for chain in self.chains) + written
        trees = sum(size(chain) for chain in self.chains)
        return trees + sum(size(self.images[one.image]) for one in self.containers.values()) + written


@dataclass(frozen=True, slots=True)
class AddImage:
    """An image is pulled or built."""

    name: str
    layers: Chain


@dataclass(frozen=True, slots=True)
class Start:
    """A container is started from an image."""

    name: str
    image: str


@dataclass(frozen=True, slots=True)
class Write:
    """A container's writable layer grows: by new files, or by copies of whole files that it changes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class RemoveContainer:
    """`docker rm` of a container that has ended."""

    name: str


@dataclass(frozen=True, slots=True)
class RemoveImage:
    """`docker rmi`."""

    name: str


Action: TypeAlias = AddImage | Start | Write | RemoveContainer | RemoveImage


def size(chain: Chain) -> int:
    """What the layers have together."""
    return sum(each for _, each in chain)


def keep(disk: Disk, action: Action) -> Iterator[Step[Disk]]:
    """One action, in one step. An image that a container uses, stopped or not, is not removed: a conflict."""
    before = disk.used()
    kind, text = "done", ""
    match action:
        case AddImage(name, layers):
            new = sum((*layers[:n],) not in disk.chains for n in range(1, len(layers) + 1))
            disk = replace(disk, images=disk.images.set(name, layers))
            kind, text = "image", f"image {name} of {len(layers)} layers, {new} of them new"
        case Start(name, image):
            disk = replace(disk, containers=disk.containers.set(name, Container(image)))
            kind, text = "start", f"container {name} starts from {image} with an empty writable layer"
        case Write(name, more):
            container = disk.containers[name]
            grown = replace(container, written=container.written + more)
            disk = replace(disk, containers=disk.containers.set(name, grown))
            kind, text = "write", f"container {name} writes {more}"
        case RemoveContainer(name):
            disk = replace(disk, containers=disk.containers.delete(name))
            kind, text = "remove-container", f"container {name} is removed, its writable layer with it"
        case RemoveImage(name):
            users = sorted(each for each, container in disk.containers.items() if container.image == name)
            if users:
                kind, text = "conflict", f"image {name} is not removed: container {users[0]} is using it"
            else:
                gone = disk.chains
                disk = replace(disk, images=disk.images.delete(name))
                count = len(gone - disk.chains)
                kind, text = "remove-image", f"image {name} is removed, and {count} layers that no other image has"
    told = f"{text}; the disk holds {disk.used()} ({disk.used() - before:+d})"
    yield Step(Event(kind, told, (action.name,)), disk)

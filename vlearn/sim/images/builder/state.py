"""What a build is asked, what it works on, and what it leaves: values all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from immutables import Map

from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.files.plain import Plain
from vlearn.sim.images.dockerfile.instruction import Dockerfile
from vlearn.sim.images.ignore import Ignore
from vlearn.sim.images.oci.documents import EPOCH, Config, Configuration, Descriptor, Platform, write_document
from vlearn.sim.images.oci.image import AMD64, Images
from vlearn.sim.images.oci.write_tar import digest

Run: TypeAlias = Callable[[tuple[str, ...], Filesystem, Mapping[str, str], str], tuple[Filesystem, str, int]]
"""What executes a RUN: the words of the command, the files, the environment, the working directory; it returns the
files afterwards, the output and the exit code. A command that cannot be found returns 127, as a shell does."""


@dataclass(frozen=True, slots=True)
class Build:
    """`docker build`: `arguments` are those of --build-arg, `target` the stage to stop at (empty: the last).

    `created` is the moment that the image's documents name; the same moment gives the same image.
    """

    dockerfile: Dockerfile
    context: Plain = field(default_factory=Plain)
    ignore: Ignore = field(default_factory=Ignore)
    tag: str = ""
    target: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    no_cache: bool = False
    platform: Platform = AMD64
    created: str = EPOCH


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of an image under construction."""

    descriptor: Descriptor
    diff_id: str
    made_by: str


@dataclass(frozen=True, slots=True)
class Built:
    """An image after some instruction: its configuration and its layers, the lowest first.

    `key` is what the cache knows it by: a digest of everything that led to it, unlike `id`, which is one of the result.
    """

    configuration: Configuration
    layers: tuple[Layer, ...] = ()
    key: str = ""

    @property
    def config(self) -> Config:
        """How its containers run."""
        return self.configuration.run

    @property
    def id(self) -> str:
        """The digest of its configuration, which Docker calls the image's id."""
        return digest(write_document(self.configuration))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one instruction; `layer` is empty if it changes settings alone."""

    stage: int
    line: int
    text: str
    cached: bool
    layer: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Builder:
    """A builder between two steps: its images, its cache, the stages that are done, and the output of this build."""

    images: Images = field(default_factory=Images)
    cache: Map[str, Built] = field(default_factory=Map)
    stages: tuple[Built, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    output: tuple[str, ...] = ()
    image: Descriptor | None = None
    error: str = ""

"""The JSON documents of an image: index, manifest, configuration. OCI image specification 1.1; Docker's are read too.

Fields that the course has no use for are not kept when an image is read; the blob itself always is, byte by byte.
"""

from typing import Any, TypeVar

from msgspec import DecodeError, Struct, ValidationError, field
from msgspec.json import decode, encode

from vlearn.sim.images.errors import ImageError

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
LAYER_GZIP = f"{LAYER}+gzip"
INDEXES = (INDEX, "application/vnd.docker.distribution.manifest.list.v2+json")
MANIFESTS = (MANIFEST, "application/vnd.docker.distribution.manifest.v2+json")
CONFIGS = (CONFIG, "application/vnd.docker.container.image.v1+json")
LAYERS = {
    LAYER: False,
    LAYER_GZIP: True,
    "application/vnd.docker.image.rootfs.diff.tar": False,
    "application/vnd.docker.image.rootfs.diff.tar.gzip": True,
}
"""Media types of layers, and whether they are gzips."""
NAME = "org.opencontainers.image.ref.name"
FULL_NAME = "io.containerd.image.name"
EPOCH = "1970-01-01T00:00:00Z"
"""When everything was made, unless somebody says otherwise: a build has no clock."""


class Platform(Struct, frozen=True, rename="camel", omit_defaults=True):
    """What machine an image is for."""

    architecture: str
    os: str
    variant: str | None = None

    def __str__(self) -> str:
        return "/".join(filter(None, (self.os, self.architecture, self.variant)))


class Descriptor(Struct, frozen=True, rename="camel", omit_defaults=True):
    """What points to a blob: what it is, how it is called, how many bytes it has."""

    media_type: str
    digest: str
    size: int
    annotations: dict[str, str] | None = None
    platform: Platform | None = None


class Index(Struct, frozen=True, rename="camel"):
    """Manifests side by side: the images of a layout, or one image for several platforms."""

    schema_version: int
    manifests: tuple[Descriptor, ...]
    media_type: str = INDEX


class Manifest(Struct, frozen=True, rename="camel"):
    """What an image consists of: its configuration and its layers, the lowest first."""

    schema_version: int
    config: Descriptor
    layers: tuple[Descriptor, ...]
    media_type: str = MANIFEST


class Health(Struct, frozen=True, rename="pascal", omit_defaults=True):
    """How to find out whether a container is healthy; times in nanoseconds."""

    test: tuple[str, ...] | None = None
    interval: int = 0
    timeout: int = 0
    start_period: int = 0
    start_interval: int = 0
    retries: int = 0


class Config(Struct, frozen=True, rename="pascal", omit_defaults=True):
    """How a container of the image is run."""

    user: str = ""
    exposed_ports: dict[str, dict[str, Any]] | None = None
    env: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    cmd: tuple[str, ...] | None = None
    healthcheck: Health | None = None
    volumes: dict[str, dict[str, Any]] | None = None
    working_dir: str = ""
    labels: dict[str, str] | None = None
    stop_signal: str | None = None
    shell: tuple[str, ...] | None = None
    on_build: tuple[str, ...] | None = None


class History(Struct, frozen=True, omit_defaults=True):
    """One instruction that the image was made with; `empty_layer` if it changed no file."""

    created: str | None = None
    created_by: str = ""
    author: str = ""
    comment: str = ""
    empty_layer: bool = False


class RootFS(Struct, frozen=True):
    """The layers by the digests of their tars, the lowest first."""

    type: str
    diff_ids: tuple[str, ...]


class Configuration(Struct, frozen=True, omit_defaults=True):
    """An image's configuration file; the digest of its bytes is the image's id."""

    architecture: str
    os: str
    created: str | None = None
    author: str = ""
    variant: str | None = None
    config: Config | None = None
    rootfs: RootFS = field(default_factory=lambda: RootFS("layers", ()))
    history: tuple[History, ...] | None = None

    @property
    def run(self) -> Config:
        """The part about running it; the defaults if it has none."""
        return self.config or Config()


D = TypeVar("D")


def read_document(blob: bytes, kind: type[D], what: str) -> D:
    """Decode one of the documents. Raises ImageError naming `what` and the field that is wrong."""
    try:
        return decode(blob, type=kind)
    except (ValidationError, DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ImageError(f"{what} is malformed: {error}") from None


def write_document(document: Struct) -> bytes:
    """The bytes of a document, the same on every machine."""
    return encode(document)

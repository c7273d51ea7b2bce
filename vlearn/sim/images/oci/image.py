"""Images as content: a set of blobs, and names that point into it. Equal content has one digest and is kept once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from immutables import Map

from vlearn.sim.images.errors import ImageError
from vlearn.sim.images.oci.documents import (
    CONFIG,
    CONFIGS,
    INDEXES,
    LAYERS,
    MANIFEST,
    MANIFESTS,
    Configuration,
    Descriptor,
    Index,
    Manifest,
    Platform,
    read_document,
    write_document,
)
from vlearn.sim.images.oci.entry import Entry
from vlearn.sim.images.oci.read_tar import entries_of_tar, uncompressed
from vlearn.sim.images.oci.write_tar import digest

AMD64 = Platform("amd64", "linux")
NO_BLOBS: Map[str, bytes] = Map()
NO_NAMES: Map[str, Descriptor] = Map()


@dataclass(frozen=True, slots=True)
class Image:
    """One image for one platform: `descriptor` points to its manifest."""

    descriptor: Descriptor
    manifest: Manifest
    configuration: Configuration

    @property
    def id(self) -> str:
        """The digest of the configuration, which Docker shows as the image's id."""
        return self.manifest.config.digest

    @property
    def size(self) -> int:
        """Bytes of the compressed layers."""
        return sum(layer.size for layer in self.manifest.layers)

    @property
    def made_by(self) -> tuple[str, ...]:
        """For each layer, the instruction that made it; empty for the lowest ones where the history knows of fewer."""
        made = tuple(line.created_by for line in self.configuration.history or () if not line.empty_layer)
        count = len(self.manifest.layers)
        return (*[""] * (count - len(made)), *made[-count:]) if count else ()


@dataclass(frozen=True, slots=True)
class Images:
    """Blobs by digest, and the manifests or indexes that names such as `docker.io/library/nginx:latest` stand for."""

    blobs: Map[str, bytes] = NO_BLOBS
    names: Map[str, Descriptor] = NO_NAMES

    def add(self, blobs: Iterable[bytes]) -> "Images":
        """With these blobs too."""
        return replace(self, blobs=self.blobs.update({digest(blob): blob for blob in blobs}))

    def tag(self, name: str, descriptor: Descriptor) -> "Images":
        """With this name; whatever it stood for before stays under its digest."""
        return replace(self, names=self.names.set(name, descriptor))

    def blob(self, descriptor: Descriptor) -> bytes:
        """The bytes behind a descriptor. Raises ImageError if they are missing or not what it says."""
        found = self.blobs.get(descriptor.digest)
        if found is None:
            raise ImageError(f"blob {descriptor.digest} not found")
        return checked(found, descriptor)

    def descriptor(self, name: str) -> Descriptor:
        """What a name stands for. Raises ImageError in the daemon's words."""
        found = self.names.get(name)
        if found is None:
            raise ImageError(f"No such image: {name.removeprefix('docker.io/library/')}")
        return found

    def image(self, name: str, platform: Platform = AMD64) -> Image:
        """The image behind a name; of an index, the one for the platform."""
        return self.of(self.descriptor(name), platform)

    def of(self, descriptor: Descriptor, platform: Platform = AMD64) -> Image:
        """The image behind a descriptor of a manifest or an index. Raises ImageError for unknown media types."""
        for _ in range(2):
            if descriptor.media_type not in INDEXES:
                break
            descriptor = chosen(read_document(self.blob(descriptor), Index, "the image index"), platform)
        if descriptor.media_type not in MANIFESTS:
            known = ", ".join((*MANIFESTS, *INDEXES))
            raise ImageError(f"unsupported media type {descriptor.media_type!r} of a manifest; known are {known}")
        manifest = read_document(self.blob(descriptor), Manifest, "the image manifest")
        return Image(descriptor, manifest, self._configuration(manifest))

    def _configuration(self, manifest: Manifest) -> Configuration:
        if manifest.config.media_type not in CONFIGS:
            raise ImageError(f"unsupported media type {manifest.config.media_type!r} of a configuration")
        configuration = read_document(self.blob(manifest.config), Configuration, "the image configuration")
        layers, ids = len(manifest.layers), len(configuration.rootfs.diff_ids)
        if layers != ids:
            raise ImageError(f"the manifest has {layers} layers and the configuration {ids} diff_ids")
        return configuration

    def layer(self, image: Image, number: int) -> tuple[Entry, ...]:
        """The entries of a layer, 0 being the lowest. Raises ImageError if it is not the one of the configuration."""
        return self.entries(image.manifest.layers[number], image.configuration.rootfs.diff_ids[number])

    def entries(self, descriptor: Descriptor, diff_id: str) -> tuple[Entry, ...]:
        """The entries of the layer behind a descriptor; its tar must have this digest."""
        if descriptor.media_type not in LAYERS:
            raise ImageError(
                f"unsupported media type {descriptor.media_type!r} of a layer; known are {', '.join(LAYERS)}"
            )
        made, entries = _unpacked(self.blob(descriptor), LAYERS[descriptor.media_type])
        if made != diff_id:
            raise ImageError(
                f"the layer {descriptor.digest} unpacks to {made}; the configuration has diff_id {diff_id}"
            )
        return entries

    def layers(self, image: Image) -> tuple[tuple[Entry, ...], ...]:
        """The entries of every layer, the lowest first."""
        return tuple(self.layer(image, number) for number in range(len(image.manifest.layers)))

    def with_image(
        self, name: str, configuration: Configuration, layers: Iterable[tuple[Descriptor, bytes]], settings: bytes = b""
    ) -> "tuple[Images, Descriptor]":
        """With an image of these layers, the lowest first; without a name it has its digest alone.

        `settings` are the bytes of the configuration where it was read from somewhere, for its digest is the id.
        """
        made = tuple(layers)
        settings = settings or write_document(configuration)
        config = Descriptor(CONFIG, digest(settings), len(settings))
        manifest = write_document(Manifest(2, config, tuple(descriptor for descriptor, _ in made)))
        descriptor = Descriptor(MANIFEST, digest(manifest), len(manifest))
        images = self.add((settings, manifest, *(blob for _, blob in made)))
        return (images.tag(name, descriptor) if name else images), descriptor


def checked(blob: bytes, descriptor: Descriptor) -> bytes:
    """The blob, if it has the size and the digest that its descriptor says; else ImageError in containerd's words."""
    if len(blob) != descriptor.size:
        raise ImageError(f"unexpected size {len(blob)} of {descriptor.digest}, expected {descriptor.size}")
    if (made := _digest(blob)) != descriptor.digest:
        raise ImageError(f"unexpected digest {made}, expected {descriptor.digest}")
    return blob


def chosen(index: Index, platform: Platform) -> Descriptor:
    """The manifest of an index for a platform, in its order. Raises ImageError naming those that there are."""
    for descriptor in index.manifests:
        has = descriptor.platform
        same = has and (has.os, has.architecture) == (platform.os, platform.architecture)
        if same and has and platform.variant in (None, has.variant):
            return descriptor
    there = ", ".join(str(descriptor.platform) for descriptor in index.manifests if descriptor.platform)
    raise ImageError(f"no match for platform in manifest: {platform} is none of {there or 'no platform at all'}")


@lru_cache(512)
def _digest(blob: bytes) -> str:
    return digest(blob)


@lru_cache(256)
def _unpacked(blob: bytes, gzip: bool) -> tuple[str, tuple[Entry, ...]]:
    tar = uncompressed(blob) if gzip else blob
    return digest(tar), entries_of_tar(tar)

"""What `docker save` writes: one tar with a `manifest.json`, configurations, and layers as plain tars or gzips."""

from pathlib import Path
from posixpath import dirname, join, normpath

from msgspec import Struct

from vlearn.sim.images.errors import ImageError, InvalidReference
from vlearn.sim.images.oci.documents import LAYER, LAYER_GZIP, Configuration, Descriptor, read_document
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.oci.layout import check
from vlearn.sim.images.oci.read_tar import entries_and_contents
from vlearn.sim.images.oci.write_tar import digest
from vlearn.sim.images.reference import reference

LINKS = 8
"""How many links lead to a layer at most: old versions of Docker wrote a layer once and linked to it."""


class Saved(Struct, frozen=True, rename="pascal"):
    """One image in `manifest.json`."""

    config: str
    layers: tuple[str, ...]
    repo_tags: tuple[str, ...] | None = None


def load_archive(path: Path) -> Images:
    """Read a file that `docker save` made. Raises ImageError for whatever is missing, damaged or dangerous in it."""
    try:
        files = entries_and_contents(path.read_bytes())
    except OSError as error:
        raise ImageError(f"{path} cannot be read: {error.strerror}") from None

    def content(name: str) -> bytes:
        for _ in range(LINKS):
            found = files.get(normpath(name))
            if isinstance(found, bytes):
                return found
            if found is None:
                break
            name = join(dirname(name), found)
        raise ImageError(f"{path} is no archive of docker save: it has no file {name}")

    images = Images()
    for saved in read_document(content("manifest.json"), tuple[Saved, ...], "manifest.json"):
        configuration = content(saved.config)
        layers = [_layer(content(name)) for name in saved.layers]
        images, descriptor = images.with_image(
            "", read_document(configuration, Configuration, saved.config), layers, configuration
        )
        check(images, descriptor)
        for tag in saved.repo_tags or ():
            try:
                images = images.tag(str(reference(tag)), descriptor)
            except InvalidReference as error:
                raise ImageError(f"manifest.json: {error}") from None
    return images


def _layer(blob: bytes) -> tuple[Descriptor, bytes]:
    kind = LAYER_GZIP if blob.startswith(b"\x1f\x8b") else LAYER
    return Descriptor(kind, digest(blob), len(blob)), blob

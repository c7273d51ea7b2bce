"""Images whose layers have a name and a size and nothing in them: for what only moves, as in a push or a pull.

One byte stands for whatever unit the caller likes. Such layers cannot be unpacked.
"""

from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.images.oci.documents import LAYER_GZIP, Configuration, Descriptor, RootFS
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.oci.write_tar import digest
from vlearn.sim.images.reference import reference

Layers: TypeAlias = tuple[tuple[str, int], ...]
"""What each layer contains, by name, and its size; the lowest first."""


def with_sized(images: Images, name: str, layers: Layers) -> Images:
    """With an image of such layers. Raises ModelError if a size is too small to tell its layer from another."""
    blobs = [_blob(text, size) for text, size in layers]
    made = Configuration("amd64", "linux", author=name, rootfs=RootFS("layers", tuple(map(digest, blobs))))
    described = ((Descriptor(LAYER_GZIP, digest(blob), len(blob)), blob) for blob in blobs)
    return images.with_image(str(reference(name)), made, described)[0]


def _blob(text: str, size: int) -> bytes:
    """So many bytes, which begin with a digest of the name, or as much of it as there is room for."""
    if size < 4:
        raise ModelError(f"the layer {text!r} of size {size} is too small: 4 at least")
    return digest(text.encode()).removeprefix("sha256:").encode().ljust(size, b".")[:size]

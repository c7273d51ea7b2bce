"""Images as an OCI image layout on disk, as `skopeo copy oci:FOLDER:TAG` and `umoci` read and write it.

`oci-layout`, `index.json`, and each blob under `blobs/sha256/` by its digest. What is loaded is checked whole, sizes,
digests, media types and every layer's entries, before anything is believed of it.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from msgspec import Struct, structs

from vlearn.sim.images.errors import ImageError
from vlearn.sim.images.oci.documents import (
    FULL_NAME,
    INDEXES,
    MANIFESTS,
    NAME,
    Descriptor,
    Index,
    Manifest,
    read_document,
    write_document,
)
from vlearn.sim.images.oci.image import Images, checked
from vlearn.sim.images.reference import DIGEST, reference

VERSION = "1.0.0"


class Marker(Struct, frozen=True, rename="camel"):
    """The file `oci-layout`."""

    image_layout_version: str = VERSION


def save(images: Images, folder: Path) -> None:
    """Write every named image. Blobs first and the index last, each by renaming: a reader never sees half a layout.

    The index names an image by its tag, as skopeo asks for it, or by its name where two have the same tag; and in
    full, as containerd does. Raises OSError.
    """
    named, blobs = [], dict[str, bytes]()
    tags = [reference(name).tag for name in images.names]
    for name, descriptor in sorted(images.names.items()):
        blobs |= {part.digest: images.blob(part) for part in _parts(images, descriptor)}
        tag = reference(name).tag
        known = tag if tags.count(tag) == 1 and tag else reference(name).familiar
        named.append(structs.replace(descriptor, annotations={NAME: known, FULL_NAME: name}))
    (folder / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)
    for digest, blob in blobs.items():
        target = folder / "blobs" / digest.replace(":", "/")
        if not target.is_file() or target.stat().st_size != len(blob):
            _write(target, blob)
    _write(folder / "oci-layout", write_document(Marker()))
    _write(folder / "index.json", write_document(Index(2, tuple(named))))


def load(folder: Path, name: str = "") -> Images:
    """Read a layout that anybody made. Raises ImageError for whatever is missing, damaged or dangerous in it.

    An entry without a full name is called `name:TAG`; `name` defaults to the folder's.
    """
    marker = read_document(_read(folder, "oci-layout"), Marker, "oci-layout")
    if marker.image_layout_version != VERSION:
        raise ImageError(f"oci-layout has version {marker.image_layout_version!r}; this reads {VERSION}")
    images = Images()
    for descriptor in read_document(_read(folder, "index.json"), Index, "index.json").manifests:
        for blob in _from_disk(folder, descriptor):
            images = images.add((blob,))
        bare = structs.replace(descriptor, annotations=None)
        images = images.tag(_name(descriptor, name or folder.resolve().name), bare)
        check(images, bare)
    return images


def check(images: Images, descriptor: Descriptor) -> None:
    """Read every image behind a descriptor down to its layers' entries. Raises ImageError for the first fault."""
    if descriptor.media_type in INDEXES:
        for inner in read_document(images.blob(descriptor), Index, "the image index").manifests:
            image = images.of(inner)
            images.layers(image)
    else:
        images.layers(images.of(descriptor))


def _parts(images: Images, descriptor: Descriptor) -> Iterator[Descriptor]:
    """A descriptor and all that it leads to."""
    yield descriptor
    for inner in leads_to(images.blob(descriptor), descriptor):
        if inner.media_type in MANIFESTS:
            yield from _parts(images, inner)
        else:
            yield inner


def leads_to(blob: bytes, descriptor: Descriptor) -> tuple[Descriptor, ...]:
    """What an index or a manifest names: its manifests, or its configuration and layers."""
    if descriptor.media_type in INDEXES:
        inner = read_document(blob, Index, "the image index").manifests
        for one in inner:
            if one.media_type not in MANIFESTS:
                raise ImageError(f"unsupported media type {one.media_type!r} within an image index")
        return inner
    if descriptor.media_type in MANIFESTS:
        manifest = read_document(blob, Manifest, "the image manifest")
        return (manifest.config, *manifest.layers)
    known = ", ".join((*MANIFESTS, *INDEXES))
    raise ImageError(f"unsupported media type {descriptor.media_type!r} of a manifest; known are {known}")


def _from_disk(folder: Path, descriptor: Descriptor) -> Iterator[bytes]:
    blob = _blob(folder, descriptor)
    yield blob
    for inner in leads_to(blob, descriptor):
        if inner.media_type in MANIFESTS:
            yield from _from_disk(folder, inner)
        else:
            yield _blob(folder, inner)


def _blob(folder: Path, descriptor: Descriptor) -> bytes:
    if not DIGEST.fullmatch(descriptor.digest):  # it becomes a path
        raise ImageError(f"{descriptor.digest!r} is no digest of the form sha256: and 64 hexadecimal digits")
    return checked(_read(folder, f"blobs/{descriptor.digest.replace(':', '/')}", descriptor.size), descriptor)


def _read(folder: Path, name: str, size: int | None = None) -> bytes:
    path = folder / name
    try:
        if not path.is_file():
            raise ImageError(f"{folder} is no OCI layout: it has no file {name}")
        has = path.stat().st_size
        if size is not None and has != size:
            raise ImageError(f"unexpected size {has} of {name}, expected {size}")
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"{path} cannot be read: {error.strerror}") from None


def _name(descriptor: Descriptor, folder: str) -> str:
    annotations = descriptor.annotations or {}
    given = annotations.get(FULL_NAME) or annotations.get(NAME) or "latest"
    try:
        return str(
            reference(given if FULL_NAME in annotations or "/" in given or ":" in given else f"{folder}:{given}")
        )
    except ImageError:
        raise
    except ValueError:
        raise ImageError(f"the layout names an image {given!r}, which is no name of an image") from None


def _write(path: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.replace(file.name, path)  # noqa: PTH105 - the temporary file has its name as text
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise

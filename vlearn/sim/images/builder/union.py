"""From layers to the files that a step of a build or a container sees, and from what it changed to the next layer."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from vlearn.sim.files.entries import entries_of, filesystem_of
from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.files.overlay.marks import PREFIX
from vlearn.sim.files.overlay.overlay import Overlay, mount
from vlearn.sim.files.plain import Plain
from vlearn.sim.images.errors import ImageError
from vlearn.sim.images.oci.entry import Entry
from vlearn.sim.images.oci.image import Image, Images


@lru_cache(512)
def layer_files(entries: tuple[Entry, ...]) -> Plain:
    """One layer as a filesystem, deletions marked as overlayfs marks them."""
    names = {entry.path for entry in entries}
    try:
        return filesystem_of(
            _as_case(entry)
            for entry in sorted(entries, key=lambda entry: (entry.kind == "hardlink", entry.path.split("/")))
            if entry.kind != "hardlink" or entry.target in names
        )
    except Failure as failure:
        raise ImageError(f"a layer cannot be unpacked: {failure.text}") from None
    except ValueError as error:
        raise ImageError(f"a layer cannot be unpacked: {error}") from None


def _as_case(entry: Entry) -> dict[str, Any]:
    case: dict[str, Any] = {"path": entry.path, "type": entry.kind}
    if entry.kind == "whiteout":
        return case
    if entry.kind == "hardlink":
        return case | {"target": entry.target}
    case |= {"mode": entry.mode, "uid": entry.uid, "gid": entry.gid, "mtime": entry.mtime, "xattrs": dict(entry.xattrs)}
    case |= {"content": entry.content} if entry.kind == "file" else {}
    case |= {"target": entry.target} if entry.kind == "symlink" else {}
    return case | ({"opaque": True} if entry.opaque else {})


def union(layers: Sequence[tuple[Entry, ...]]) -> Overlay:
    """The layers, the lowest first, merged under an empty upper layer."""
    below: list[Plain] = []
    for entries in layers:
        below.insert(0, layer_files(_with_copies(entries, below)))
    return mount(tuple(below) or (Plain(),), Plain())


def _with_copies(entries: tuple[Entry, ...], below: list[Plain]) -> tuple[Entry, ...]:
    """A hard link to a file of a lower layer becomes a copy of it: overlayfs has no links across layers."""
    names = {entry.path for entry in entries}
    if all(entry.kind != "hardlink" or entry.target in names for entry in entries):
        return entries
    seen = mount(tuple(below) or (Plain(),), Plain())
    made = []
    for entry in entries:
        if entry.kind == "hardlink" and entry.target not in names:
            path = tuple(entry.target.split("/"))
            if seen.kind(path) != "file":
                raise ImageError(f"invalid hardlink {entry.path!r} -> {entry.target!r}: there is no such file below")
            status = seen.stat(path)
            entry = Entry(entry.path, "file", seen.read(path), "", status.mode, status.uid, status.gid, status.mtime)
        made.append(entry)
    return tuple(made)


def image_files(images: Images, image: Image) -> Overlay:
    """What a container of the image sees before it has written anything."""
    return union(images.layers(image))


def changes(files: Filesystem) -> tuple[Entry, ...]:
    """The upper layer of a union as the entries of an image layer. Raises ImageError for devices, fifos and sockets."""
    if not isinstance(files, Overlay):
        raise ImageError("a command must return the union that it was given, changed")
    return tuple(_as_entry(case) for case in entries_of(files.upper or Plain()))


def _as_entry(case: dict[str, Any]) -> Entry:
    if case["type"] in ("char", "block", "fifo", "socket"):
        raise ImageError(f"{case['path']!r} is a {case['type']}; a layer may hold files, directories and links")
    return Entry(
        case["path"],
        case["type"],
        case.get("content", b""),
        case.get("target", ""),
        case.get("mode", 0o644 if case["type"] == "hardlink" else 0),
        case.get("uid", 0),
        case.get("gid", 0),
        case.get("mtime", 0),
        case.get("opaque", False),
        tuple((name, value) for name, value in case.get("xattrs", {}).items() if not name.startswith(PREFIX)),
    )


def entries_from(cases: Iterable[dict[str, Any]]) -> tuple[Entry, ...]:
    """The same of entries in the form of the overlay's case files, such as those of a base image written by hand."""
    return tuple(_as_entry(case) for case in entries_of(filesystem_of(cases)))

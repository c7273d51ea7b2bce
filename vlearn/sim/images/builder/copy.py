"""COPY and ADD: which files a source names, where they go, and the checksum that the cache compares.

A directory's content is copied, not the directory; a destination that ends with a slash or is a directory takes files
by their names. The checksum covers names, kinds, modes, owners and contents, and no times: `touch` invalidates nothing.
ADD unpacks a local tar; URLs and Git repositories are refused, for the model has no network.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from posixpath import normpath

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Filesystem, Path
from vlearn.sim.files.walk import resolve
from vlearn.sim.images.errors import DockerfileError, IgnoreError, ImageError
from vlearn.sim.images.glob import matches
from vlearn.sim.images.oci.entry import Entry
from vlearn.sim.images.oci.read_tar import entries_of_tar, uncompressed

GZIP, USTAR = b"\x1f\x8b", b"ustar"
REMOTE = ("http://", "https://", "git@", "ftp://")


@dataclass(frozen=True, slots=True)
class Copied:
    """One file of a source and its name below the destination; `whole` if the source was this very file."""

    entry: Entry
    name: Path
    whole: bool


def sources(files: Filesystem, patterns: tuple[str, ...], *, add: bool = False) -> tuple[Copied, ...]:
    """Everything that the sources of a COPY name, in order. Raises DockerfileError if one names nothing."""
    found: list[Copied] = []
    for pattern in patterns:
        if pattern.startswith(REMOTE):
            raise DockerfileError(f"ADD {pattern}: this builder has no network; fetch the file into the context first")
        cleaned = normpath("/" + pattern).lstrip("/")
        for path in _matching(files, cleaned) if any(mark in cleaned for mark in "*?[") else (_one(files, cleaned),):
            found += _copied(files, path, add=add)
    return tuple(found)


def _one(files: Filesystem, name: str) -> Path:
    try:
        path = resolve(files, "/" + name)
    except Failure:
        path = None
    if path is None or files.kind(path) is None:
        raise DockerfileError(f'failed to compute cache key: failed to calculate checksum of ref: "/{name}": not found')
    return path


def _matching(files: Filesystem, pattern: str) -> list[Path]:
    """The paths that a pattern with `*`, `?` or `[...]` names, level by level; none is no error in BuildKit."""
    level: list[Path] = [()]
    for part in pattern.split("/"):
        folders = [path for path in level if files.kind(path) == "dir"]
        try:
            level = [(*path, name) for path in folders for name in files.entries(path) if matches(part, name)]
        except IgnoreError as error:
            raise DockerfileError(f"{error}: {pattern}") from None
    return level


def _copied(files: Filesystem, path: Path, *, add: bool) -> list[Copied]:
    if files.kind(path) == "dir":
        below = [Copied(_entry(files, (*path, *rest)), rest, False) for rest in _tree(files, path) if rest]
        return [Copied(_entry(files, path), (), False), *below]
    whole = _entry(files, path)
    unpacked = _unpacked(whole.content) if add else None
    if unpacked is not None:
        return [Copied(Entry("", "dir", mode=0o755), (), False)] + [
            Copied(entry, tuple(entry.path.split("/")), False) for entry in unpacked if entry.path
        ]
    return [Copied(whole, path[-1:], True)]


def _tree(files: Filesystem, path: Path) -> list[Path]:
    found: list[Path] = [()]
    for rest in found:  # it grows while it is read
        if files.kind((*path, *rest)) == "dir":
            found += [(*rest, name) for name in files.entries((*path, *rest))]
    return found


def _entry(files: Filesystem, path: Path) -> Entry:
    status, name = files.stat(path), "/".join(path)
    match status.kind:
        case "file":
            return Entry(name, "file", files.read(path), "", status.mode, mtime=status.mtime)
        case "dir":
            return Entry(name, "dir", mode=status.mode, mtime=status.mtime)
        case "symlink":
            return Entry(name, "symlink", target=files.readlink(path), mode=0o777, mtime=status.mtime)
    raise DockerfileError(f"/{name} is a {status.kind}; COPY takes files, directories and symlinks")


@lru_cache(256)
def _unpacked(content: bytes) -> tuple[Entry, ...] | None:
    """The entries if the content is a tar or a gzipped one; ADD copies everything else as it is."""
    try:
        tar = uncompressed(content) if content.startswith(GZIP) else content
    except ImageError:
        return None
    return entries_of_tar(tar) if tar[257:262] == USTAR else None


def checksum(copied: tuple[Copied, ...]) -> str:
    """What the cache compares of the files; equal for equal files, whenever they were written."""
    total = sha256()
    for one in copied:
        entry = one.entry
        line = ("/".join(one.name), one.whole, entry.kind, entry.mode, entry.target, sha256(entry.content).hexdigest())
        total.update(repr(line).encode())
    return total.hexdigest()

"""Reading a layer tar that somebody else made: nothing in it can reach outside the image.

Refused, in Docker's words where it has some: names that are absolute or climb with `..`, hard links and symlinks that
lead outside, entries behind a symlink of the same layer, device nodes, fifos, sparse files, and archives that end early
or whose checksums do not hold. Docker cleans absolute names and makes devices, for it runs as root; this reader is for
files from strangers.
"""

import io
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from posixpath import dirname, join, normpath

from vlearn.sim.images.errors import ImageError
from vlearn.sim.images.oci.entry import OPAQUE, RESERVED, WHITEOUT, Entry, EntryKind

LIMIT = 1 << 30
"""Bytes that a layer may unpack to, against gzips that grow without end."""
KINDS: dict[bytes, EntryKind] = {
    tarfile.REGTYPE: "file",
    tarfile.AREGTYPE: "file",
    tarfile.CONTTYPE: "file",
    tarfile.DIRTYPE: "dir",
    tarfile.SYMTYPE: "symlink",
    tarfile.LNKTYPE: "hardlink",
}
REFUSED = {
    tarfile.CHRTYPE: "a character device",
    tarfile.BLKTYPE: "a block device",
    tarfile.FIFOTYPE: "a named pipe",
    tarfile.GNUTYPE_SPARSE: "a sparse file",
}
FAULTS = (tarfile.TarError, ValueError, OverflowError, EOFError, OSError, RecursionError, IndexError, KeyError)
"""What tarfile raises on damaged input besides its own errors."""


def uncompressed(blob: bytes, limit: int = LIMIT) -> bytes:
    """The tar within a gzip, of one member or several. Raises ImageError if it is damaged, cut off or too large."""
    out, rest = bytearray(), blob
    while rest:
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            out += inflate.decompress(rest, limit + 1 - len(out))
        except zlib.error:
            raise ImageError("gzip: invalid header" if not out else "gzip: invalid checksum or data") from None
        if len(out) > limit:
            raise ImageError(f"the layer unpacks to more than {limit} bytes")
        if not inflate.eof:
            raise ImageError("unexpected EOF: the gzip is cut off")
        rest = inflate.unused_data.lstrip(b"\0")
    return bytes(out)


def entries_of_tar(tar: bytes) -> tuple[Entry, ...]:
    """The entries of a layer, sorted by path. Raises ImageError for a damaged or dangerous archive."""
    found: dict[str, Entry] = {}
    opaque: set[str] = set()
    try:
        for info, content in members(tar):
            path = _clean(info.name)
            folder, _, name = path.rpartition("/")
            if name == OPAQUE:
                opaque.add(folder)
            elif any(part.startswith(RESERVED) for part in path.split("/")):
                continue
            else:
                entry = _entry(info, path, content)
                before = found.get(entry.path, entry)
                if entry.kind != "dir" and before.kind == "dir":  # the later one replaces it with all below it
                    for below in [known for known in found if known.startswith(f"{entry.path}/")]:
                        del found[below]
                found[entry.path] = entry
    except FAULTS as error:
        if isinstance(error, ImageError):  # itself a ValueError
            raise
        raise ImageError(f"archive/tar: invalid tar header: {error}") from None
    for path in opaque:
        marked = found.get(path, Entry(path, "dir", mode=0o755))
        if marked.kind != "dir":
            raise ImageError(f"{path!r} is marked as an opaque directory and is none")
        found[path] = replace(marked, opaque=True)
    _check_parents(found)
    return tuple(sorted(found.values(), key=lambda entry: entry.path.split("/")))


def entries_and_contents(tar: bytes) -> dict[str, bytes | str]:
    """The files of any archive by name, and of links their targets as text. Raises ImageError as for a layer."""
    try:
        return {_clean(info.name): info.linkname if info.issym() else content for info, content in members(tar)}
    except FAULTS as error:
        if isinstance(error, ImageError):
            raise
        raise ImageError(f"archive/tar: invalid tar header: {error}") from None


def members(tar: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """The headers with their content; the archive must be read to the zeros at its end."""
    if not tar:
        raise ImageError("unexpected EOF: the layer is empty")
    with tarfile.open(fileobj=io.BytesIO(tar), mode="r:", errorlevel=2) as archive:
        at = -1
        while (info := archive.next()) is not None:
            if archive.offset <= at or info.size < 0:  # a negative size would lead back to where we were
                raise ImageError(f"archive/tar: invalid tar header: {info.name!r} has a size of {info.size}")
            at = archive.offset
            if info.type in REFUSED or info.issparse() or info.type not in KINDS:
                what = REFUSED.get(info.type, "a sparse file" if info.issparse() else f"of type {info.type!r}")
                raise ImageError(f"{info.name!r} is {what}; a layer may hold files, directories and links")
            end = info.offset_data + (info.size if info.isreg() else 0)
            if end > len(tar):
                raise ImageError(f"unexpected EOF: {info.name!r} is cut off")
            yield info, tar[info.offset_data : end] if info.isreg() else b""
        rest = tar[archive.offset :]
        if rest.strip(b"\0"):  # tarfile takes a damaged header for the end
            raise ImageError(f"archive/tar: invalid tar header at byte {archive.offset}")
        if at > len(tar):
            raise ImageError("unexpected EOF: the archive is cut off")


def _clean(name: str) -> str:
    """The path without `./` and a slash at the end; refuses what is absolute or climbs."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise ImageError(f"{name!r} is no name in UTF-8") from None
    if name.startswith("/"):
        raise ImageError(f"{name!r} is an absolute name; a layer's names are relative to the image's root")
    if ".." in name.split("/"):
        raise ImageError(f'{name!r} is outside of "/"')
    if "\0" in name:
        raise ImageError(f"{name!r} has a zero byte")
    path = normpath(name)
    return "" if path == "." else path


def _entry(info: tarfile.TarInfo, path: str, content: bytes) -> Entry:
    folder, slash, name = path.rpartition("/")
    if name.startswith(WHITEOUT):
        hidden = name.removeprefix(WHITEOUT)
        if hidden in ("", ".", ".."):
            raise ImageError(f"invalid whiteout: {info.name!r} names nothing")
        return Entry(f"{folder}{slash}{hidden}", "whiteout", mode=0)
    kind = KINDS[info.type]
    if kind != "dir" and not path:
        raise ImageError("the root of a layer is a directory")
    target = info.linkname if kind in ("symlink", "hardlink") else ""
    if kind == "hardlink":
        if info.linkname.startswith("/") or ".." in info.linkname.split("/"):
            raise ImageError(f"invalid hardlink {info.name!r} -> {info.linkname!r}")
        target = _clean(info.linkname)
    if kind == "symlink":
        target.encode()
        if not target or "\0" in target or _climbs(folder, target):
            raise ImageError(f"invalid symlink {info.name!r} -> {info.linkname!r}")
    xattrs = tuple(
        (key.removeprefix("SCHILY.xattr."), value.encode("utf-8", "surrogateescape"))
        for key, value in sorted(info.pax_headers.items())
        if key.startswith("SCHILY.xattr.")
    )
    mtime = int(info.mtime)
    return Entry(path, kind, content, target, info.mode & 0o7777, info.uid, info.gid, mtime, xattrs=xattrs)


def _climbs(folder: str, target: str) -> bool:
    """Whether a relative symlink leads above the root by its text alone; an absolute one starts at the image's root."""
    return not target.startswith("/") and normpath(join(folder, target)).split("/")[0] == ".."


def _check_parents(found: Mapping[str, Entry]) -> None:
    for path, entry in found.items():
        above = dirname(path)
        while above:
            if above in found and found[above].kind not in ("dir", "whiteout"):
                what = "symbolic link" if found[above].kind == "symlink" else "file"
                raise ImageError(f"{path!r} lies behind {above!r}, which is a {what} of the same layer")
            above = dirname(above)
        if entry.kind == "hardlink" and found.get(entry.target, entry).kind in ("dir", "whiteout"):
            raise ImageError(f"invalid hardlink {path!r} -> {entry.target!r}")

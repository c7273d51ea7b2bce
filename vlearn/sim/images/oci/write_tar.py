"""A layer as a tar, and its digests: of the tar (`diff_id`, in the configuration), of the gzip (in the manifest).

The same entries give the same tar on every machine: sorted, PAX, no clock. The gzip has no time and no name in it
either, but zlib's versions compress differently, so only `diff_id`s, and with them image ids, are the same everywhere.
"""

import io
import tarfile
import zlib
from collections.abc import Iterable
from hashlib import sha256
from struct import pack

from vlearn.sim.images.oci.entry import OPAQUE, WHITEOUT, Entry

TYPES = {"file": tarfile.REGTYPE, "dir": tarfile.DIRTYPE, "symlink": tarfile.SYMTYPE, "hardlink": tarfile.LNKTYPE}
GZIP_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
"""Deflate, no flags, no time, unknown system."""


def digest(content: bytes) -> str:
    """What a blob is called: `sha256:` and 64 hexadecimal digits."""
    return f"sha256:{sha256(content).hexdigest()}"


def tar_of(entries: Iterable[Entry]) -> bytes:
    """The layer tar: parents before children, whiteouts as empty files `.wh.NAME`, opaque directories with a mark."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for entry in sorted(entries, key=lambda entry: (entry.kind == "hardlink", entry.path.split("/"))):
            for info, content in _members(entry):
                tar.addfile(info, io.BytesIO(content))
        end = tar.offset
    return out.getvalue()[:end] + bytes(
        2 * tarfile.BLOCKSIZE
    )  # Python fills up to 10 KiB, Go and everybody else do not


def _members(entry: Entry) -> list[tuple[tarfile.TarInfo, bytes]]:
    if entry.kind == "whiteout":
        folder, slash, name = entry.path.rpartition("/")
        return [(tarfile.TarInfo(f"{folder}{slash}{WHITEOUT}{name}"), b"")]
    info = tarfile.TarInfo(entry.path or "./")
    info.type, info.mode, info.mtime = TYPES[entry.kind], entry.mode, entry.mtime
    info.uid, info.gid, info.linkname, info.size = entry.uid, entry.gid, entry.target, len(entry.content)
    if entry.xattrs:
        info.pax_headers = {
            f"SCHILY.xattr.{name}": value.decode("utf-8", "surrogateescape") for name, value in entry.xattrs
        }
    made = [(info, entry.content)]
    if entry.opaque:
        made.append((tarfile.TarInfo(f"{entry.path}/{OPAQUE}".lstrip("/")), b""))
    return made


def compressed(tar: bytes) -> bytes:
    """The tar as gzip."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(tar) + deflate.flush()
    return GZIP_HEADER + body + pack("<II", zlib.crc32(tar), len(tar) & 0xFFFFFFFF)

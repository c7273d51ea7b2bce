"""One entry of an image layer: a file, directory or symlink that it adds, or a whiteout of something below it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

EntryKind: TypeAlias = Literal["file", "dir", "symlink", "hardlink", "whiteout"]
WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
RESERVED = ".wh..wh."
"""What begins with it are aufs's own files; Docker passes over them, all but the mark of an opaque directory."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A path within the layer, without a leading slash, and what is there; "" is the root.

    `target` is a symlink's text, or the path that a hard link shares its content with. `opaque` hides what layers
    below have in the directory. `mtime` is in seconds.
    """

    path: str
    kind: EntryKind
    content: bytes = b""
    target: str = ""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    opaque: bool = False
    xattrs: tuple[tuple[str, bytes], ...] = ()

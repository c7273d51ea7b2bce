"""What every filesystem of the course can do: the plain one and the overlay both satisfy this protocol.

A filesystem is a value. Operations that change something return the next filesystem, queries return an answer, and
both raise `Failure` with an errno. `failure.filesystem` is what a failed change left behind (usually the same value).

Paths are resolved: tuples of names without symlinks, `.` and `..`; `()` is the root. No operation follows a symlink
in its last component. Following symlinks is the walk's work (`walk.py`), crossing mounts the mount namespace's.
Permissions are the caller's work too: it knows the credentials, `stat` gives it mode and owner.
"""

from typing import Literal, NamedTuple, Protocol, Self, TypeAlias, runtime_checkable

Path: TypeAlias = tuple[str, ...]
Kind: TypeAlias = Literal["file", "dir", "symlink", "char", "block", "fifo", "socket"]


class Stat(NamedTuple):
    """What lstat(2) tells of one file. `mode` holds the permission bits only; `device` is major and minor number."""

    kind: Kind
    mode: int
    uid: int
    gid: int
    size: int
    links: int
    ino: int
    mtime: int
    device: tuple[int, int]


@runtime_checkable
class Filesystem(Protocol):
    """Operations on a filesystem value. A handle is a number, valid through unlink and rename until it is closed."""

    @property
    def read_only(self) -> bool:
        """Whether every change is refused with EROFS."""

    # Queries.

    def kind(self, path: Path) -> Kind | None:
        """What is there; None if nothing is, neither behind a missing directory nor behind a file."""

    def stat(self, path: Path) -> Stat:
        """As lstat(2)."""

    def entries(self, path: Path) -> tuple[str, ...]:
        """The names in a directory, sorted, without `.` and `..`."""

    def read(self, path: Path) -> bytes:
        """A file's whole content."""

    def readlink(self, path: Path) -> str:
        """A symlink's target; EINVAL for everything else."""

    def getxattr(self, path: Path, name: str) -> bytes:
        """The value of an extended attribute; ENODATA if the file has none of that name."""

    def listxattr(self, path: Path) -> tuple[str, ...]:
        """The names of a file's extended attributes, sorted."""

    # Changes.

    def readdir(self, path: Path) -> tuple[Self, tuple[str, ...]]:
        """As a program reads a directory: `entries`, and what the reading did to the filesystem (see the overlay)."""

    def mkdir(self, path: Path, mode: int = 0o755, uid: int = 0, gid: int = 0) -> Self:
        """Make a directory; the caller has applied its umask."""

    def create(self, path: Path, content: bytes = b"", mode: int = 0o644, uid: int = 0, gid: int = 0) -> Self:
        """Make a regular file that does not exist yet, as O_CREAT | O_EXCL does."""

    def symlink(self, path: Path, target: str, uid: int = 0, gid: int = 0) -> Self:
        """Make a symlink with this text."""

    def mknod(
        self, path: Path, kind: Kind, device: tuple[int, int] = (0, 0), mode: int = 0o644, uid: int = 0, gid: int = 0
    ) -> Self:
        """Make a device, a fifo or a socket."""

    def link(self, old: Path, new: Path) -> Self:
        """Give a file a second name."""

    def unlink(self, path: Path) -> Self:
        """Remove a name that is no directory's."""

    def rmdir(self, path: Path) -> Self:
        """Remove an empty directory."""

    def rename(self, old: Path, new: Path, flag: Literal["", "noreplace", "exchange"] = "") -> Self:
        """As renameat2(2)."""

    def write(self, path: Path, content: bytes, offset: int | None = None) -> Self:
        """Write at an offset, filling a gap with zeros; without an offset replace the whole content (O_TRUNC)."""

    def append(self, path: Path, content: bytes) -> Self:
        """Write at the end."""

    def truncate(self, path: Path, size: int) -> Self:
        """Cut or extend a file with zeros to this size."""

    def chmod(self, path: Path, mode: int) -> Self:
        """Set the permission bits."""

    def chown(self, path: Path, uid: int, gid: int) -> Self:
        """Set the owner, of a symlink its own (lchown)."""

    def utime(self, path: Path, mtime: int) -> Self:
        """Set the time of last modification, in seconds. Nothing else touches it: these filesystems have no clock."""

    def setxattr(self, path: Path, name: str, value: bytes) -> Self:
        """Set an extended attribute."""

    def removexattr(self, path: Path, name: str) -> Self:
        """Remove an extended attribute; ENODATA if there is none of that name."""

    # Handles.

    def open(self, path: Path, write: bool = False, truncate: bool = False) -> tuple[Self, int]:
        """Open an existing file or directory and give its handle. The position and O_APPEND are the caller's."""

    def close(self, handle: int) -> Self:
        """Give the handle up; an unlinked file is gone with its last handle."""

    def fstat(self, handle: int) -> Stat:
        """As `stat`, of an open file."""

    def pread(self, handle: int, size: int = -1, offset: int = 0) -> bytes:
        """Read from an open file; a negative size reads to its end."""

    def pwrite(self, handle: int, content: bytes, offset: int = 0) -> Self:
        """Write to a file that is open for writing."""

    def ftruncate(self, handle: int, size: int) -> Self:
        """Set the size of a file that is open for writing."""

    def mmap(self, handle: int) -> tuple[Self, int]:
        """Map an open file (MAP_SHARED) and give a handle of the mapping, to `pread` and `close`."""

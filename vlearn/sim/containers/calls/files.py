"""The system calls for files."""

from dataclasses import dataclass
from typing import Literal

from vlearn.sim.containers.calls.call import Call


@dataclass(frozen=True, slots=True)
class Open(Call):
    """Open a file: `flags` are names of open(2) without O_, such as WRONLY, CREAT, TRUNC."""  # descriptor

    path: str
    flags: tuple[str, ...] = ("RDONLY",)
    mode: int = 0o666


@dataclass(frozen=True, slots=True)
class Close(Call):
    """Close a descriptor."""

    descriptor: int


@dataclass(frozen=True, slots=True)
class Read(Call):
    """Read from where the descriptor stands; `count` -1 is to the end."""  # bytes

    descriptor: int
    count: int = -1


@dataclass(frozen=True, slots=True)
class Write(Call):
    """Write where the descriptor stands."""  # how many bytes, fewer than given where the space ends

    descriptor: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Stat(Call):
    """stat(2), or lstat(2) where `follow` is False."""  # Status

    path: str
    follow: bool = True


@dataclass(frozen=True, slots=True)
class List(Call):
    """The names in a directory, without . and .. and in order."""  # tuple of names

    path: str = "."


@dataclass(frozen=True, slots=True)
class Readlink(Call):
    """The text of a symbolic link."""  # str

    path: str


@dataclass(frozen=True, slots=True)
class Mkdir(Call):
    """Make a directory."""

    path: str
    mode: int = 0o777


@dataclass(frozen=True, slots=True)
class Mknod(Call):
    """Make a device file, FIFO or socket."""

    path: str
    type: Literal["char", "block", "fifo", "socket"]
    device: tuple[int, int] = (0, 0)
    mode: int = 0o666


@dataclass(frozen=True, slots=True)
class Rmdir(Call):
    """Remove an empty directory."""

    path: str


@dataclass(frozen=True, slots=True)
class Unlink(Call):
    """Remove a name that is not a directory's."""

    path: str


@dataclass(frozen=True, slots=True)
class Symlink(Call):
    """Make `path` a symbolic link with this text."""

    target: str
    path: str


@dataclass(frozen=True, slots=True)
class Link(Call):
    """Make `path` another name of a file."""

    target: str
    path: str


@dataclass(frozen=True, slots=True)
class Rename(Call):
    """Rename a file or directory, in place of what had the new name."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Truncate(Call):
    """Set a file's size."""

    path: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Chmod(Call):
    """Set a file's mode bits."""

    path: str
    mode: int


@dataclass(frozen=True, slots=True)
class Chown(Call):
    """Set owner and group; -1 leaves one as it is."""

    path: str
    uid: int
    gid: int = -1
    follow: bool = True


@dataclass(frozen=True, slots=True)
class Umask(Call):
    """Set the mode bits that new files do not get."""  # the old one

    mask: int

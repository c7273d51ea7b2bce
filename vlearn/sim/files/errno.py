"""The errors of errno(3) that filesystem operations end in, and the exception that carries one out of an operation.

An errno is the simulated machine's answer, not a fault of the caller: whoever runs an operation for a user (a system
call, a step model) catches `Failure` and makes an event of it. The numbers are Linux's, the texts are strerror(3)'s.
"""

from typing import NamedTuple


class Errno(NamedTuple):
    """One row of the table: the name, the number, what strerror says, and when a filesystem answers with it."""

    name: str
    number: int
    text: str
    when: str


ERRNO = {
    row.name: row
    for row in (
        Errno("EPERM", 1, "Operation not permitted", "a hard link to a directory, or a whiteout made by hand"),
        Errno("ENOENT", 2, "No such file or directory", "a component of the path does not exist"),
        Errno("EIO", 5, "Input/output error", "a layer says something that cannot be, such as metadata without data"),
        Errno("ENXIO", 6, "No such device or address", "a device, fifo or socket is opened that nobody serves"),
        Errno("EBADF", 9, "Bad file descriptor", "the handle is closed, or not open for this"),
        Errno("EACCES", 13, "Permission denied", "the mode does not allow it"),
        Errno("EBUSY", 16, "Device or resource busy", "the root of a filesystem cannot be removed or renamed"),
        Errno("EEXIST", 17, "File exists", "the name to be made is taken"),
        Errno("EXDEV", 18, "Invalid cross-device link", "a directory that has lower layers cannot be renamed in place"),
        Errno("ENOTDIR", 20, "Not a directory", "a component that is used as a directory is none"),
        Errno("EISDIR", 21, "Is a directory", "a directory is used as a file"),
        Errno("EINVAL", 22, "Invalid argument", "a directory moved into itself, readlink of what is no symlink"),
        Errno("EFBIG", 27, "File too large", "a file cannot grow that far"),
        Errno("ENOSPC", 28, "No space left on device", "the filesystem's size limit is reached"),
        Errno("EROFS", 30, "Read-only file system", "a change to a filesystem that takes none"),
        Errno("ENAMETOOLONG", 36, "File name too long", "a name beyond 255 bytes, a path beyond 4095"),
        Errno("ENOTEMPTY", 39, "Directory not empty", "a directory with entries cannot be removed or replaced"),
        Errno("ELOOP", 40, "Too many levels of symbolic links", "more than 40 symlinks on one walk"),
        Errno("ENODATA", 61, "No data available", "the extended attribute does not exist"),
        Errno("EOPNOTSUPP", 95, "Operation not supported", "an extended attribute outside the known namespaces"),
    )
}


class Failure(Exception):
    """An operation ended in an errno. `filesystem` is what it left behind, for it may have changed something.

    Overlayfs marks a directory opaque before it finds that the rename cannot be done, for example.
    It is None only while the failing operation is still at work, and for queries, which change nothing.
    """

    def __init__(self, errno: str, filesystem: object = None):
        super().__init__(errno)
        self.errno = errno
        self.filesystem = filesystem

    @property
    def text(self) -> str:
        """What strerror(3) says of it, as the tools print it."""
        return ERRNO[self.errno].text

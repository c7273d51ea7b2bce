"""Operations on what is behind a name: contents, attributes, extended attributes, with the VFS's checks (fs/open.c)."""

# ruff: noqa: D102 (the methods are those of filesystem.Filesystem, which has their docstrings)

from typing import Any, TypeVar

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Kind, Path, Stat
from vlearn.sim.files.hooks import Hooks

N = TypeVar("N")
NAMESPACES = ("user.", "trusted.", "security.", "system.")
"""The namespaces of extended attributes; of others tmpfs says EOPNOTSUPP."""
CANNOT_OPEN = {
    "dir": "EISDIR",
    "symlink": "ELOOP",
    "char": "ENXIO",
    "block": "ENXIO",
    "fifo": "ENXIO",
    "socket": "ENXIO",
}


class Contents(Hooks[N]):
    """Looking, reading, writing, and setting attributes."""

    __slots__ = ()

    def setattr(self, path: Path, **fields: Any) -> None:
        node = self.existing(path)
        self.must_be_writable()
        if "mode" in fields and self.inode(node).kind == "symlink":
            raise Failure("EOPNOTSUPP")
        self.tree.edit(self.changeable(node), **fields)

    def regular(self, path: Path, write: bool) -> N:
        """The regular file that is opened at a path."""
        node = self.existing(path)
        kind = self.inode(node).kind
        if kind != "file" and (write or kind != "dir"):
            raise Failure(CANNOT_OPEN[kind])
        if write:
            self.must_be_writable()
        return node

    def read(self, path: Path) -> bytes:
        node = self.regular(path, False)
        if self.inode(node).kind == "dir":
            raise Failure("EISDIR")
        return self.content(node)

    def write(self, path: Path, content: bytes, offset: int | None) -> None:
        node = self.regular(path, True)
        if offset is None:
            ino = self.changeable(node, True, 0)
            self.tree.fill(ino, b"")
        else:
            ino = self.changeable(node, True)
        self.tree.write(ino, content, offset or 0)

    def append(self, path: Path, content: bytes) -> None:
        ino = self.changeable(self.regular(path, True), True)
        self.tree.write(ino, content, len(self.tree.inodes[ino].content))

    def truncate(self, path: Path, size: int) -> None:
        node = self.existing(path)
        kind = self.inode(node).kind
        if kind != "file":
            raise Failure("EISDIR" if kind == "dir" else "EINVAL")
        self.must_be_writable()
        self.resize(self.changeable(node, True), size)

    def resize(self, ino: int, size: int) -> None:
        """Cut a file or fill it up with zeros."""
        if size < 0:
            raise Failure("EINVAL")
        content = self.tree.inodes[ino].content
        self.tree.fill(ino, content[:size] + bytes(size - len(content)) if size > len(content) else content[:size])

    def readlink(self, path: Path) -> str:
        inode = self.inode(self.existing(path))
        if inode.kind != "symlink":
            raise Failure("EINVAL")
        return inode.target

    def kind(self, path: Path) -> Kind | None:
        try:
            return self.inode(self.existing(path)).kind
        except Failure as failure:
            if failure.errno in ("ENOENT", "ENOTDIR"):
                return None
            raise

    def lstat(self, path: Path) -> Stat:
        return self.stat(self.existing(path))

    def entries(self, path: Path) -> tuple[str, ...]:
        return self.names(self.directory(path))

    def readdir(self, path: Path) -> tuple[str, ...]:
        directory = self.directory(path)
        self.before_reading(directory)
        return self.names(directory)

    def attributed(self, path: Path, name: str, change: bool) -> N:
        """The file whose extended attribute is asked for."""
        node = self.existing(path)
        if change:
            self.must_be_writable()
        if name.startswith("user.") and self.inode(node).kind not in ("file", "dir"):
            raise Failure("EPERM" if change else "ENODATA")
        return node

    @staticmethod
    def must_be_known(name: str) -> None:
        """EOPNOTSUPP for an extended attribute outside the namespaces; the filesystem below says it, so late."""
        if not name.startswith(NAMESPACES):
            raise Failure("EOPNOTSUPP")

    def getxattr(self, path: Path, name: str) -> bytes:
        inode = self.inode(self.attributed(path, name, False))
        self.must_be_known(name)
        value = inode.xattrs.get(self.stored_name(name))
        if value is None:
            raise Failure("ENODATA")
        return value

    def listxattr(self, path: Path) -> tuple[str, ...]:
        shown = (self.shown_name(name) for name in self.inode(self.existing(path)).xattrs)
        return tuple(sorted(name for name in shown if name is not None))

    def setxattr(self, path: Path, name: str, value: bytes) -> None:
        node = self.attributed(path, name, True)
        ino = self.changeable(node)
        self.must_be_known(name)
        self.tree.mark(ino, self.stored_name(name), value)

    def removexattr(self, path: Path, name: str) -> None:
        node = self.attributed(path, name, True)
        self.must_be_known(name)
        name = self.stored_name(name)
        if name not in self.inode(node).xattrs:
            raise Failure("ENODATA")
        ino = self.changeable(node)
        self.tree.edit(ino, xattrs=self.tree.inodes[ino].xattrs.delete(name))

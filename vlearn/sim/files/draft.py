"""Everything that can be done to a filesystem at work: names, contents, and open handles."""

# ruff: noqa: D102 (the methods are those of filesystem.Filesystem, which has their docstrings)

from typing import TypeVar

from vlearn.sim.files.contents import Contents
from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Path, Stat
from vlearn.sim.files.hooks import Opened
from vlearn.sim.files.names import Names

N = TypeVar("N")


class Draft(Names[N], Contents[N]):
    """A filesystem at work, with its handles."""

    __slots__ = ()

    def open(self, path: Path, write: bool, truncate: bool) -> int:
        node = self.regular(path, write or truncate)
        if write or truncate:
            ino = self.changeable(node, True, 0 if truncate else None)
            if truncate:
                self.tree.fill(ino, b"")
            return self.hold(Opened(None, ino, path, write))
        layer, ino = self.opened_at(node)
        return self.hold(Opened(layer, ino, path, False))

    def hold(self, opened: Opened) -> int:
        """Give something opened a handle, the lowest number that is free."""
        handle = next(number for number in range(len(self.opened) + 1) if number not in self.opened)
        self.opened = self.opened.set(handle, opened)
        if opened.layer is None:
            self.tree.held |= {opened.ino}
        return handle

    def handle(self, handle: int, write: bool = False) -> Opened:
        """What a handle leads to; EBADF if it is closed or not open for writing."""
        opened = self.opened.get(handle)
        if opened is None or (write and not opened.write):
            raise Failure("EBADF")
        return opened

    def mmap(self, handle: int) -> int:
        opened = self.handle(handle)
        layer, ino = opened.first or (opened.layer, opened.ino)  # pages are mapped of the file that was opened
        return self.hold(opened._replace(layer=layer, ino=ino, mapping=True, first=None))

    def fstat(self, handle: int) -> Stat:
        opened = self.handle(handle)
        return self.inodes(opened.layer)[opened.ino].stat(self.number(opened.layer, opened.ino))

    def pread(self, handle: int, size: int, offset: int) -> bytes:
        opened = self.handle(handle)
        inode = self.inodes(opened.layer)[opened.ino]
        if inode.kind == "dir":
            raise Failure("EISDIR")
        return inode.content[offset : None if size < 0 else offset + size]

    def pwrite(self, handle: int, content: bytes, offset: int) -> None:
        self.tree.write(self.handle(handle, write=True).ino, content, offset)

    def ftruncate(self, handle: int, size: int) -> None:
        opened = self.handle(handle)
        if not opened.write:
            raise Failure("EINVAL")
        self.resize(opened.ino, size)

    def close(self, handle: int) -> None:
        opened = self.handle(handle)
        self.opened = self.opened.delete(handle)
        if opened.layer is None and not any(o[:2] == opened[:2] for o in self.opened.values()):
            self.tree.held -= {opened.ino}
            if not self.tree.inodes[opened.ino].links:
                self.tree.forget(opened.ino)

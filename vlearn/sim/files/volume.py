"""The protocol's methods, for every filesystem that can draft: each runs one operation and settles into a new value."""

# ruff: noqa: D102 (the methods are those of hooks.Hooks and filesystem.Filesystem, documented there)

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Generic, Literal, Self, TypeVar

from vlearn.sim.files.draft import Draft
from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Kind, Path, Stat
from vlearn.sim.files.inodes import Inode

D = TypeVar("D", bound=Draft[Any])
R = TypeVar("R")


class Volume(ABC, Generic[D]):
    """A filesystem value. Subclasses say how to begin a draft and how to settle one."""

    __slots__ = ()

    @abstractmethod
    def draft(self) -> D:
        """This filesystem, ready to be changed."""

    @abstractmethod
    def settle(self, draft: D) -> Self:
        """The value that a draft has become; `self` if nothing changed."""

    def _change(self, operation: Callable[..., object], *arguments: Any, **fields: Any) -> Self:
        return self._result(operation, *arguments, **fields)[0]

    def _result(self, operation: Callable[..., R], *arguments: Any, **fields: Any) -> tuple[Self, R]:
        draft = self.draft()
        try:
            result = operation(draft, *arguments, **fields)
        except Failure as failure:
            failure.filesystem = self.settle(draft)
            raise
        return self.settle(draft), result

    def _look(self, operation: Callable[..., R], *arguments: Any) -> R:
        """The answer to a query; the filesystem stays the same."""
        draft = self.reader()
        try:
            return operation(draft, *arguments)
        except Failure as failure:
            failure.filesystem = self
            raise
        finally:
            self.learn(draft)

    def reader(self) -> D:
        """A draft for queries, which change nothing in it: subclasses may keep one."""
        return self.draft()

    def learn(self, draft: D) -> None:
        """Keep what a query found out, so that the next one need not."""

    def kind(self, path: Path) -> Kind | None:
        return self._look(Draft.kind, path)

    def stat(self, path: Path) -> Stat:
        return self._look(Draft.lstat, path)

    def entries(self, path: Path) -> tuple[str, ...]:
        return self._look(Draft.entries, path)

    def read(self, path: Path) -> bytes:
        return self._look(Draft.read, path)

    def readlink(self, path: Path) -> str:
        return self._look(Draft.readlink, path)

    def getxattr(self, path: Path, name: str) -> bytes:
        return self._look(Draft.getxattr, path, name)

    def listxattr(self, path: Path) -> tuple[str, ...]:
        return self._look(Draft.listxattr, path)

    def readdir(self, path: Path) -> tuple[Self, tuple[str, ...]]:
        return self._result(Draft.readdir, path)

    def mkdir(self, path: Path, mode: int = 0o755, uid: int = 0, gid: int = 0) -> Self:
        return self._change(Draft.mkdir, path, mode, uid, gid)

    def create(self, path: Path, content: bytes = b"", mode: int = 0o644, uid: int = 0, gid: int = 0) -> Self:
        return self._change(Draft.mknod, path, Inode("file", mode, uid, gid, content=content))

    def symlink(self, path: Path, target: str, uid: int = 0, gid: int = 0) -> Self:
        return self._change(Draft.symlink, path, target, uid, gid)

    def mknod(
        self, path: Path, kind: Kind, device: tuple[int, int] = (0, 0), mode: int = 0o644, uid: int = 0, gid: int = 0
    ) -> Self:
        return self._change(Draft.mknod, path, Inode(kind, mode, uid, gid, device=device))

    def link(self, old: Path, new: Path) -> Self:
        return self._change(Draft.link, old, new)

    def unlink(self, path: Path) -> Self:
        return self._change(Draft.unlink, path)

    def rmdir(self, path: Path) -> Self:
        return self._change(Draft.rmdir, path)

    def rename(self, old: Path, new: Path, flag: Literal["", "noreplace", "exchange"] = "") -> Self:
        return self._change(Draft.rename, old, new, flag)

    def write(self, path: Path, content: bytes, offset: int | None = None) -> Self:
        return self._change(Draft.write, path, content, offset)

    def append(self, path: Path, content: bytes) -> Self:
        return self._change(Draft.append, path, content)

    def truncate(self, path: Path, size: int) -> Self:
        return self._change(Draft.truncate, path, size)

    def chmod(self, path: Path, mode: int) -> Self:
        return self._change(Draft.setattr, path, mode=mode & 0o7777)

    def chown(self, path: Path, uid: int, gid: int) -> Self:
        return self._change(Draft.setattr, path, uid=uid, gid=gid)

    def utime(self, path: Path, mtime: int) -> Self:
        return self._change(Draft.setattr, path, mtime=mtime)

    def setxattr(self, path: Path, name: str, value: bytes) -> Self:
        return self._change(Draft.setxattr, path, name, value)

    def removexattr(self, path: Path, name: str) -> Self:
        return self._change(Draft.removexattr, path, name)

    def open(self, path: Path, write: bool = False, truncate: bool = False) -> tuple[Self, int]:
        return self._result(Draft.open, path, write, truncate)

    def mmap(self, handle: int) -> tuple[Self, int]:
        return self._result(Draft.mmap, handle)

    def close(self, handle: int) -> Self:
        return self._change(Draft.close, handle)

    def fstat(self, handle: int) -> Stat:
        return self._look(Draft.fstat, handle)

    def pread(self, handle: int, size: int = -1, offset: int = 0) -> bytes:
        return self._look(Draft.pread, handle, size, offset)

    def pwrite(self, handle: int, content: bytes, offset: int = 0) -> Self:
        return self._change(Draft.pwrite, handle, content, offset)

    def ftruncate(self, handle: int, size: int) -> Self:
        return self._change(Draft.ftruncate, handle, size)

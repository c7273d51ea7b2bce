"""Operations on names, with the checks of Linux's VFS before a filesystem is asked.

The order of the checks is the VFS's (fs/namei.c), so of several possible errors the same one wins.
"""

# ruff: noqa: D102 (the methods are those of filesystem.Filesystem, which has their docstrings)

from typing import TypeVar

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Path
from vlearn.sim.files.hooks import Hooks
from vlearn.sim.files.inodes import NO_ENTRIES, Inode

N = TypeVar("N")
SETGID = 0o2000


class Names(Hooks[N]):
    """Making, linking, renaming and removing."""

    __slots__ = ()

    def mknod(self, path: Path, inode: Inode) -> None:
        parent = self.free_name(path)
        directory = self.inode(parent)
        if directory.mode & SETGID:  # new files get the directory's group, new directories hand it on
            setgid = SETGID if inode.kind == "dir" else 0
            inode = inode._replace(gid=directory.gid, mode=inode.mode | setgid)
        self.make(parent, path[-1], inode)

    def mkdir(self, path: Path, mode: int, uid: int, gid: int) -> None:
        self.mknod(path, Inode("dir", mode, uid, gid, 2, NO_ENTRIES))

    def symlink(self, path: Path, target: str, uid: int, gid: int) -> None:
        if not target:
            raise Failure("ENOENT")
        if len(target.encode()) > 4095:
            raise Failure("ENAMETOOLONG")
        self.mknod(path, Inode("symlink", 0o777, uid, gid, target=target))

    def link(self, old: Path, new: Path) -> None:
        node = self.existing(old)
        parent = self.free_name(new)
        if self.inode(node).kind == "dir":
            raise Failure("EPERM")
        self.connect(node, parent, new[-1])

    def unlink(self, path: Path) -> None:
        if not path:
            raise Failure("EISDIR")
        parent = self.directory(path[:-1])
        self.must_be_writable()
        node = self.child(parent, path[-1])
        if node is None:
            raise Failure("ENOENT")
        if self.inode(node).kind == "dir":
            raise Failure("EISDIR")
        self.remove(parent, path[-1], node)

    def rmdir(self, path: Path) -> None:
        if not path:
            raise Failure("EBUSY")
        parent = self.directory(path[:-1])
        self.must_be_writable()
        node = self.child(parent, path[-1])
        if node is None:
            raise Failure("ENOENT")
        if self.inode(node).kind != "dir":
            raise Failure("ENOTDIR")
        self.remove(parent, path[-1], node)

    def rename(self, old: Path, new: Path, flag: str) -> None:
        if not old or not new:
            raise Failure("EBUSY")
        parent, new_parent = self.directory(old[:-1]), self.directory(new[:-1])
        self.must_be_writable()
        node, target = self.child(parent, old[-1]), self.child(new_parent, new[-1])
        if node is None or (flag == "exchange" and target is None):
            raise Failure("ENOENT")
        if flag == "noreplace" and target is not None:
            raise Failure("EEXIST")
        if old == new[: len(old)] and old != new:
            raise Failure("EINVAL")
        if new == old[: len(new)] and old != new:
            raise Failure("EINVAL" if flag == "exchange" else "ENOTEMPTY")
        if target is not None:
            if self.same(node, target):
                return
            if flag != "exchange":
                is_dir, onto_dir = self.inode(node).kind == "dir", self.inode(target).kind == "dir"
                if is_dir != onto_dir:
                    raise Failure("ENOTDIR" if is_dir else "EISDIR")
        self.move((parent, old[-1], node), new_parent, new[-1], target, flag == "exchange")

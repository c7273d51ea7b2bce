"""The inodes of a filesystem while an operation changes them: what a filesystem does below all checks."""

from typing import Any

from immutables import Map

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.inodes import Inode

PAGE = 4096


class Tree:
    """The inodes of one filesystem while an operation is at work on them. Nobody but that operation sees it.

    A name leads from a directory's inode number to another. Directories have one name, files may have several.
    """

    __slots__ = ("free", "held", "inodes", "last")

    def __init__(self, inodes: Map[int, Inode], last: int, free: int | None, held: frozenset[int] = frozenset()):
        self.inodes = inodes
        self.last = last
        self.free = free  # pages that may still be used; None without a limit
        self.held = held  # inode numbers that open handles keep alive

    def find(self, directory: int, name: str) -> int | None:
        """The inode number behind a name."""
        return self.inodes[directory].entries.get(name)

    def add(self, directory: int, name: str, inode: Inode) -> int:
        """Make a new file under a new name."""
        self._take(0, len(inode.content))
        self.last += 1
        self.inodes = self.inodes.set(self.last, inode)
        self.enter(directory, name, self.last, inode.kind == "dir")
        return self.last

    def enter(self, directory: int, name: str, ino: int, is_dir: bool) -> None:
        """Let a new name of a directory lead to an inode."""
        parent = self.inodes[directory]
        entries = parent.entries.set(name, ino)
        self.inodes = self.inodes.set(directory, parent.with_entries(entries, parent.links + is_dir))

    def leave(self, directory: int, name: str, is_dir: bool) -> None:
        """Take a name out of a directory and leave the inode behind it as it is."""
        parent = self.inodes[directory]
        entries = parent.entries.delete(name)
        self.inodes = self.inodes.set(directory, parent.with_entries(entries, parent.links - is_dir))

    def link(self, directory: int, name: str, ino: int) -> None:
        """A further name of a file."""
        inode = self.inodes[ino]
        self.inodes = self.inodes.set(ino, inode.with_entries(inode.entries, inode.links + 1))
        self.enter(directory, name, ino, False)

    def remove(self, directory: int, name: str) -> None:
        """Take a name out of a directory, and free the inode if that was its last name and nobody holds it."""
        ino = self.inodes[directory].entries[name]
        inode = self.inodes[ino]
        is_dir = inode.kind == "dir"
        self.leave(directory, name, is_dir)
        links = 0 if is_dir else inode.links - 1
        if links or ino in self.held:
            self.inodes = self.inodes.set(ino, inode.with_entries(inode.entries, links))
        else:
            self.forget(ino)

    def must_be_empty(self, ino: int) -> None:
        """ENOTEMPTY if this is a directory with entries."""
        if self.inodes[ino].entries:
            raise Failure("ENOTEMPTY")

    def forget(self, ino: int) -> None:
        """Free an inode that has no name left."""
        self._take(len(self.inodes[ino].content), 0)
        self.inodes = self.inodes.delete(ino)

    def move(self, directory: int, name: str, to: int, new_name: str) -> None:
        """Give a file its new name, which replaces what had it."""
        ino = self.inodes[directory].entries[name]
        is_dir = self.inodes[ino].kind == "dir"
        if new_name in self.inodes[to].entries:
            self.remove(to, new_name)
        self.leave(directory, name, is_dir)
        self.enter(to, new_name, ino, is_dir)

    def exchange(self, directory: int, name: str, to: int, new_name: str) -> None:
        """Let two names change what they lead to."""
        one, other = self.inodes[directory].entries[name], self.inodes[to].entries[new_name]
        is_dir, other_is_dir = self.inodes[one].kind == "dir", self.inodes[other].kind == "dir"
        self.leave(directory, name, is_dir)
        self.leave(to, new_name, other_is_dir)
        self.enter(directory, name, other, other_is_dir)
        self.enter(to, new_name, one, is_dir)

    def edit(self, ino: int, **fields: Any) -> None:
        """Change fields of an inode that cost no space."""
        self.inodes = self.inodes.set(ino, self.inodes[ino]._replace(**fields))

    def mark(self, ino: int, name: str, value: bytes) -> None:
        """Set an extended attribute."""
        inode = self.inodes[ino]
        self.inodes = self.inodes.set(ino, inode._replace(xattrs=inode.xattrs.set(name, value)))

    def write(self, ino: int, content: bytes, offset: int) -> None:
        """Write at an offset. Where space runs out, what fits is written and ENOSPC says that it was not all."""
        inode = self.inodes[ino]
        old = inode.content
        if self.free is not None:
            room = (self.free + _pages(len(old))) * PAGE - offset
            fitting = content[: max(0, room)]
        else:
            fitting = content
        if offset > len(old):
            old += bytes(offset - len(old))
        self.fill(ino, old[:offset] + fitting + old[offset + len(fitting) :] if fitting else inode.content)
        if len(fitting) < len(content):
            raise Failure("ENOSPC")

    def fill(self, ino: int, content: bytes) -> None:
        """Replace a file's content."""
        inode = self.inodes[ino]
        self._take(len(inode.content), len(content))
        self.inodes = self.inodes.set(ino, inode._replace(content=content))

    def _take(self, old: int, new: int) -> None:
        if self.free is None:
            return
        free = self.free + _pages(old) - _pages(new)
        if free < 0:
            raise Failure("ENOSPC")
        self.free = free


def _pages(size: int) -> int:
    return -(-size // PAGE)

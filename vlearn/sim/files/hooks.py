"""What a filesystem must be able to do so that the VFS can do the rest, and how it finds what is at a path.

A draft is a filesystem while one operation is at work on it: it starts from a value and settles into the next one.
"""

from abc import ABC, abstractmethod
from typing import Generic, NamedTuple, TypeVar

from immutables import Map

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Path, Stat
from vlearn.sim.files.inodes import Inode
from vlearn.sim.files.tree import Tree

N = TypeVar("N")


class Opened(NamedTuple):
    """What a handle leads to: an inode of a layer (None: the filesystem itself, or its upper layer)."""

    layer: int | None
    ino: int
    path: Path
    write: bool
    mapping: bool = False
    first: tuple[int | None, int] | None = None  # what it led to when it was opened, if a copy-up has moved it since


class Note(NamedTuple):
    """Something that happened inside an operation, and the filesystem just after it."""

    kind: str
    text: str
    touches: tuple[str, ...]
    filesystem: object


class Hooks(ABC, Generic[N]):
    """One filesystem at work. A node (N) is whatever it has found under a path."""

    __slots__ = ("notes", "opened", "tree")

    tree: Tree
    opened: Map[int, Opened]
    notes: list[Note] | None

    # What a filesystem must be able to do.

    @property
    @abstractmethod
    def read_only(self) -> bool:
        """Whether no change is taken."""

    @abstractmethod
    def directory(self, path: Path) -> N:
        """The directory at a path; ENOENT or ENOTDIR."""

    @abstractmethod
    def child(self, directory: N, name: str) -> N | None:
        """What a name in a directory leads to."""

    @abstractmethod
    def inode(self, node: N) -> Inode:
        """The inode that a node shows."""

    @abstractmethod
    def same(self, node: N, other: N) -> bool:
        """Whether both are one file."""

    @abstractmethod
    def stat(self, node: N) -> Stat:
        """What lstat tells."""

    @abstractmethod
    def inodes(self, layer: int | None) -> Map[int, Inode]:
        """The inodes of a layer."""

    @abstractmethod
    def number(self, layer: int | None, ino: int) -> int:
        """The inode number that stat shows for an inode of a layer."""

    @abstractmethod
    def content(self, node: N) -> bytes:
        """A regular file's content."""

    @abstractmethod
    def names(self, directory: N) -> tuple[str, ...]:
        """The names in a directory, sorted."""

    @abstractmethod
    def make(self, parent: N, name: str, inode: Inode) -> None:
        """Make a file whose name is free."""

    @abstractmethod
    def connect(self, node: N, parent: N, name: str) -> None:
        """Give a file a further name."""

    @abstractmethod
    def remove(self, parent: N, name: str, node: N) -> None:
        """Remove a file, or a directory if it is empty."""

    @abstractmethod
    def move(self, source: tuple[N, str, N], parent: N, name: str, target: N | None, exchange: bool) -> None:
        """Rename; kinds are checked, emptiness is not."""

    @abstractmethod
    def changeable(self, node: N, data: bool = False, size: int | None = None) -> int:
        """The number of the inode in `tree` to change; `data` if its content will be, of which `size` bytes stay."""

    @abstractmethod
    def at(self, node: N) -> tuple[int | None, int]:
        """The layer and the number of the inode that a node shows."""

    def opened_at(self, node: N) -> tuple[int | None, int]:
        """The same for a handle that reads, if its data are elsewhere than its attributes."""
        return self.at(node)

    def before_reading(self, directory: N) -> None:
        """What a filesystem does when a program reads a directory."""

    def stored_name(self, name: str) -> str:
        """The name under which an extended attribute is kept."""
        return name

    def shown_name(self, name: str) -> str | None:
        """The name under which a kept attribute is shown; None if it is not."""
        return name

    # Finding.

    def existing(self, path: Path) -> N:
        """What is at a path; ENOENT if nothing is."""
        if not path:
            return self.directory(path)
        node = self.child(self.directory(path[:-1]), path[-1])
        if node is None:
            raise Failure("ENOENT")
        return node

    def free_name(self, path: Path) -> N:
        """The directory in which something new may be made under the path's last name."""
        if not path:
            raise Failure("EEXIST")
        parent = self.directory(path[:-1])
        if self.child(parent, path[-1]) is not None:
            raise Failure("EEXIST")
        self.must_be_writable()
        return parent

    def must_be_writable(self) -> None:
        """EROFS if it is not."""
        if self.read_only:
            raise Failure("EROFS")

"""A filesystem as a value: inodes, hard links, symlinks, modes, owners, extended attributes, a size limit, like tmpfs.

It leaves out: a clock (only `utime` changes a time), holes (every page up to the size counts), the inode limit,
quotas, ACLs. A directory that is removed takes its open handles with it.
"""

# ruff: noqa: D102 (the methods are those of hooks.Hooks and filesystem.Filesystem, documented there)

from dataclasses import dataclass

from immutables import Map

from vlearn.sim.files.draft import Draft
from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Path, Stat
from vlearn.sim.files.hooks import Note, Opened
from vlearn.sim.files.inodes import EMPTY_ROOT, ROOT, Inode
from vlearn.sim.files.tree import PAGE, Tree
from vlearn.sim.files.volume import Volume

NOTHING_OPEN: Map[int, Opened] = Map()
NOTHING_HELD: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Plain(Volume["PlainDraft"]):
    """One filesystem. `free` is the number of pages that may still be used, None without a limit (see `sized`)."""

    inodes: Map[int, Inode] = EMPTY_ROOT
    last: int = ROOT
    free: int | None = None
    read_only: bool = False
    opened: Map[int, Opened] = NOTHING_OPEN

    @classmethod
    def sized(cls, size: int) -> "Plain":
        """An empty filesystem of so many bytes, rounded up to pages, as `mount -t tmpfs -o size=`."""
        return cls(free=-(-size // PAGE))

    def draft(self) -> "PlainDraft":
        return PlainDraft(self)

    def settle(self, draft: "PlainDraft") -> "Plain":
        tree = draft.tree
        if tree.inodes is self.inodes and draft.opened is self.opened:
            return self
        return Plain(tree.inodes, tree.last, tree.free, self.read_only, draft.opened)


class PlainDraft(Draft[int]):
    """A plain filesystem at work. Its nodes are inode numbers."""

    __slots__ = ("_before",)

    def __init__(self, before: Plain, notes: list[Note] | None = None):
        self._before = before
        self.tree = Tree(before.inodes, before.last, before.free, held(before.opened))
        self.opened = before.opened
        self.notes = notes

    @property
    def read_only(self) -> bool:
        return self._before.read_only

    def directory(self, path: Path) -> int:
        inodes, ino = self.tree.inodes, ROOT
        for name in path:
            found = inodes[ino].entries.get(name)
            if found is None:
                raise Failure("ENOENT")
            ino = found
            if inodes[ino].kind != "dir":
                raise Failure("ENOTDIR")
        return ino

    def child(self, directory: int, name: str) -> int | None:
        return self.tree.inodes[directory].entries.get(name)

    def inode(self, node: int) -> Inode:
        return self.tree.inodes[node]

    def same(self, node: int, other: int) -> bool:
        return node == other

    def stat(self, node: int) -> Stat:
        return self.tree.inodes[node].stat(node)

    def inodes(self, layer: int | None) -> Map[int, Inode]:
        return self.tree.inodes

    def number(self, layer: int | None, ino: int) -> int:
        return ino

    def content(self, node: int) -> bytes:
        return self.tree.inodes[node].content

    def names(self, directory: int) -> tuple[str, ...]:
        return tuple(sorted(self.tree.inodes[directory].entries))

    def make(self, parent: int, name: str, inode: Inode) -> None:
        self.tree.add(parent, name, inode)

    def connect(self, node: int, parent: int, name: str) -> None:
        self.tree.link(parent, name, node)

    def remove(self, parent: int, name: str, node: int) -> None:
        self.tree.must_be_empty(node)
        self.tree.remove(parent, name)

    def move(self, source: tuple[int, str, int], parent: int, name: str, target: int | None, exchange: bool) -> None:
        old_parent, old_name, _ = source
        if exchange:
            self.tree.exchange(old_parent, old_name, parent, name)
            return
        if target is not None:
            self.tree.must_be_empty(target)
        self.tree.move(old_parent, old_name, parent, name)

    def changeable(self, node: int, data: bool = False, size: int | None = None) -> int:
        return node

    def at(self, node: int) -> tuple[int | None, int]:
        return None, node


def held(opened: Map[int, Opened]) -> frozenset[int]:
    """The inode numbers that handles keep alive."""
    return frozenset(o.ino for o in opened.values() if o.layer is None) if opened else NOTHING_HELD

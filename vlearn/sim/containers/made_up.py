"""File systems without files of their own: proc, sysfs, cgroup and nsfs show the kernel's state as files.

Each is a function from a kernel, the process that looks, and a superblock to a `View`, which finds the node of a path.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_table import Superblock
from vlearn.sim.containers.processes import OpenFile, Path, Place, Process
from vlearn.sim.files.filesystem import Kind, Stat


class Readable(Protocol):
    """What a walk and a reader need; every filesystem of vlearn.sim.files has it too."""

    def kind(self, path: Path) -> Kind | None:
        """What is there; None if nothing is."""

    def stat(self, path: Path) -> Stat:
        """As lstat(2)."""

    def entries(self, path: Path) -> tuple[str, ...]:
        """The names in a directory."""

    def read(self, path: Path) -> bytes:
        """A file's whole content."""

    def readlink(self, path: Path) -> str:
        """A symbolic link's text."""


def nothing() -> str:
    """The content of a file that is only written."""
    return ""


def no_entries() -> tuple[str, ...]:
    """The entries of what is no directory."""
    return ()


Write = Callable[[Kernel, bytes, OpenFile, Process], Kernel]


@dataclass(frozen=True, slots=True)
class Node:
    """A made-up file. `jump` is where a magic link leads, whatever its text says; `namespace` marks a file of nsfs."""

    kind: Kind = "file"
    mode: int = 0o444
    uid: int = 0
    gid: int = 0
    text: Callable[[], str] = nothing
    entries: Callable[[], tuple[str, ...]] = no_entries
    jump: Place | None = None
    namespace: int = 0
    write: Write | None = None


def directory(*names: str, mode: int = 0o555, uid: int = 0, gid: int = 0) -> Node:
    """A directory whose entries are known."""
    return Node("dir", mode, uid, gid, entries=lambda: tuple(sorted(names)))


def link(text: str, jump: Place | None = None, namespace: int = 0) -> Node:
    """A symbolic link, magic with a jump or a namespace."""
    return Node("symlink", 0o777, text=lambda: text, jump=jump, namespace=namespace)


def file(text: str, mode: int = 0o444, write: Write | None = None) -> Node:
    """A file whose text is at hand."""
    return Node("file", mode, text=lambda: text, write=write)


@dataclass(frozen=True, slots=True)
class View:
    """A made-up file system as one process sees it at one moment."""

    find: Callable[[Path], Node | None]
    nodes: dict[Path, Node | None] = field(default_factory=dict)

    def node(self, path: Path) -> Node | None:
        """The file of a path; a path through what is no directory leads to nothing."""
        if path not in self.nodes:
            self.nodes[path] = self.find(path)
        return self.nodes[path]

    def _existing(self, path: Path) -> Node:
        if (node := self.node(path)) is None:
            raise Refusal("ENOENT", f"there is no /{'/'.join(path)}")
        return node

    def kind(self, path: Path) -> Kind | None:
        """What is there."""
        node = self.node(path)
        return None if node is None else node.kind

    def stat(self, path: Path) -> Stat:
        """Owner and mode; size 0, as proc has it."""
        node = self._existing(path)
        return Stat(node.kind, node.mode, node.uid, node.gid, 0, 1, node.namespace or 1, 0, (0, 0))

    def entries(self, path: Path) -> tuple[str, ...]:
        """The names in a directory."""
        node = self._existing(path)
        if node.kind != "dir":
            raise Refusal("ENOTDIR", f"/{'/'.join(path)} is no directory")
        return node.entries()

    def read(self, path: Path) -> bytes:
        """The file's text at this moment."""
        return self._existing(path).text().encode()

    def readlink(self, path: Path) -> str:
        """The text of a link."""
        return self._existing(path).text()


MakeView = Callable[[Kernel, Process, Superblock], View]

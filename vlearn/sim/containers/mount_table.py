"""A mount, a superblock, a peer group: the three tables that all mount namespaces share.

A place in a file system is reached through a mount; a mount lies on a place of its parent mount. Mounts that show the
same superblock show the same files. Members of a peer group tell one another of mounts and unmounts on them.
"""

from dataclasses import dataclass, field

from immutables import Map

from vlearn.sim.containers.processes import Path, Place
from vlearn.sim.files.filesystem import Filesystem


@dataclass(frozen=True, slots=True)
class Superblock:
    """A file system that is in use, with the user namespace that mounted it.

    `files` is None where the kernel's own state is the content: proc of pid namespace `of`, sysfs, cgroup, nsfs.
    It goes with the last of its `mounts`, unless `kept`. An overlay `writes_to` a superblock and a path.
    """

    number: int
    type: str
    user: int
    files: Filesystem | None = None
    of: int = 0
    options: tuple[str, ...] = ()
    mounts: int = 0
    kept: bool = False
    writes_to: tuple[int, Path] | None = None

    @property
    def device(self) -> str:
        """As mountinfo prints it: no block device, so major 0."""
        return f"0:{self.number}"


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system, from `root` down, at `point` of the parent mount (0: this one is the root of its namespace).

    `point` and `root` are paths from the root of the file system that they are in. `shared` is the peer group that it
    belongs to, `master` the one that it only listens to, 0 where there is none. `namespace` 0: detached, yet in use.
    """

    number: int
    namespace: int
    parent: int
    point: Path
    superblock: int
    root: Path = ()
    source: str = "none"
    options: frozenset[str] = frozenset()
    shared: int = 0
    master: int = 0
    unbindable: bool = False
    locked: bool = False
    locked_options: frozenset[str] = frozenset()
    above: Map[Path, int] = field(default_factory=Map)
    users: int = 0

    @property
    def place(self) -> Place:
        """Its own root."""
        return Place(self.number, self.root)

    @property
    def propagation(self) -> str:
        """As findmnt prints it."""
        words = ("shared" if self.shared else "private", "slave" if self.master else "")
        return ",".join(filter(None, (*words, "unbindable" if self.unbindable else "")))


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """Mounts that tell one another everything, and mounts that are told but never tell."""

    members: frozenset[int] = frozenset()
    slaves: frozenset[int] = frozenset()

"""Control groups as one frozen value: hierarchies of groups, who is in which, what is limited and what was used.

A limit is one field whatever its file is called: `cpu.weight` of version 2 and `cpu.shares` of version 1 are both
`shares`. Memory is counted in pages, processor time in microseconds, processes by the pid that the host gives them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from immutables import Map

from vlearn.errors import ModelError

Path: TypeAlias = tuple[str, ...]
Version: TypeAlias = Literal[1, 2]

PAGE = 4096
SHARES, PERIOD, DEPTH = 1024, 100_000, 2**31 - 1
"""What a new group starts with: the weight of a process at nice 0, 100 ms, and no limit of depth or descendants."""

CONTROLLERS = ("cpuset", "cpu", "io", "memory", "pids")
THREADED = frozenset({"cpu", "cpuset", "pids"})
"""Controllers that can share out among single threads; the others make a group a domain without processes."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to share: processors, pages of memory, memory nodes, and disks as major:minor numbers."""

    cpus: int = 2
    pages: int = 262_144
    nodes: int = 1
    disks: tuple[str, ...] = ("8:0",)


@dataclass(frozen=True, slots=True)
class DiskLimit:
    """Bytes and operations a second on one disk; None is no limit."""

    rbps: int | None = None
    wbps: int | None = None
    riops: int | None = None
    wiops: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What can be set for a group. None is no limit; of the sets of processors and nodes, nothing set."""

    shares: int = SHARES
    quota: int | None = None
    period: int = PERIOD
    burst: int = 0
    memory_max: int | None = None
    memory_high: int | None = None
    oom_group: bool = False
    oom_kill_disable: bool = False
    pids_max: int | None = None
    disks: Map[str, DiskLimit] = field(default_factory=Map)
    cpus: frozenset[int] | None = None
    mems: frozenset[int] | None = None
    freeze: bool = False
    max_depth: int = DEPTH
    max_descendants: int = DEPTH


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used by the processes of this group itself; sums over the groups below it are made when read.

    `anonymous` has the pages of each process that were charged here, `cache` those of each file: they stay where they
    were first charged when the process moves. `events` counts by the names of `memory.events`, `pids.events`,
    `cpu.stat`, and `io.stat` with the disk before them.
    """

    cpu: int = 0
    anonymous: Map[int, int] = field(default_factory=Map)
    cache: Map[str, int] = field(default_factory=Map)
    memory_peak: int = 0
    pids_peak: int = 0
    events: Map[str, int] = field(default_factory=Map)

    @property
    def pages(self) -> int:
        """Pages charged to this group itself."""
        return sum(self.anonymous.values()) + sum(self.cache.values())


@dataclass(frozen=True, slots=True)
class Group:
    """A directory of a hierarchy. `enabled` is its cgroup.subtree_control; `given` the files another user owns."""

    limits: Limits = field(default_factory=Limits)
    usage: Usage = field(default_factory=Usage)
    enabled: frozenset[str] = frozenset()
    owner: int = 0
    given: Map[str, int] = field(default_factory=Map)


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A tree of groups with its controllers. Every process of the machine is in exactly one group of each hierarchy."""

    name: str
    version: Version
    controllers: tuple[str, ...]
    number: int = 0
    groups: Map[Path, Group] = field(default_factory=lambda: Map({(): Group()}))
    members: Map[int, Path] = field(default_factory=Map)

    def children(self, path: Path) -> tuple[Path, ...]:
        """The groups directly below, by name."""
        return tuple(sorted(p for p in self.groups if len(p) == len(path) + 1 and p[:-1] == path))

    def below(self, path: Path) -> tuple[Path, ...]:
        """The group and every group below it, parents first."""
        return tuple(sorted(p for p in self.groups if p[: len(path)] == path))

    def processes(self, path: Path) -> tuple[int, ...]:
        """The pids in this group itself."""
        return tuple(sorted(pid for pid, at in self.members.items() if at == path))

    def populated(self, path: Path) -> bool:
        """Whether this group or one below it has a process."""
        return any(at[: len(path)] == path for at in self.members.values())

    def available(self, path: Path) -> tuple[str, ...]:
        """The file cgroup.controllers: what the parent hands down; the root has all, and so has any group of v1."""
        if not path or self.version == 1:
            return self.controllers
        return tuple(name for name in self.controllers if name in self.groups[path[:-1]].enabled)

    def put(self, path: Path, group: Group) -> "Hierarchy":
        """With this group at the path."""
        return replace(self, groups=self.groups.set(path, group))


@dataclass(frozen=True, slots=True)
class Cgroups:
    """All hierarchies of a machine by the name of their mount below /sys/fs/cgroup; version 2 alone is named "".

    `scores` has each process's oom_score_adj where it is not 0. `zombies` have exited and not been waited for.
    `killed` are the processes that the model itself has sent SIGKILL, the newest last: the OOM killer's, cgroup.kill's.
    """

    hierarchies: Map[str, Hierarchy]
    machine: Machine = field(default_factory=Machine)
    scores: Map[int, int] = field(default_factory=Map)
    zombies: frozenset[int] = frozenset()
    killed: tuple[int, ...] = ()

    @classmethod
    def unified(cls, machine: Machine | None = None, pids: tuple[int, ...] = (1,)) -> "Cgroups":
        """Version 2, as on any distribution since 2021: one hierarchy for all controllers."""
        tree = Hierarchy("", 2, CONTROLLERS, members=Map(dict.fromkeys(pids, ())))
        return cls(Map({"": tree}), machine or Machine())

    @classmethod
    def legacy(cls, machine: Machine | None = None, pids: tuple[int, ...] = (1,)) -> "Cgroups":
        """Version 1: a hierarchy for each controller, and an empty one of version 2 at `unified`."""
        members = Map(dict.fromkeys(pids, ()))
        names = ("cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids")
        trees = {name: Hierarchy(name, 1, (name,), n, members=members) for n, name in enumerate(names, 1)}
        trees["unified"] = Hierarchy("unified", 2, (), members=members)
        return cls(Map(trees), machine or Machine())

    def hierarchy(self, controller: str) -> Hierarchy | None:
        """The hierarchy that has this controller, None if the machine does not have it."""
        return next((tree for tree in self.hierarchies.values() if controller in tree.controllers), None)

    def group_of(self, pid: int, controller: str) -> tuple[Hierarchy, Path]:
        """Where a process is counted for a controller: the nearest group up the tree that has the controller."""
        tree = self.hierarchy(controller)
        if tree is None:
            raise ModelError(f"this machine has no controller {controller!r}; it has {', '.join(CONTROLLERS)}")
        if pid not in tree.members:
            raise ModelError(f"there is no process {pid} here; the pids are {_few(sorted(tree.members))}")
        return tree, nearest(tree, tree.members[pid], controller)

    def put(self, tree: Hierarchy) -> "Cgroups":
        """With this hierarchy in place of the one of the same name."""
        return replace(self, hierarchies=self.hierarchies.set(tree.name, tree))

    @property
    def pids(self) -> tuple[int, ...]:
        """Every process that is in a group."""
        return tuple(sorted(next(iter(self.hierarchies.values())).members))


def ancestors(path: Path) -> Iterator[Path]:
    """The path itself, then its parents, the root last."""
    for length in range(len(path), -1, -1):
        yield path[:length]


def nearest(tree: Hierarchy, path: Path, controller: str) -> Path:
    """The path, or the first of its parents, that has the controller."""
    return next(at for at in ancestors(path) if not at or controller in tree.available(at))


def shown(path: Path) -> str:
    """A group as /proc/PID/cgroup names it."""
    return "/" + "/".join(path)


def _few(pids: list[int]) -> str:
    return ", ".join(map(str, pids[:8])) + (", ..." if len(pids) > 8 else "")

"""The eight kinds of namespace and what one of each kind holds.

A namespace is known by the number of its inode in nsfs, which `readlink /proc/PID/ns/uts` prints. It lives while
something refers to it: `references` is that count, and `Kernel` keeps it. Network and cgroup namespaces are identities
here; what they isolate is in the packages network and cgroups.
"""

from dataclasses import dataclass, field
from typing import Final

from immutables import Map


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table of kinds: the clone(2) flag, the file in /proc/PID/ns, and the first one's inode number."""

    name: str
    flag: str
    first: int

    def link(self, number: int) -> str:
        """What readlink prints, such as uts:[4026531838]."""
        return f"{self.name}:[{number}]"


KINDS: Final = (
    Kind("cgroup", "CLONE_NEWCGROUP", 4026531835),
    Kind("ipc", "CLONE_NEWIPC", 4026531839),
    Kind("mnt", "CLONE_NEWNS", 4026531832),
    Kind("net", "CLONE_NEWNET", 4026531833),
    Kind("pid", "CLONE_NEWPID", 4026531836),
    Kind("time", "CLONE_NEWTIME", 4026531834),
    Kind("user", "CLONE_NEWUSER", 4026531837),
    Kind("uts", "CLONE_NEWUTS", 4026531838),
)
"""Numbers of the first namespaces as in Linux's include/uapi/linux/nsfs.h."""

KIND: Final = {kind.name: kind for kind in KINDS}
FLAGS: Final = {kind.flag: kind.name for kind in KINDS}
FIRST_FREE: Final = 4026532177
"""The numbers in between belong to files of /proc; where they end differs from machine to machine."""

MOST_LEVELS: Final = {"user": 33, "pid": 32}
"""How deep they nest below the first one; deeper is ENOSPC."""


@dataclass(frozen=True, slots=True)
class Namespace:
    """What all kinds have: the user namespace that owns it, and the uid (as the host counts) that made it."""

    number: int
    owner: int
    creator: int
    references: int = 0

    @property
    def kind(self) -> str:
        """The name of its kind, as in /proc/PID/ns."""
        return KIND_OF[type(self)]

    @property
    def refers_to(self) -> tuple[int, ...]:
        """The namespaces that live at least as long as this one."""
        return (self.owner,) if self.owner else ()

    def __str__(self) -> str:
        return KIND[self.kind].link(self.number)


@dataclass(frozen=True, slots=True)
class MountNamespace(Namespace):
    """A tree of mounts, named by the mount at its root."""

    root: int = 0


@dataclass(frozen=True, slots=True)
class UtsNamespace(Namespace):
    """The names that uname(2) reports."""

    hostname: str = "localhost"
    domainname: str = "(none)"


@dataclass(frozen=True, slots=True)
class Queue:
    """A System V message queue: the key that it is found by, its owner, its mode, and the messages in it."""

    key: int
    owner: int
    mode: int
    messages: tuple[tuple[int, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class IpcNamespace(Namespace):
    """System V message queues by identifier, and the file system of POSIX queues (a superblock)."""

    queues: Map[int, Queue] = field(default_factory=Map)
    next_queue: int = 0
    mqueue: int = 0


@dataclass(frozen=True, slots=True)
class PidNamespace(Namespace):
    """Numbers for processes: pid within it -> pid as the host counts. After its pid 1 ends it is closed for good."""

    parent: int = 0
    level: int = 0
    last: int = 0
    closed: bool = False
    processes: Map[int, int] = field(default_factory=Map)

    @property
    def refers_to(self) -> tuple[int, ...]:
        """Its owner and the pid namespace around it."""
        return tuple(number for number in (self.owner, self.parent) if number)


@dataclass(frozen=True, slots=True)
class Extent:
    """A line of a uid_map: `count` ids from `inside` on are those from `outside` on, as the host counts."""

    inside: int
    outside: int
    count: int


@dataclass(frozen=True, slots=True)
class UserNamespace(Namespace):
    """Whose ids mean what, and a scope for capabilities. `owner` is the user namespace around it."""

    level: int = 0
    creator_group: int = 0
    uid_map: tuple[Extent, ...] = ()
    gid_map: tuple[Extent, ...] = ()
    setgroups: bool = True
    limits: Map[str, int] = field(default_factory=Map)


@dataclass(frozen=True, slots=True)
class TimeNamespace(Namespace):
    """Seconds to add to two clocks. The offsets can change until the first process is in it."""

    monotonic: float = 0
    boottime: float = 0
    entered: bool = False


@dataclass(frozen=True, slots=True)
class NetNamespace(Namespace):
    """An identity; interfaces, routes and ports of it are in the package network."""


@dataclass(frozen=True, slots=True)
class CgroupNamespace(Namespace):
    """The group of each hierarchy that its members see as the root."""

    roots: Map[str, tuple[str, ...]] = field(default_factory=Map)


KIND_OF: Final = {
    CgroupNamespace: "cgroup",
    IpcNamespace: "ipc",
    MountNamespace: "mnt",
    NetNamespace: "net",
    PidNamespace: "pid",
    TimeNamespace: "time",
    UserNamespace: "user",
    UtsNamespace: "uts",
}

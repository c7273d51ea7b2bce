"""What the kernel knows of a process: its numbers, who it is, what it may do, what it refers to."""

from dataclasses import dataclass, field, fields, replace

from immutables import Map

from vlearn.sim.containers.capabilities import ALL
from vlearn.sim.containers.signals import Ended

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A file or directory: a mount, and the path below the root of the mounted file system."""

    mount: int
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Credentials:
    """Ids as the host counts them, and capabilities that count in the user namespace `user` and those below it."""

    user: int
    uid: int = 0
    euid: int = 0
    suid: int = 0
    gid: int = 0
    egid: int = 0
    sgid: int = 0
    groups: tuple[int, ...] = ()
    inheritable: int = 0
    permitted: int = ALL
    effective: int = ALL
    bounding: int = ALL
    ambient: int = 0
    no_new_privileges: bool = False


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An open file, which the descriptors of several processes may share, with its offset: fork copies descriptors.

    `handle` is what the file system gave for it, None for files that the kernel makes up. `namespace` is set for a file
    of /proc/PID/ns. `users` counts the descriptors.
    """

    number: int
    place: Place
    opener: Credentials
    readable: bool = True
    writable: bool = False
    append: bool = False
    handle: int | None = None
    offset: int = 0
    namespace: int = 0
    users: int = 0


@dataclass(frozen=True, slots=True)
class Membership:
    """The namespace of each kind that a process is in, by number; those `_for_children` are where forks go."""

    cgroup: int
    ipc: int
    mnt: int
    net: int
    pid: int
    pid_for_children: int
    time: int
    time_for_children: int
    user: int
    uts: int

    def numbers(self) -> tuple[int, ...]:
        """All of them; a number twice where two fields have it."""
        return tuple(getattr(self, field.name) for field in fields(self))

    def get(self, name: str) -> int:
        """By the name of the file in /proc/PID/ns."""
        number: int = getattr(self, name)
        return number

    def put(self, **numbers: int) -> "Membership":
        """With some of them replaced."""
        return replace(self, **numbers)


@dataclass(frozen=True, slots=True)
class Process:
    """A process. `pid` and `parent` are the host's numbers; `numbers` are its pids, the innermost namespace first.

    `ended` is None while it lives, `stopped` after SIGSTOP. `handled` and `ignored` are sets of signals; `pending` are
    handled ones, in order, that its program has not dealt with yet.
    `descriptors` leads from file descriptors to the kernel's open files.
    """

    pid: int
    parent: int
    numbers: tuple[int, ...]
    credentials: Credentials
    namespaces: Membership
    root: Place
    directory: Place
    arguments: tuple[str, ...] = ("init",)
    executable: str = "/sbin/init"
    children: frozenset[int] = frozenset()
    descriptors: Map[int, int] = field(default_factory=Map)
    close_on_exec: frozenset[int] = frozenset()
    handled: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    pending: tuple[str, ...] = ()
    stopped: bool = False
    subreaper: bool = False
    umask: int = 0o022
    started: float = 0
    ended: Ended | None = None

    @property
    def number(self) -> int:
        """What getpid() gives it."""
        return self.numbers[0]

    @property
    def is_init(self) -> bool:
        """Whether it is pid 1 of its pid namespace."""
        return self.numbers[0] == 1

    @property
    def is_zombie(self) -> bool:
        """Whether it has ended and nobody has waited for it."""
        return self.ended is not None

    @property
    def command(self) -> str:
        """The name that ps prints: the last part of the executable, of 15 characters at most."""
        return self.executable.rpartition("/")[2][:15]

    @property
    def state(self) -> str:
        """The letter that ps prints: Z, T or S."""
        return "Z" if self.is_zombie else "T" if self.stopped else "S"

    @property
    def refers_to(self) -> tuple[int, ...]:
        """The namespaces that it keeps alive. A zombie keeps those alone that its number and its owner are from."""
        if self.is_zombie:
            return (self.namespaces.pid, self.namespaces.user)
        return self.namespaces.numbers()

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it stands: this makes a mount busy, and so do open files."""
        return () if self.is_zombie else (self.root, self.directory)

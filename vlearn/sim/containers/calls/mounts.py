"""The system calls for where a process stands, and mounts."""

from dataclasses import dataclass

from vlearn.sim.containers.calls.call import Call


@dataclass(frozen=True, slots=True)
class Chdir(Call):
    """Change the working directory."""

    path: str


@dataclass(frozen=True, slots=True)
class Fchdir(Call):
    """Change the working directory to an open one, wherever that is."""

    descriptor: int


@dataclass(frozen=True, slots=True)
class Getcwd(Call):
    """The working directory's path."""  # str; "(unreachable)..." where it is outside the root

    pass


@dataclass(frozen=True, slots=True)
class Chroot(Call):
    """Change the root directory. The working directory stays where it is, even outside."""

    path: str


@dataclass(frozen=True, slots=True)
class PivotRoot(Call):
    """Make `new` the root mount of the namespace and move the old root to `old`."""

    new: str
    old: str


@dataclass(frozen=True, slots=True)
class Mount(Call):
    """mount(2). `flags` are names without MS_: BIND, REC, REMOUNT, MOVE, SHARED, SLAVE, PRIVATE, UNBINDABLE, RDONLY,
    NOSUID, NODEV, NOEXEC. `data` is the file system's own, such as size=64k."""

    source: str
    target: str
    type: str = ""
    flags: tuple[str, ...] = ()
    data: str = ""


@dataclass(frozen=True, slots=True)
class Umount(Call):
    """umount2(2); with `detach` the mount leaves the tree at once and goes when nobody uses it."""

    target: str
    detach: bool = False

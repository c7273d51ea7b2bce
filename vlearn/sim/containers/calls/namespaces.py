"""The system calls for namespaces, credentials and what the small namespaces hold."""

from dataclasses import dataclass

from vlearn.sim.containers.calls.call import Call


@dataclass(frozen=True, slots=True)
class Unshare(Call):
    """Leave namespaces for new ones; for CLONE_NEWPID and CLONE_NEWTIME that is where later children go."""

    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setns(Call):
    """Enter the namespace of an open file of /proc/PID/ns; `flag` (CLONE_NEW*) insists on its kind."""

    descriptor: int
    flag: str = ""


@dataclass(frozen=True, slots=True)
class SetHostname(Call):
    """sethostname(2), up to 64 bytes."""

    name: str


@dataclass(frozen=True, slots=True)
class SetDomainname(Call):
    """setdomainname(2), up to 64 bytes."""

    name: str


@dataclass(frozen=True, slots=True)
class ClockGettime(Call):
    """Read a clock: CLOCK_REALTIME, CLOCK_MONOTONIC or CLOCK_BOOTTIME."""  # seconds

    clock: str = "CLOCK_REALTIME"


@dataclass(frozen=True, slots=True)
class ClockSettime(Call):
    """Set CLOCK_REALTIME, which is one for the whole machine."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Sleep(Call):
    """Let time pass, for everybody."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SetUids(Call):
    """setresuid(2): real, effective, saved; -1 leaves one as it is."""

    real: int
    effective: int
    saved: int


@dataclass(frozen=True, slots=True)
class SetGids(Call):
    """setresgid(2): real, effective, saved; -1 leaves one as it is."""

    real: int
    effective: int
    saved: int


@dataclass(frozen=True, slots=True)
class SetGroups(Call):
    """Replace the supplementary groups."""

    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Capset(Call):
    """Set capabilities, as integers of one bit each."""

    effective: int
    permitted: int
    inheritable: int


@dataclass(frozen=True, slots=True)
class DropBounding(Call):
    """Give up a capability for all programs to come: prctl(PR_CAPBSET_DROP)."""

    capability: str


@dataclass(frozen=True, slots=True)
class SetNoNewPrivileges(Call):
    """From now on no exec adds privileges: prctl(PR_SET_NO_NEW_PRIVS)."""


@dataclass(frozen=True, slots=True)
class Msgget(Call):
    """Find or make a queue; key 0 (IPC_PRIVATE) always makes one."""  # its identifier

    key: int = 0
    create: bool = True
    exclusive: bool = False
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Msgsnd(Call):
    """Put a message of a positive type into a queue."""

    queue: int
    type: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Msgrcv(Call):
    """Take the first message, or the first of a type."""  # (type, bytes)

    queue: int
    type: int = 0


@dataclass(frozen=True, slots=True)
class RemoveQueue(Call):
    """msgctl(IPC_RMID)."""

    queue: int

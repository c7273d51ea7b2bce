"""The system calls for processes, signals and programs."""

from dataclasses import dataclass

from vlearn.sim.containers.calls.call import Call


@dataclass(frozen=True, slots=True)
class Clone(Call):
    """A child with new namespaces for these CLONE_NEW* flags; CLONE_PARENT makes it a sibling."""  # the child's pid

    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fork(Call):
    """A child in the same namespaces."""  # the child's pid


@dataclass(frozen=True, slots=True)
class Exec(Call):
    """Become another program: `arguments[0]` names it, `path` finds it (the same, if empty)."""

    arguments: tuple[str, ...]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Exit(Call):
    """End. A pid 1 takes its whole pid namespace with it."""

    code: int = 0


@dataclass(frozen=True, slots=True)
class Wait(Call):
    """Reap a child that has ended, any or `target`; with nothing to reap, WNOHANG's answer."""  # (pid, Ended) or None

    target: int = -1


@dataclass(frozen=True, slots=True)
class Kill(Call):
    """Send a signal to `target`, or to all but itself and pid 1 (-1). Signal "0" only asks whether it may."""

    target: int
    signal: str = "SIGTERM"


@dataclass(frozen=True, slots=True)
class Sigaction(Call):
    """What to do on a signal: "default", "ignore" or "handle"."""

    signal: str
    action: str


@dataclass(frozen=True, slots=True)
class SetSubreaper(Call):
    """Adopt orphans among one's descendants: prctl(PR_SET_CHILD_SUBREAPER)."""

    on: bool = True

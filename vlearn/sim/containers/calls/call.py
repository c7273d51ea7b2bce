"""What every system call has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A system call by a process, or what else can happen to it. Raises ModelError if there is no such process."""

    pid: int

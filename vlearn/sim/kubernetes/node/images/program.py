"""What a container does once it runs, as a plan in model time: everything is settled when it starts.

Times are seconds since its start. Leaves out what depends on other containers: nobody's program waits for a service.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Program:
    """By default: runs for ever, is ready at once, and ends at once with code 0 on SIGTERM."""

    ready: float = 0.0
    """When it begins to answer on its ports."""
    unwell: float | None = None
    """When it begins to answer with errors."""
    exits: float | None = None
    """When it ends by itself; None: never."""
    code: int = 0
    says: tuple[tuple[float, str], ...] = ()
    """Its log lines."""
    period: float | None = None
    """The lines come again every so many seconds."""
    stops: float | None = 0.0
    """How long it takes to end on SIGTERM; None: it ignores the signal, as every first process without a handler."""
    stop_code: int = 0
    memory: int = 16 * MIB
    """What it uses in the end, in bytes."""
    peak: float = 1.0
    """When it uses that much."""
    ports: tuple[int, ...] = ()
    """Where it listens; none stands for any port."""
    paths: tuple[str, ...] = ()
    """What it answers over HTTP; none stands for any path."""
    files: tuple[tuple[float, str, bool], ...] = ()
    """When it makes (True) or removes (False) a file of this path."""
    refused: str = ""
    """Why the runtime cannot even start it."""

    def has_file(self, path: str, age: float) -> bool:
        """Whether a file is there, of those that the program makes."""
        there = False
        for at, name, made in self.files:
            if name == path and at <= age:
                there = made
        return there

    def lines(self, age: float) -> Iterator[tuple[float, str]]:
        """Its log lines up to this age, with the age at which each was written."""
        if self.period is None or self.period <= 0:
            yield from ((at, text) for at, text in self.says if at <= age)
            return
        begin = 0.0
        while begin <= age:
            yield from ((begin + at, text) for at, text in self.says if begin + at <= age)
            begin += self.period


FOREVER = Program()

"""The state of a migration, page by page: both hosts, what has still to be sent, the clock, and the sums so far.

A page's content is a number, how often it has been written. `newest` is the guest's memory as the guest knows it,
wherever it runs; a host's memory is what that host holds, None for a page that has not come.
"""

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from vlearn.sim.migration.machine import Link, VirtualMachine
from vlearn.sim.migration.report import Ending, Report, Round
from vlearn.trace import Event, Step

Contents: TypeAlias = tuple[int | None, ...]
Stage: TypeAlias = Literal[
    "before",
    "pre-migration",
    "reservation",
    "pre-copy",
    "stop-and-copy",
    "commitment",
    "activation",
    "post-copy",
    "done",
    "failed",
    "waiting for the link",
]
STAGES: tuple[Stage, ...] = (
    "pre-migration",
    "reservation",
    "pre-copy",
    "stop-and-copy",
    "commitment",
    "activation",
)
"""The six stages of Clark et al., in order, numbered from 0."""


@dataclass(frozen=True, slots=True)
class Host:
    """What a host has of the machine: memory, processor and device state, the right to run it; and whether it runs."""

    memory: Contents
    processor: bool = False
    owns: bool = False
    runs: bool = False
    alive: bool = True


@dataclass(frozen=True, slots=True)
class Processor:
    """A virtual processor during post-copy: the seconds it has waited in all, how many accesses it has made, and the
    page it waits for.
    """

    lag: float = 0.0
    made: int = 0
    waits_for: int | None = None
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Migration:
    """A moment of a migration. `to_send` are the pages of this round, in post-copy those that have not been sent."""

    machine: VirtualMachine
    link: Link
    source: Host
    destination: Host
    newest: tuple[int, ...]
    strategy: str = ""
    stage: Stage = "before"
    time: float = 0.0
    guest_time: float = 0.0
    to_send: frozenset[int] = frozenset()
    dirty: frozenset[int] = frozenset()
    rounds: tuple[Round, ...] = ()
    pages: int = 0
    bytes: int = 0
    paused_at: float = 0.0
    downtime: float = 0.0
    faults: int = 0
    slot: int = 0
    began: float = 0.0
    requests: tuple[tuple[float, int], ...] = ()
    arrivals: tuple[tuple[float, int], ...] = ()
    pivot: int = 0
    below: bool = False
    processors: tuple[Processor, ...] = ()
    why: str = ""
    ending: Ending | None = None
    identical: bool = False
    frames_to: Literal["source", "destination"] = "source"
    link_up: bool = field(default=True)

    def step(self, kind: str, text: str, *touches: str, **changes: object) -> Step["Migration"]:
        """The step that makes these changes."""
        return Step(Event(kind, text, touches), replace(self, **changes))  # type: ignore[arg-type]

    def holds_all(self, host: Host) -> bool:
        """Whether the host could run the machine with nothing lost: it is up, and all that it needs is there."""
        return host.alive and host.processor and host.memory == self.newest

    @property
    def report(self) -> Report:
        """The run in figures, as the bitmaps report it. A migration that has not ended counts as at the source."""
        waited = sum(processor.lag for processor in self.processors)
        return Report(
            self.strategy,
            self.ending or "at the source",
            self.rounds,
            self.why,
            self.time,
            self.downtime,
            self.pages,
            self.bytes,
            self.slot * self.link.slot + self.link.round_trip / 2 if self.slot else 0.0,
            self.faults,
            waited,
            self.identical,
        )


def before(machine: VirtualMachine, link: Link) -> Migration:
    """The machine runs at the source; the destination has nothing of it."""
    pages = (0,) * machine.pages
    running = Host(pages, processor=True, owns=True, runs=True)
    return Migration(machine, link, running, Host((None,) * machine.pages), pages)

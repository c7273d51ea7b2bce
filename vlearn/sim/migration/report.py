"""What a migration came to: its rounds, its times, what it sent, how it ended. Both granularities give this value."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from vlearn.sim.migration.patterns import PAGE

Ending: TypeAlias = Literal["at the destination", "at the source", "lost"]


@dataclass(frozen=True, slots=True)
class Round:
    """Pages of one round: sent, skipped as they were dirty again, and dirtied while it lasted. The last has the guest
    paused, and so dirties none. `rate` is bytes a second, `throttle` the share of time taken from the guest.
    """

    number: int
    sent: int
    skipped: int
    dirtied: int
    seconds: float
    rate: float
    throttle: float = 0.0
    paused: bool = False

    @property
    def sent_bytes(self) -> int:
        """The memory sent, without headers."""
        return self.sent * PAGE

    @property
    def dirty_rate(self) -> float:
        """Bytes a second of pages that became dirty, each counted once."""
        return self.dirtied * PAGE / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """A migration in figures: bytes and seconds.

    `faults` counts pages that a processor asked for over the network, `waited` the seconds that processors stood still
    for missing pages, `following` those in which pages followed the machine. `identical` says whether the destination
    held the source's memory when the machine ran on without it. `why` is the reason for which live rounds ended.
    """

    strategy: str
    ending: Ending
    rounds: tuple[Round, ...]
    why: str
    total: float
    downtime: float
    pages: int
    sent: int
    following: float = 0.0
    faults: int = 0
    waited: float = 0.0
    identical: bool = True

    @property
    def memory_sent(self) -> int:
        """The bytes of all pages sent, without headers and state."""
        return self.pages * PAGE


def counted(pages: int) -> str:
    """So many pages, in words."""
    return f"{pages} page{'s' * (pages != 1)}"

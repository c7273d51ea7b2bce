"""The phases of a release by strategy: how many old and new servers are ready, and which share of users sees the new.

The rolling one keeps Kubernetes's fenceposts, maxSurge and maxUnavailable, all servers of a round being ready at once.
Chapter 14's cluster takes the same servers and rounds; its deployments make new pods before they remove old ones, so
that with both limits large there are more of them for a moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.controllers.rolling import fenceposts


@dataclass(frozen=True, slots=True)
class Phase:
    """Servers ready with the old and the new version, those that are starting, the new one's share, and minutes."""

    old: int
    new: int
    starting: int
    share: float
    minutes: float
    words: str

    @property
    def capacity(self) -> int:
        """Servers that can answer."""
        return self.old + self.new

    @property
    def servers(self) -> int:
        """Servers that are paid for."""
        return self.old + self.new + self.starting


@dataclass(frozen=True, slots=True)
class Recreate:
    """All old servers stop, then all new ones start."""


@dataclass(frozen=True, slots=True)
class Rolling:
    """So many servers too many and too few at a time, as numbers or as texts such as `25%`."""

    max_surge: int | str = "25%"
    max_unavailable: int | str = "25%"


@dataclass(frozen=True, slots=True)
class BlueGreen:
    """A second full set is started, and all users are switched to it at once."""


@dataclass(frozen=True, slots=True)
class Canary:
    """Users are moved in these shares, with so many minutes of watching at each."""

    shares: tuple[float, ...] = (0.01, 0.1, 0.5)
    minutes: float = 10.0

    def __post_init__(self) -> None:
        if list(self.shares) != sorted(set(self.shares)) or not all(0 < share < 1 for share in self.shares):
            raise ModelError(f"a canary's shares grow, each between 0 and 1; {self.shares} do not")
        if not self.minutes > 0:
            raise ModelError(f"each share is watched for more than 0 minutes, not {self.minutes:g}")


Strategy: TypeAlias = Recreate | Rolling | BlueGreen | Canary


def phases(strategy: Strategy, servers: int, start: float) -> tuple[Phase, ...]:
    """All phases until the new version has all users; `start` is how long a server takes to be ready."""
    if servers < 1:
        raise ModelError(f"a service runs on 1 server or more, not {servers}")
    if not 0 <= start < float("inf"):
        raise ModelError(f"a server cannot take {start:g} minutes to start")
    match strategy:
        case Recreate():
            return (Phase(0, 0, servers, 0.0, start, "no server answers while the new ones start"),)
        case BlueGreen():
            return (Phase(servers, 0, servers, 0.0, start, "a second set starts beside the first"),)
        case Canary(shares, minutes):
            begin = Phase(servers, 0, servers, 0.0, start, "new servers start beside the old ones")
            words = "{:.0%} of users see the new version"
            watched = (Phase(servers, servers, 0, share, minutes, words.format(share)) for share in shares)
            return (begin, *watched)
        case Rolling():
            return tuple(rounds(strategy, servers, 0, servers, start))


def rounds(strategy: Rolling, old: int, new: int, wanted: int, start: float) -> Iterator[Phase]:
    """The rounds of a rolling update from so many ready servers of each version to the wanted number of new ones."""
    surge, unavailable = fenceposts(strategy.max_surge, strategy.max_unavailable, wanted)
    if min(surge, unavailable) < 0:
        raise ModelError(f"there cannot be {min(surge, unavailable)} servers too many or too few")
    while new < wanted or old:
        old -= min(old, max(0, old + new - (wanted - unavailable)))
        starting = min(wanted - new, wanted + surge - old - new)
        share = new / (old + new) if old + new else 0.0
        yield Phase(old, new, starting, share, start if starting else 0.0, f"{new} new and {old} old servers answer")
        new += starting


def keeps_old(strategy: Strategy) -> bool:
    """Whether the old servers are still there when the first users see the new version."""
    return isinstance(strategy, BlueGreen | Canary)

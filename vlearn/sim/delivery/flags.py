"""Feature flags: code that is deployed and not yet released, for a share of users that grows.

A user is in the share by a digest of flag and name: always the same answer, and whoever has the feature keeps it as the
share grows. Left out: flags that nobody removes, whose combinations nobody tests; `combinations` counts them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from vlearn.errors import ModelError


@dataclass(frozen=True, slots=True)
class Flag:
    """A switch in the code: the percentage of users for whom it is on, and those who have it anyhow."""

    name: str
    percent: float = 0.0
    always: frozenset[str] = frozenset()
    killed: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= 100:
            raise ModelError(f"the flag {self.name!r} is on for 0 to 100 percent of users, not {self.percent:g}")

    def on(self, user: str) -> bool:
        """Whether this user sees the feature."""
        return not self.killed and (user in self.always or bucket(self.name, user) < self.percent)

    def at(self, percent: float) -> "Flag":
        """With another share: a release without a deployment."""
        return replace(self, percent=percent)

    def kill(self) -> "Flag":
        """Off for everybody: a way back without a deployment."""
        return replace(self, killed=True)


def bucket(flag: str, user: str) -> float:
    """Where a user stands between 0 and 100, for this flag: another flag has another order."""
    return int.from_bytes(sha256(f"{flag}\0{user}".encode()).digest()[:8]) / 2**64 * 100


def share(flag: Flag, users: Iterable[str]) -> float:
    """Of these users, the share who see it."""
    found = [flag.on(user) for user in users]
    return sum(found) / len(found) if found else 0.0


def combinations(flags: int) -> int:
    """How many programs are in one, with so many flags."""
    if flags < 0:
        raise ModelError(f"there cannot be {flags} flags")
    return 1 << flags

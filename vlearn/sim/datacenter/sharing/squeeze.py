"""Over-commitment as arithmetic: what sharing saves, what balloons can take, and what is left to be swapped.

Sizes are MiB. Sharing comes first, since it costs the guests little; then balloons, which take what guests have touched
and do not use; only then does the host swap. The step model is `overcommit`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vlearn.errors import ModelError


@dataclass(frozen=True, slots=True)
class Demand:
    """A guest's memory in MiB: promised, touched so far, in use now, and of that what all guests have the same."""

    promised: int
    touched: int
    active: int
    same: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.same <= self.active <= self.touched <= self.promised:
            raise ModelError(
                f"same, active, touched and promised MiB grow in this order, from 0; in {self} they do not"
            )


@dataclass(frozen=True, slots=True)
class Squeeze:
    """MiB of a host and its guests; of what is missing, these are saved by sharing, taken by balloons, and swapped."""

    host: int
    promised: int
    touched: int
    shared: int
    ballooned: int
    swapped: int

    @property
    def overcommitment(self) -> float:
        """Memory promised for each MiB that there is."""
        return self.promised / self.host

    @property
    def fits(self) -> bool:
        """Whether the host need not swap."""
        return not self.swapped


def squeeze(host: int, guests: Sequence[Demand]) -> Squeeze:
    """Fit the guests into so many MiB."""
    if host < 1:
        raise ModelError(f"a host has 1 MiB or more, not {host}")
    touched = sum(guest.touched for guest in guests)
    same = [guest.same for guest in guests]
    missing = max(0, touched - host)
    shared = min(missing, sum(same) - max(same, default=0))
    ballooned = min(missing - shared, sum(guest.touched - guest.active for guest in guests))
    return Squeeze(
        host, sum(guest.promised for guest in guests), touched, shared, ballooned, missing - shared - ballooned
    )

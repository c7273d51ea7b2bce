"""Pre-copy as arithmetic: rounds from rates alone, as a planner or an exam question works them out.

A round lasts as long as its bytes take; meanwhile the guest dirties its write rate times that long, but never more than
its writable working set. This is what the bitmaps do for a guest that writes from end to end, without the skip rule,
headers and state; a guest that writes at random dirties less.
"""

from dataclasses import dataclass
from math import isfinite

from vlearn.errors import ModelError

MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes sent in each live round, bytes left for the pause, seconds. `converges` is whether the limit is met."""

    rounds: tuple[float, ...]
    left: float
    live: float
    downtime: float
    converges: bool

    @property
    def total(self) -> float:
        """Live rounds and pause, in seconds."""
        return self.live + self.downtime

    @property
    def sent(self) -> float:
        """Bytes, the last copy included."""
        return sum(self.rounds) + self.left


def estimate(
    memory: float,
    write_rate: float,
    bandwidth: float,
    *,
    downtime_limit: float = 0.3,
    working_set: float | None = None,
    rounds: int = MOST_ROUNDS,
) -> Estimate:
    """Rounds until what is left fits the limit, or so many. Bytes, seconds, bytes a second.

    The rounds end early where one leaves no less than the one before: no later one would.
    """
    for name, value in (("memory", memory), ("bandwidth", bandwidth)):
        if not isfinite(value) or value <= 0:
            raise ModelError(f"{name} is in bytes{' a second' * (name == 'bandwidth')} and more than 0, not {value}")
    if not isfinite(write_rate) or write_rate < 0:
        raise ModelError(f"a write rate is in bytes a second and not negative; {write_rate} is not")
    most = memory if working_set is None else working_set
    if not 0 <= most <= memory:
        raise ModelError(f"a working set is in bytes, at most the memory's {memory:,.0f}; {most:,.0f} is not")
    limit = bandwidth * downtime_limit
    sent = [float(memory)]
    while True:
        left = min(most, write_rate * sent[-1] / bandwidth)
        if left <= limit or len(sent) >= rounds or (len(sent) > 1 and left >= sent[-1]):
            return Estimate(tuple(sent), left, sum(sent) / bandwidth, left / bandwidth, left <= limit)
        sent.append(left)

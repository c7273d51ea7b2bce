"""When pre-copy stops and how fast it sends: policies put together from a few named conditions.

A policy is consulted at the end of a round. Left out: QEMU also looks at its dirty bitmap within a round, as soon as
what it knows of falls below the threshold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from vlearn.sim.migration.report import Round


@dataclass(frozen=True, slots=True)
class Progress:
    """What a policy knows at the end of a round: all rounds, the dirty bytes left, and the rate computed for the next.

    `bandwidth` is the link's.
    """

    memory: int
    rounds: tuple[Round, ...]
    left: int
    wanted: float
    bandwidth: float


@dataclass(frozen=True, slots=True)
class Condition:
    """A reason to pause the machine and send the rest: a rule, and the limit that it is given."""

    words: str
    rule: Callable[[Progress, float], bool]
    limit: float

    def holds(self, now: Progress) -> bool:
        """Whether it is so at the end of this round."""
        return self.rule(now, self.limit)


@dataclass(frozen=True, slots=True)
class Pace:
    """Dynamic rate limiting: the first round's rate, what is added to the dirty rate for the next, and the ceiling.

    If it only rises, the rate stays where it was unless the guest dirties faster. All in bytes a second.
    """

    first: float
    step: float
    ceiling: float
    only_rises: bool = False

    def wanted(self, last: Round) -> float:
        """The rate for the next round before it is cut off at the ceiling."""
        if self.only_rises and last.dirty_rate <= last.rate:
            return last.rate
        return max(self.first, last.dirty_rate + self.step)


@dataclass(frozen=True, slots=True)
class Throttle:
    """QEMU's auto-converge: shares of time taken from the guest, and the share of dirtied to sent bytes at which.

    The trigger must be exceeded twice for each step.
    """

    initial: float = 0.2
    increment: float = 0.1
    most: float = 0.99
    trigger: float = 0.5

    def next(self, throttle: float, times: int, last: Round) -> tuple[float, int]:
        """The throttle for the next round, and how often the trigger was exceeded since the last step."""
        if last.dirtied <= self.trigger * last.sent:
            return throttle, times
        if times + 1 < 2:
            return throttle, times + 1
        return (min(self.most, round(throttle + self.increment, 2)) if throttle else self.initial), 0


@dataclass(frozen=True, slots=True)
class Policy:
    """A way to run the rounds. `skips` leaves out a page that is dirty again when its turn comes.

    Pages are looked up in the dirty bitmap `batch` at a time, in ascending order or `scattered`. `final` is the rate of
    the last copy, the link's bandwidth if None. `stuck` is what happens if rounds stop getting shorter and no condition
    ever holds: QEMU would go on until somebody cancels; the model cancels.
    """

    name: str
    conditions: tuple[Condition, ...]
    pace: Pace | None = None
    skips: bool = False
    scattered: bool = False
    batch: int = 1024
    final: float | None = None
    throttle: Throttle | None = None
    stuck: Literal["cancel", "pause"] = "pause"
    source: str = ""


def fewer_left(limit: int) -> Condition:
    """Fewer than so many bytes are dirty."""
    return Condition(f"fewer than {limit:,} bytes are left", _fewer_left, limit)


def at_most_left(limit: int) -> Condition:
    """No more than so many bytes are dirty."""
    return Condition(f"no more than {limit:,} bytes are left", _at_most_left, limit)


def short_round(pages: int) -> Condition:
    """The round that has just ended had fewer than so many pages to send."""
    return Condition(f"the round had fewer than {pages} pages", _short_round, pages)


def rounds_done(most: int) -> Condition:
    """So many rounds have been made."""
    return Condition(f"{most} round{'s have' if most != 1 else ' has'} been made", _rounds_done, most)


def sent_in_all(factor: float) -> Condition:
    """More than so many times the memory has been sent."""
    return Condition(f"more than {factor:g} times the memory has been sent", _sent_in_all, factor)


def too_fast_for(ceiling: float) -> Condition:
    """The rate computed for the next round is above the ceiling, although the last was already sent at it."""
    return Condition(f"the next round would need more than {ceiling:,.0f} bytes a second", _too_fast_for, ceiling)


def grew_at(ceiling: float) -> Condition:
    """The round sent more than the one before although it was sent at the ceiling; the first follows the memory."""
    return Condition("the round sent more than the one before, at the highest rate", _grew_at, ceiling)


def within(limit: float) -> Condition:
    """What is left can be sent within so many seconds."""
    return Condition(f"the rest takes no more than {limit:g} s", _within, limit)


def stop_threshold(now: Progress, limit: float) -> float:
    """QEMU's threshold in bytes: the bandwidth that it has seen times the downtime limit."""
    return now.rounds[-1].rate * limit


# The rules are functions of the module, not of the factories above, so that a policy can go to another process.


def _fewer_left(now: Progress, limit: float) -> bool:
    return now.left < limit


def _at_most_left(now: Progress, limit: float) -> bool:
    return now.left <= limit


def _short_round(now: Progress, limit: float) -> bool:
    return now.rounds[-1].sent + now.rounds[-1].skipped < limit


def _rounds_done(now: Progress, limit: float) -> bool:
    return len(now.rounds) >= limit


def _sent_in_all(now: Progress, limit: float) -> bool:
    return sum(one.sent_bytes for one in now.rounds) > limit * now.memory


def _at_the_ceiling(now: Progress, limit: float) -> bool:
    return now.rounds[-1].rate >= min(limit, now.bandwidth)


def _too_fast_for(now: Progress, limit: float) -> bool:
    return now.wanted > limit and _at_the_ceiling(now, limit)


def _grew_at(now: Progress, limit: float) -> bool:
    before = now.rounds[-2].sent_bytes if len(now.rounds) > 1 else now.memory
    return now.rounds[-1].sent_bytes > before and _at_the_ceiling(now, limit)


def _within(now: Progress, limit: float) -> bool:
    return now.left <= stop_threshold(now, limit)

"""What a policy makes of the rounds so far: go on and how, pause the machine, or give up.

Everything is worked out from the finished rounds, so both granularities decide alike.
"""

from dataclasses import dataclass
from typing import Literal

from vlearn.sim.migration.machine import Link
from vlearn.sim.migration.patterns import PAGE
from vlearn.sim.migration.policy import Policy, Progress
from vlearn.sim.migration.report import Round

PATIENCE, GAIN = 10, 0.99
"""Rounds without a new minimum that is at least one per cent lower: then the rounds are held to be stuck."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, the reason in words, and the rate and throttle of the next round."""

    verdict: Literal["go on", "pause", "cancel"]
    why: str
    rate: float
    throttle: float


def first_rate(policy: Policy, link: Link) -> float:
    """The rate of the first round."""
    return min(link.bandwidth, policy.pace.first) if policy.pace else link.bandwidth


def final_rate(policy: Policy | None, link: Link) -> float:
    """The rate at which the rest is sent, with the machine paused."""
    return min(link.bandwidth, policy.final) if policy and policy.final else link.bandwidth


def decide(policy: Policy, rounds: tuple[Round, ...], memory: int, link: Link) -> Decision:
    """Consult the policy at the end of the last of the rounds; `memory` is the machine's in bytes."""
    last = rounds[-1]
    wanted = policy.pace.wanted(last) if policy.pace else link.bandwidth
    rate = min(link.bandwidth, wanted, policy.pace.ceiling) if policy.pace else link.bandwidth
    throttle = _throttle(policy, rounds)
    now = Progress(memory, rounds, last.dirtied * PAGE, wanted, link.bandwidth)
    if not last.dirtied:
        return Decision("pause", "no page is dirty", rate, throttle)
    for condition in policy.conditions:
        if condition.holds(now):
            return Decision("pause", condition.words, rate, throttle)
    if _stuck(policy, rounds, throttle):
        why = f"pre-copy does not converge: {PATIENCE} rounds left no less than {_best(rounds) * PAGE:,} bytes"
        return Decision(policy.stuck, why, rate, throttle)
    return Decision("go on", "", rate, throttle)


def _throttle(policy: Policy, rounds: tuple[Round, ...]) -> float:
    if policy.throttle is None:
        return 0.0
    share, times = 0.0, 0
    for one in rounds:
        share, times = policy.throttle.next(share, times, one)
    return share


def _stuck(policy: Policy, rounds: tuple[Round, ...], throttle: float) -> bool:
    if policy.throttle and throttle < policy.throttle.most and _rising(policy, rounds):
        return False
    best, since = rounds[0].dirtied, 0
    for one in rounds[1:]:
        gained = one.dirtied < GAIN * best or one.throttle > rounds[one.number - 2].throttle
        best, since = (one.dirtied if gained else best), 0 if gained else since + 1
    return since >= PATIENCE


def _rising(policy: Policy, rounds: tuple[Round, ...]) -> bool:
    """Whether the last round still makes the throttle rise, now or with the next one like it."""
    assert policy.throttle is not None
    return rounds[-1].dirtied > policy.throttle.trigger * rounds[-1].sent


def _best(rounds: tuple[Round, ...]) -> int:
    return min(one.dirtied for one in rounds)

"""What a caller does about a callee that does not answer: retry with back-off and jitter, and the circuit breaker.

The breaker is a value: `ask` before a call, `learn` after it. Each change of its state begins a new round, and what a
call of an earlier round comes back with is not counted, so a late failure cannot spoil a trial. Sources: Nygard,
Release It!, 2007; AWS Architecture Blog, "Exponential Backoff And Jitter", 2015 (the names of the jitters).
Hystrix and Resilience4j open at a share of failures in a sliding window; Resilience4j judges its trials by that share
too, and not by the first that fails. Left out: such windows, budgets of retries over all calls, hedged requests.
"""

from dataclasses import dataclass, replace
from typing import Literal

from vlearn.errors import ModelError
from vlearn.sim.services.latency import nanoseconds, refuse_span

JITTERS = {
    "none": (1.0, 0.0),
    "equal": (0.5, 0.5),
    "full": (0.0, 1.0),
}
"""By name: the share of the back-off that is always waited, and the share of it that is drawn by lot."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Up to `attempts` in all; before the n-th again `wait * factor**(n - 1)` seconds, at most `most`, and jitter."""

    attempts: int = 3
    wait: float = 0.1
    factor: float = 2.0
    most: float = 10.0
    jitter: Literal["none", "equal", "full"] = "none"

    def __post_init__(self) -> None:
        if self.attempts < 2:
            raise ModelError(f"a retry makes 2 attempts or more in all, not {self.attempts}; None makes one")
        refuse_span("the wait before a retry", self.wait)
        refuse_span("the longest wait before a retry", self.most)
        if not self.factor >= 1:
            raise ModelError(f"a back-off grows by a factor of 1 or more, not {self.factor}")
        if self.jitter not in JITTERS:
            raise ModelError(f"jitter is {', '.join(JITTERS)}, not {self.jitter!r}")

    def back_off(self, failed: int, chance: float) -> float:
        """Seconds to wait after so many failed attempts; `chance` is drawn from 0 to 1."""
        always, drawn = JITTERS[self.jitter]
        return min(self.most, self.wait * self.factor ** (failed - 1)) * (always + drawn * chance)


@dataclass(frozen=True, slots=True)
class Breaker:
    """Opens after so many failures in a row, stays open for `cool_down` seconds, closes after `trials` successes."""

    failures: int = 5
    cool_down: float = 1.0
    trials: int = 1

    def __post_init__(self) -> None:
        if self.failures < 1 or self.trials < 1:
            raise ModelError(
                f"a breaker counts at least 1 failure and 1 trial, not {self.failures} failures, {self.trials} trials"
            )
        refuse_span("the cool-down of a breaker", self.cool_down)


@dataclass(frozen=True, slots=True)
class Circuit:
    """A breaker's state. `count` is failures in a row when closed, successes when half-open; `trying` calls are out.

    `since` is when the state began, in nanoseconds.
    """

    state: Literal["closed", "open", "half-open"] = "closed"
    since: int = 0
    count: int = 0
    trying: int = 0
    round: int = 0


def _turn(circuit: Circuit, state: Literal["closed", "open", "half-open"], now: int) -> Circuit:
    return Circuit(state, now, round=circuit.round + 1)


def ask(breaker: Breaker, circuit: Circuit, now: int) -> tuple[Circuit, bool]:
    """Whether a call may go through at this moment, and the circuit after the question."""
    if circuit.state == "closed":
        return circuit, True
    if circuit.state == "open":
        if now < circuit.since + nanoseconds(breaker.cool_down):
            return circuit, False
        circuit = _turn(circuit, "half-open", now)
    if circuit.trying + circuit.count >= breaker.trials:
        return circuit, False
    return replace(circuit, trying=circuit.trying + 1), True


def learn(breaker: Breaker, circuit: Circuit, now: int, begun: int, good: bool) -> Circuit:
    """The circuit after a call came back that was let through in round `begun`."""
    if begun != circuit.round:
        return circuit
    if circuit.state == "half-open":
        if not good:
            return _turn(circuit, "open", now)
        if circuit.count + 1 >= breaker.trials:
            return _turn(circuit, "closed", now)
        return replace(circuit, count=circuit.count + 1, trying=circuit.trying - 1)
    if good:
        return replace(circuit, count=0) if circuit.count else circuit
    if circuit.count + 1 >= breaker.failures:
        return _turn(circuit, "open", now)
    return replace(circuit, count=circuit.count + 1)

"""A suite of tests: how long it takes, and how often it is red although nothing is wrong.

A flaky test fails by chance with a probability of its own, each time anew; what it tests is right. A true fault is
found by some test with certainty. Left out: tests that pass by chance over a fault.
"""

from dataclasses import dataclass
from random import Random

from vlearn.errors import ModelError


@dataclass(frozen=True, slots=True)
class Suite:
    """So many tests of so many seconds each on some machines; each fails by chance with probability `flakiness`.

    A test that fails is run again up to `reruns` times, and counts as passed if one run passes.
    """

    tests: int
    seconds: float
    flakiness: float = 0.0
    machines: int = 1
    reruns: int = 0

    def __post_init__(self) -> None:
        if self.tests < 0 or self.reruns < 0 or self.machines < 1:
            raise ModelError("a suite has 0 tests or more, 0 reruns or more, and 1 machine or more")
        if not 0 <= self.seconds < float("inf"):
            raise ModelError(f"a test cannot take {self.seconds:g} seconds")
        if not 0 <= self.flakiness <= 1:
            raise ModelError(f"flakiness is a probability from 0 to 1, not {self.flakiness:g}")

    @property
    def minutes(self) -> float:
        """From the first test to the last, with no failure: the fullest machine's tests one after another."""
        return -(-self.tests // self.machines) * self.seconds / 60

    @property
    def false_alarm(self) -> float:
        """The probability that a right commit is red: some test fails in each of its runs."""
        return 1 - (1 - self.flakiness ** (1 + self.reruns)) ** self.tests

    @property
    def runs_until_green(self) -> float:
        """How many runs of the whole suite a right commit needs on average; infinite if none can be green."""
        return 1 / (1 - self.false_alarm) if self.false_alarm < 1 else float("inf")

    def flakes(self, rng: Random) -> int:
        """Of one run: how many tests fail by chance, reruns included."""
        return sum(
            all(rng.random() < self.flakiness for _ in range(1 + self.reruns)) for _ in range(self.tests)
        )  # an all() over no failures stops at the first run that passes, as a rerun does

"""How long a piece of work takes: fixed, exponential, uniform, log-normal, or the sum of several, one after another.

Times are seconds outside and whole nanoseconds inside a run: sums of integers have no rounding, so Little's law can be
tested for equality. Samples are drawn in blocks, because each call of numpy costs more than the samples do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite, log, sqrt
from typing import Protocol

import numpy as np

from vlearn.errors import ModelError

SECOND = 1_000_000_000
"""Nanoseconds."""
BLOCK = 4096


def nanoseconds(seconds: float) -> int:
    """A span as the engine counts it."""
    return round(seconds * SECOND)


class Latency(Protocol):
    """A distribution of times: its mean, and samples in seconds."""

    @property
    def mean(self) -> float:
        """Seconds."""

    def sample(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """So many independent times in seconds."""


def refuse_span(what: str, seconds: float) -> None:
    """Raise ModelError for a span that is not a finite number of seconds above 0."""
    if not (isfinite(seconds) and seconds > 0):
        raise ModelError(f"{what} is in seconds and more than 0, not {seconds}")


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always the same: what makes a run easy to follow by hand."""

    mean: float

    def __post_init__(self) -> None:
        refuse_span("a fixed latency", self.mean)

    def sample(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """The same time, so often."""
        return np.full(count, self.mean)


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory: the M of M/M/1. The standard deviation is the mean."""

    mean: float

    def __post_init__(self) -> None:
        refuse_span("the mean of an exponential latency", self.mean)

    def sample(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Independent times."""
        return rng.exponential(self.mean, count)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Any time between two with the same chance."""

    least: float
    most: float

    def __post_init__(self) -> None:
        refuse_span("the least of a uniform latency", self.least)
        if not (isfinite(self.most) and self.most >= self.least):
            raise ModelError(f"a uniform latency runs from {self.least} s to at least as much, not to {self.most} s")

    @property
    def mean(self) -> float:
        """Half way."""
        return (self.least + self.most) / 2

    def sample(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Independent times."""
        return rng.uniform(self.least, self.most, count)


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Mostly near the median, now and then many times that: the shape that measured latencies often have.

    `spread` is the 99th percentile divided by the median.
    """

    median: float
    spread: float = 5.0

    def __post_init__(self) -> None:
        refuse_span("the median of a log-normal latency", self.median)
        if not (isfinite(self.spread) and self.spread > 1):
            raise ModelError(f"the spread is the 99th percentile over the median, more than 1, not {self.spread}")

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm; 2.326 of them lie between the median and the 99th percentile."""
        return log(self.spread) / 2.3263478740408408

    @property
    def mean(self) -> float:
        """More than the median: the tail pulls it up."""
        return self.median * float(np.exp(self.sigma**2 / 2))

    def sample(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Independent times."""
        return rng.lognormal(log(self.median), self.sigma, count)


@dataclass(frozen=True, slots=True)
class Sum:
    """Several pieces of work, one after another, by one worker: a monolith's way through its modules."""

    parts: tuple[Latency, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ModelError("a sum of latencies has at least one part")

    @property
    def mean(self) -> float:
        """The means add up."""
        return sum(part.mean for part in self.parts)

    def sample(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Independent times, each the sum of one sample of every part."""
        return np.asarray(np.sum([part.sample(rng, count) for part in self.parts], axis=0))


def coefficient_of_variation(latency: Latency, seed: int = 0, count: int = 200_000) -> float:
    """Standard deviation over mean, measured: 0 is fixed, 1 exponential, more is burstier."""
    times = latency.sample(np.random.default_rng(seed), count)
    return sqrt(float(times.var())) / float(times.mean())


def stream(latency: Latency, rng: np.random.Generator) -> Callable[[], int]:
    """The next time in nanoseconds, at least 1, at each call."""

    def blocks() -> Iterator[int]:
        while True:
            yield from np.maximum(np.rint(latency.sample(rng, BLOCK) * SECOND), 1).astype(np.int64).tolist()

    return blocks().__next__


def chances(rng: np.random.Generator) -> Callable[[], float]:
    """A number from 0 up to 1 at each call."""

    def blocks() -> Iterator[float]:
        while True:
            yield from rng.random(BLOCK).tolist()

    return blocks().__next__

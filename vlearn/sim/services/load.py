"""What comes from outside: customers who arrive and make calls, and what goes wrong while they do.

Arrivals do not wait for each other's answers (an open load): a slow application is asked as often as a fast one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import inf, isfinite

import numpy as np

from vlearn.errors import ModelError
from vlearn.sim.services.application import Application, Call, callers_first, check_calls
from vlearn.sim.services.latency import Exponential, Fixed, nanoseconds, refuse_span, stream


@dataclass(frozen=True, slots=True)
class Load:
    """So many requests at a mean `rate` a second from `start` on; Poisson, or `steady`: one every 1/rate seconds."""

    calls: tuple[Call, ...]
    rate: float
    requests: int
    start: float = 0.0
    steady: bool = False
    name: str = "customers"

    def __post_init__(self) -> None:
        if not (isfinite(self.rate) and self.rate > 0):
            raise ModelError(f"{self.name} arrive at a rate above 0 a second, not {self.rate}")
        if self.requests < 0:
            raise ModelError(f"{self.name} make 0 requests or more, not {self.requests}")
        if not (isfinite(self.start) and self.start >= 0):
            raise ModelError(f"{self.name} begin at 0 s or later, not {self.start}")

    def arrivals(self, rng: np.random.Generator) -> Iterator[int]:
        """Each arrival's time in nanoseconds."""
        gap = stream((Fixed if self.steady else Exponential)(1 / self.rate), rng)
        first = nanoseconds(self.start) + (0 if self.steady else gap())
        gaps = (gap() for _ in range(self.requests - 1))
        return iter(()) if not self.requests else accumulate(gaps, initial=first)


@dataclass(frozen=True, slots=True)
class Down:
    """A service that is not there from `start` to `end`: calls fail at once, messages wait.

    Work in hand is lost and its caller told when it would have ended; a message in hand is delivered again.
    """

    service: str
    start: float
    end: float = inf

    def __post_init__(self) -> None:
        _refuse_times(self.service, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Slow:
    """A service whose work takes `factor` times as long if it begins between `start` and `end`."""

    service: str
    factor: float
    start: float = 0.0
    end: float = inf

    def __post_init__(self) -> None:
        _refuse_times(self.service, self.start, self.end)
        refuse_span(f"the work of a slow {self.service!r} times its factor", self.factor)


Fault = Down | Slow


def _refuse_times(service: str, start: float, end: float) -> None:
    if not 0 <= start < end or not isfinite(start):
        raise ModelError(
            f"what is wrong with {service!r} begins at 0 s or later and ends after that, not {start} to {end}"
        )


def check_load(application: Application, loads: Iterable[Load], faults: Iterable[Fault]) -> None:
    """Raise ModelError for a call to, or a fault of, a service that is not there, and for names used twice."""
    names = [service.name for service in application.services]
    for load in loads:
        check_calls(load.name, load.calls, names)
        if load.name in names:
            raise ModelError(f"two things are called {load.name!r}: give each load and service a name of its own")
        names.append(load.name)
    for fault in faults:
        application.service(fault.service)


def visits(application: Application, loads: Iterable[Load]) -> dict[str, float]:
    """Visits a second that reach each service while all goes well, and every load is on."""
    rates = dict.fromkeys((service.name for service in application.services), 0.0)

    def follow(calls: Iterable[Call], rate: float) -> None:
        for call in calls:
            rates[call.to] += rate * call.share

    for load in loads:
        follow(load.calls, load.rate)
    for service in callers_first(application):
        follow(service.calls, rates[service.name])
    return rates


def above_capacity(application: Application, loads: Iterable[Load]) -> tuple[str, ...]:
    """A sentence for each service that is asked for more than it can work on, so that its queue grows."""
    rates = visits(application, tuple(loads))
    return tuple(
        f"{service.name} gets {rates[service.name]:g} visits a second and can work on {service.capacity:g}: "
        + ("its queue grows" if service.room is None else "it refuses the rest")
        for service in application.services
        if rates[service.name] > service.capacity
    )

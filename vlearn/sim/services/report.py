"""What a run came to: for each service and each load, and for each call; frozen, times in seconds."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from vlearn.errors import ModelError
from vlearn.sim.services.latency import SECOND


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Visits to a service, or a load's requests. `times` holds the nanoseconds of each answered one, sorted.

    `refused` were turned away or lost in the queue of a service that went down; `wasted` were answered too late for
    their caller; `dead` messages were given up. `busy` and `waited` are summed over servers and visits.
    """

    name: str
    servers: int
    arrived: int
    failed: int
    refused: int
    wasted: int
    redelivered: int
    dead: int
    queued: int
    busy: int
    waited: int
    seconds: float
    times: np.ndarray

    @property
    def answered(self) -> int:
        """Visits that came to a good end."""
        return len(self.times)

    @property
    def inside(self) -> int:
        """Visits that were still queued or in work when the run ended."""
        return self.arrived - self.answered - self.failed - self.refused - self.dead

    @property
    def utilization(self) -> float:
        """The share of the run for which a server was taken: at work, or held by a visit that waits for a call."""
        return self.busy / SECOND / (self.servers * self.seconds) if self.seconds else 0.0

    @property
    def throughput(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0

    @property
    def mean_time(self) -> float:
        """Seconds from arrival to answer, over those answered; 0 if none was."""
        return float(self.times.mean()) / SECOND if self.answered else 0.0

    @property
    def mean_wait(self) -> float:
        """Seconds in the queue, over all that arrived."""
        return self.waited / SECOND / self.arrived if self.arrived else 0.0

    @property
    def mean_number(self) -> float:
        """Visits there at a time, by Little's law, which is exact if every visit was answered."""
        return float(self.times.sum()) / SECOND / self.seconds if self.seconds else 0.0

    def percentile(self, percent: float) -> float:
        """Seconds that so many percent of the answered did not exceed (nearest rank)."""
        if not 0 < percent <= 100:
            raise ModelError(f"a percentile is above 0 and at most 100, not {percent}")
        if not self.answered:
            raise ModelError(f"{self.name} answered nothing: there is no percentile")
        return int(self.times[ceil(percent / 100 * self.answered) - 1]) / SECOND

    def within(self, seconds: float) -> float:
        """The share of all that arrived which was answered within so many seconds."""
        quick = int(np.searchsorted(self.times, round(seconds * SECOND), side="right"))
        return quick / self.arrived if self.arrived else 1.0


@dataclass(frozen=True, slots=True)
class Calls:
    """One call from one service to another: by how many visits it was made, and what its guards did.

    Calls without a guard, made by every visit, are not listed: as many as the caller's visits that came so far.
    """

    caller: str
    to: str
    made: int
    retries: int
    timeouts: int
    rejected: int
    broken: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A moment of a run: visits in work (or held) and in the queue, by service in the application's order."""

    seconds: float
    working: tuple[int, ...]
    queued: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Services and loads by name, calls, samples of the queues. `stopped` says why the run ended early, or is empty."""

    seconds: float
    visits: dict[str, Visits]
    calls: tuple[Calls, ...]
    warnings: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()
    stopped: str = ""

    def __getitem__(self, name: str) -> Visits:
        """What came to a service, or became of a load."""
        if name not in self.visits:
            raise ModelError(f"no service or load is called {name!r}; there are {', '.join(self.visits)}")
        return self.visits[name]

"""The moving parts of one run, compiled from an application: these change, and never leave the engine.

Everything here is mutable on purpose, and small: ten million visits pass through it. What a run hands out is frozen.
"""

from array import array
from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np

from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.guards import Circuit
from vlearn.sim.services.latency import Fixed, chances, nanoseconds, stream
from vlearn.sim.services.load import Load

UNLIMITED = 1 << 60


class Visit:
    """One stay at a service. `since` is when its present phase began; `tries` is 0 for a call, else its deliveries."""

    __slots__ = ("arrived", "at", "number", "parent", "since", "station", "tries")

    def __init__(
        self, station: "Station", parent: "Visit | Attempt | None", arrived: int, number: int, tries: int
    ) -> None:
        self.station = station
        self.parent = parent
        self.arrived = self.since = arrived
        self.number = number
        self.tries = tries
        self.at = 0


class Attempt:
    """One try of a guarded call: answered or given up once, whichever comes first."""

    __slots__ = ("caller", "done", "edge", "nth", "round")

    def __init__(self, edge: "Edge", caller: Visit, nth: int) -> None:
        self.edge = edge
        self.caller = caller
        self.nth = nth
        self.round = edge.circuit.round
        self.done = False


class Edge:
    """A call from one station to another, with its breaker's circuit and its counts."""

    __slots__ = (
        "broken", "call", "chance", "circuit", "made", "out", "plain", "rejected", "retries", "share",
        "target", "timeout", "timeouts", "waits",
    )  # fmt: skip

    def __init__(self, call: Call, target: "Station", rng: np.random.Generator) -> None:
        self.call = call
        self.target = target
        self.plain = call.waits and call.share == 1 and not call.guarded
        self.waits = call.waits
        self.share = call.share
        self.timeout = 0 if call.timeout is None else max(1, nanoseconds(call.timeout))
        self.chance = chances(rng)
        self.circuit = Circuit()
        self.out = self.made = self.retries = self.timeouts = self.rejected = self.broken = 0


class Station:
    """A service at work: idle servers, the queue, the next work's time, its calls, and its counts."""

    __slots__ = (
        "arrived", "base", "bounded", "busy", "chance", "dead", "deliveries", "doubtful", "down", "edges", "factor",
        "failed", "failing", "holds", "idle", "name", "queue", "redelivered", "refused", "room", "servers", "times",
        "waited", "wasted", "works",
    )  # fmt: skip

    def __init__(self, service: Service, rng: np.random.Generator, limit: int) -> None:
        self.name = service.name
        self.servers = self.idle = service.servers
        self.queue: deque[Visit] = deque()
        self.bounded = service.room is not None
        self.room = limit if service.room is None else service.room
        self.holds = service.holds
        self.deliveries = service.deliveries
        work_rng, chance_rng = rng.spawn(2)
        self.base = self.works = stream(service.work, work_rng)
        self.factor = 1.0
        self.chance = chances(chance_rng)
        self.failing = service.failing
        self.doubtful = service.failing > 0
        self.edges: tuple[Edge, ...] = ()
        self.times = array("q")
        self.down = False
        self.arrived = self.failed = self.refused = self.wasted = self.dead = self.redelivered = 0
        self.busy = self.waited = 0

    def free(self, taken: int) -> None:
        """A server is free again, after so many nanoseconds."""
        self.busy += taken
        self.idle += 1

    def slowed(self, factor: float) -> None:
        """From now on, work takes so many times as long as it was drawn."""
        base = self.base
        self.factor = factor
        self.works = base if factor == 1 else lambda: max(1, round(base() * factor))


class Source:
    """Customers on their way: a station without work, whose visits are the requests."""

    __slots__ = ("arrivals", "number", "station")

    def __init__(self, station: Station, arrivals: Iterator[int]) -> None:
        self.station = station
        self.arrivals = arrivals
        self.number = 0


Parts = tuple[dict[str, Station], tuple[Source, ...]]


def compiled(application: Application, loads: Iterable[Load], seed: int, limit: int) -> Parts:
    """Stations by name, the customers' among them, and the sources. Every part draws from a stream of its own.

    So two runs of one seed have the same arrivals, and the same work at a service, whatever else differs.
    """
    rng = np.random.default_rng(seed)
    rngs = iter(rng.spawn(2 * len(application.services)))
    stations = {service.name: Station(service, next(rngs), limit) for service in application.services}
    for service in application.services:
        stations[service.name].edges = _edges(service.calls, stations, next(rngs))
    sources = []
    for load in loads:
        arrivals, calls, own = rng.spawn(3)
        customers = Station(_customers(load.name), own, UNLIMITED)
        customers.edges = _edges(load.calls, stations, calls)
        sources.append(Source(customers, load.arrivals(arrivals)))
    return stations | {source.station.name: source.station for source in sources}, tuple(sources)


def _customers(name: str) -> Service:
    # A customer's visit is all calls: its work is never drawn.
    return Service(name, Fixed(1), holds=False)


def _edges(calls: Iterable[Call], stations: dict[str, Station], rng: np.random.Generator) -> tuple[Edge, ...]:
    return tuple(Edge(call, stations[call.to], rng.spawn(1)[0]) for call in calls)

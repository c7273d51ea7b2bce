"""A failure spreads, step by step: a run of the engine in which every event is kept with the state after it.

The state is what an operator's wall would show. For a few dozen requests; `simulate` runs the same events without
keeping them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from vlearn.errors import ModelError
from vlearn.sim.services.application import Application
from vlearn.sim.services.engine import Machine, Overflow
from vlearn.sim.services.latency import SECOND, nanoseconds
from vlearn.sim.services.load import Fault, Load
from vlearn.sim.services.simulate import prepare
from vlearn.trace import Event, Step, Trace

MOST_STEPS = 5000


@dataclass(frozen=True, slots=True)
class Gauge:
    """One service at a moment; `taken` servers are at work or held by a visit that waits for a call."""

    name: str
    servers: int
    taken: int
    queued: int
    answered: int
    failed: int
    refused: int
    down: bool
    slowness: float

    @property
    def stuck(self) -> bool:
        """Whether no server is left and somebody waits."""
        return self.taken == self.servers and self.queued > 0


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything at a moment: services in the application's order, breakers by caller and callee, and the requests."""

    seconds: float
    services: tuple[Gauge, ...]
    breakers: tuple[tuple[str, str, str], ...]
    arrived: int
    answered: int
    failed: int

    def __getitem__(self, name: str) -> Gauge:
        """The service of that name."""
        for gauge in self.services:
            if gauge.name == name:
                return gauge
        raise ModelError(f"no service is called {name!r}")

    @property
    def open_requests(self) -> int:
        """Requests that wait for their answer."""
        return self.arrived - self.answered - self.failed


def cascade(
    application: Application, *loads: Load, seed: int = 0, faults: Iterable[Fault] = (), until: float = 60.0
) -> Trace[Wall]:
    """Every event of the first `until` seconds. Raises ModelError beyond 5,000: take fewer requests."""
    machine = prepare(application, loads, seed, faults)
    start = _wall(machine, application)
    steps: list[Step[Wall]] = []

    def keep(kind: str, text: str, touches: tuple[str, ...]) -> None:
        if len(steps) >= MOST_STEPS:
            raise ModelError(f"more than {MOST_STEPS} events: a run step by step takes fewer requests; use simulate")
        steps.append(Step(Event(kind, f"{machine.now / SECOND:g} s: {text}", touches), _wall(machine, application)))

    machine.watch = keep
    try:
        machine.run(nanoseconds(until))
    except Overflow as full:
        keep("overflow", f"the queue of {full} has reached the limit: the run stops", (str(full),))
    return Trace(start, tuple(steps))


def _wall(machine: Machine, application: Application) -> Wall:
    stations = [machine.stations[service.name] for service in application.services]
    customers = [source.station for source in machine.sources]
    return Wall(
        machine.now / SECOND,
        tuple(
            Gauge(
                one.name, one.servers, one.servers - one.idle, len(one.queue), len(one.times), one.failed, one.refused,
                one.down, one.factor,
            )
            for one in stations
        ),
        tuple(
            (one.name, edge.call.to, edge.circuit.state)
            for one in (*customers, *stations)
            for edge in one.edges
            if edge.call.breaker is not None
        ),
        sum(one.arrived for one in customers),
        sum(len(one.times) for one in customers),
        sum(one.failed for one in customers),
    )  # fmt: skip

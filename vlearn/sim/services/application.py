"""An application: services, each with servers, a queue and a database of its own, and the calls between them.

A visit to a service waits for a server, is worked on, then makes the service's calls in their order, then is answered.
A call that waits (synchronous) needs the callee's answer; a message is sent and forgotten, and queues at the callee
even while that is down. Databases are services that one other service calls. Left out: calls side by side, work after
a call, and the network's own latency (add it to the callee's work).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.services.guards import Breaker, Retry
from vlearn.sim.services.latency import Latency, refuse_span


@dataclass(frozen=True, slots=True)
class Call:
    """To which service, and how: as a message (`waits=False`), by how many visits (`share`), and behind which guards.

    `timeout` in seconds; `bulkhead`: how many of these calls may be out at once; more fail at the caller.
    If a call that is not `needed` fails, the caller goes on without its answer.
    """

    to: str
    waits: bool = True
    share: float = 1.0
    timeout: float | None = None
    retry: Retry | None = None
    breaker: Breaker | None = None
    bulkhead: int | None = None
    needed: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ModelError(
                f"a call to {self.to!r} is made by a share of visits above 0 and at most 1, not {self.share}"
            )
        if self.timeout is not None:
            refuse_span(f"the time-out of a call to {self.to!r}", self.timeout)
        if self.bulkhead is not None and self.bulkhead < 1:
            raise ModelError(f"a bulkhead before {self.to!r} lets 1 call or more through, not {self.bulkhead}")
        if not self.waits and self.guarded:
            raise ModelError(
                f"nobody waits for a message to {self.to!r}: time-outs, retries and breakers are for calls"
            )

    @property
    def guarded(self) -> bool:
        """Whether more happens than to ask and to wait as long as it takes."""
        return (self.timeout, self.retry, self.breaker, self.bulkhead) != (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Service:
    """`servers` visits at once, each of `work`; `room` in the queue beyond which visits are refused (back-pressure).

    With `holds`, a server is kept while its visit waits for a call's answer, as a thread is; without, it is free for
    the next. `failing` is the share of work that ends in an error. `deliveries` is how often a message is tried.
    """

    name: str
    work: Latency
    servers: int = 1
    calls: tuple[Call, ...] = ()
    room: int | None = None
    holds: bool = True
    failing: float = 0.0
    deliveries: int = 21  # RabbitMQ 4's quorum queues: the first, and a delivery limit of 20 returns
    database: bool = False

    def __post_init__(self) -> None:
        if self.servers < 1:
            raise ModelError(f"service {self.name!r} has at least 1 server, not {self.servers}")
        if self.room is not None and self.room < 0:
            raise ModelError(
                f"the queue of {self.name!r} has room for 0 or more, or None for any number; not {self.room}"
            )
        if not 0 <= self.failing < 1:
            raise ModelError(f"{self.name!r} fails for a share of work from 0 up to 1, not {self.failing}")
        if self.deliveries < 1:
            raise ModelError(f"{self.name!r} tries a message at least once, not {self.deliveries} times")

    @property
    def capacity(self) -> float:
        """Visits a second that its servers can work on if none of them is kept waiting."""
        return self.servers / self.work.mean


@dataclass(frozen=True, slots=True)
class Application:
    """Services by name, callees checked. Raises ModelError for a cycle of calls, with the cycle."""

    services: tuple[Service, ...]

    def __post_init__(self) -> None:
        names = [service.name for service in self.services]
        for name in names:
            if names.count(name) > 1:
                raise ModelError(f"two services are called {name!r}")
        for service in self.services:
            check_calls(f"service {service.name!r}", service.calls, names)
        _refuse_cycle(self.services)

    def service(self, name: str) -> Service:
        """The service of that name. Raises ModelError for another, with the nearest."""
        for service in self.services:
            if service.name == name:
                return service
        raise ModelError(f"no service is called {name!r}{did_you_mean(name, (one.name for one in self.services))}")

    def scaled(self, name: str, servers: int) -> "Application":
        """With so many servers for one service and everything else as it was."""
        return self.put(replace(self.service(name), servers=servers))

    def put(self, service: Service) -> "Application":
        """With this service in the place of the one of its name."""
        self.service(service.name)
        return Application(tuple(service if one.name == service.name else one for one in self.services))


def check_calls(caller: str, calls: Iterable[Call], names: Iterable[str]) -> None:
    """Raise ModelError for a call to a service that is not there."""
    known = tuple(names)
    for call in calls:
        if call.to not in known:
            raise ModelError(f"{caller} calls {call.to!r}, which no service is called{did_you_mean(call.to, known)}")


def _refuse_cycle(services: Iterable[Service]) -> None:
    sorter = TopologicalSorter({service.name: [call.to for call in service.calls] for service in services})
    try:
        sorter.prepare()
    except CycleError as error:
        # graphlib names each node before the one that depends on it: the callee before its caller.
        cycle = " -> ".join(reversed(error.args[1]))
        raise ModelError(
            f"calls in a cycle: {cycle}; a visit would never end: merge the services, or split one of them"
        ) from None


def callers_first(application: Application) -> tuple[Service, ...]:
    """Every service after all that call it."""
    calls = {service.name: [call.to for call in service.calls] for service in application.services}
    return tuple(map(application.service, reversed(tuple(TopologicalSorter(calls).static_order()))))


def shared_databases(application: Application) -> tuple[str, ...]:
    """Databases that more than one service calls: the services cannot be changed or released one without the other."""
    callers = [{call.to for call in service.calls} for service in application.services]
    return tuple(
        service.name
        for service in application.services
        if service.database and sum(service.name in called for called in callers) > 1
    )

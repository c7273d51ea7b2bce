"""The discrete-event engine: what happens to visits, from a customer's arrival to the answer, and what that sets off.

A visit enters a service, starts, is worked on, goes on to the service's calls, and is answered; or it fails or is
refused on the way. Guarded calls are in `attempts`, faults in `outages`, the order of events in `agenda`.
"""

from collections.abc import Callable, Iterable
from heapq import heappush
from typing import TypeAlias

from vlearn.sim.services import attempts, outages
from vlearn.sim.services.agenda import Agenda
from vlearn.sim.services.application import Application
from vlearn.sim.services.load import Load
from vlearn.sim.services.stations import Attempt, Source, Station, Visit, compiled

Watch: TypeAlias = Callable[[str, str, tuple[str, ...]], None]
"""Told of every event as it happens: kind, sentence, names of services."""


class Overflow(Exception):
    """A queue without a bound has reached the run's limit."""


class Machine(Agenda):
    """One run. `ended` is when work last ended or a request last did, in nanoseconds."""

    __slots__ = ("ended", "sources", "stations", "watch")

    def __init__(self, application: Application, loads: Iterable[Load], seed: int, limit: int) -> None:
        super().__init__()
        self.ended = 0
        self.watch: Watch | None = None
        self.stations, self.sources = compiled(application, loads, seed, limit)

    def expect(self, source: Source) -> None:
        """Plan a source's next arrival, if it has one."""
        time = next(source.arrivals, None)
        if time is not None:
            self.at(time, self.arrive, source)

    def arrive(self, source: Source) -> None:
        """A customer comes, and the next is on the way."""
        source.number += 1
        customers = source.station
        customers.arrived += 1
        self.expect(source)
        if self.watch:
            self.watch("arrive", f"request {source.number} of {customers.name} arrives", (customers.name,))
        self.go_on(Visit(customers, None, self.now, source.number, 0))

    def enter(self, station: Station, parent: Visit | Attempt | None, number: int, tries: int) -> None:
        """A call or a message (`tries` 1) reaches a service: it is begun, queued or refused."""
        station.arrived += 1
        visit = Visit(station, parent, self.now, number, tries)
        if station.idle and not station.down:
            station.idle -= 1
            # `start`, written out: with one call fewer for each of ten million visits
            heappush(self.heap, (self.now + station.works(), self.order(), self.worked, visit))
            if self.watch:
                self.watch("start", f"{station.name} works on request {number}", (station.name,))
        elif station.down and not tries:
            self.refuse(visit, "is down")
        elif len(station.queue) < station.room:
            station.queue.append(visit)
            if self.watch:
                words = f"request {number} waits for {station.name}: {len(station.queue)} in the queue"
                self.watch("queue", words, (station.name,))
        elif station.bounded:
            self.refuse(visit, "is full")
        else:
            raise Overflow(station.name)

    def start(self, visit: Visit) -> None:
        """A server, already taken, begins with a visit."""
        station, now = visit.station, self.now
        station.waited += now - visit.since
        visit.since = now
        heappush(self.heap, (now + station.works(), self.order(), self.worked, visit))
        if self.watch:
            self.watch("start", f"{station.name} works on request {visit.number}", (station.name,))

    def worked(self, visit: Visit) -> None:
        """A service's own work ends; its calls come next."""
        station = visit.station
        self.ended = self.now
        if not station.holds:
            station.free(self.now - visit.since)
            if station.queue:
                self.take_up(station)
        if station.doubtful and (station.down or station.chance() < station.failing):
            self.fail(visit)
        else:
            self.go_on(visit)

    def go_on(self, visit: Visit) -> None:
        """Make the next call; after the last, answer, and let the caller go on if it waits."""
        while True:
            station = visit.station
            edges = station.edges
            while visit.at < len(edges):
                edge = edges[visit.at]
                visit.at += 1
                if edge.plain:
                    self.enter(edge.target, visit, visit.number, 0)
                    return
                if edge.share == 1 or edge.chance() < edge.share:
                    edge.made += 1
                    if edge.waits:
                        attempts.attempt(self, edge, visit, 1)
                        return
                    self.enter(edge.target, None, visit.number, 1)
            if station.holds:
                station.free(self.now - visit.since)
            station.times.append(self.now - visit.arrived)
            if self.watch:
                self.watch("answer", f"{station.name} is done with request {visit.number}", (station.name,))
            if station.queue:
                self.take_up(station)
            caller = visit.parent
            if caller.__class__ is not Visit:
                break
            visit = caller
        self.answer(visit, True)

    def fail(self, visit: Visit) -> None:
        """A visit ends badly, and whoever waits for it is told; a message is delivered again."""
        station = visit.station
        if station.holds:
            station.free(self.now - visit.since)
        if visit.tries:
            outages.deliver_again(self, visit)
            return
        station.failed += 1
        if self.watch:
            self.watch("fail", f"request {visit.number} fails at {station.name}", (station.name,))
        self.take_up(station)
        self.answer(visit, False)

    def answer(self, visit: Visit, good: bool) -> None:
        """Tell the caller, if one waits."""
        parent = visit.parent
        if parent is None:
            self.ended = self.now
        elif isinstance(parent, Attempt):
            attempts.answered(self, parent, good)
        else:
            self.returned(parent, good)

    def returned(self, caller: Visit, good: bool) -> None:
        """A call is over for good: its caller goes on, or fails for want of an answer that it needs."""
        if good or not caller.station.edges[caller.at - 1].call.needed:
            self.go_on(caller)
        else:
            self.fail(caller)

    def take_up(self, station: Station) -> None:
        """Free servers begin with what waits."""
        while station.queue and station.idle and not station.down:
            station.idle -= 1
            self.start(station.queue.popleft())

    def refuse(self, visit: Visit, why: str) -> None:
        """A service takes no visit in, or loses one that waits: nothing was worked on."""
        station = visit.station
        station.refused += 1
        if self.watch:
            self.watch("refuse", f"{station.name} {why}: request {visit.number} is refused", (station.name,))
        self.answer(visit, False)

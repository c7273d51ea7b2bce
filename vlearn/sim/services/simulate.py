"""A run of an application under load, from the first arrival until nothing is left to do."""

from collections.abc import Iterable

import numpy as np

from vlearn.errors import ModelError
from vlearn.sim.services.application import Application
from vlearn.sim.services.engine import Machine, Overflow
from vlearn.sim.services.latency import SECOND, nanoseconds, refuse_span
from vlearn.sim.services.load import Fault, Load, above_capacity, check_load
from vlearn.sim.services.outages import plan
from vlearn.sim.services.report import Calls, Report, Sample, Visits
from vlearn.sim.services.stations import Station

LIMIT = 100_000
"""Visits in a queue without a bound at which a run stops and says so."""


def prepare(
    application: Application, loads: Iterable[Load], seed: int, faults: Iterable[Fault], limit: int = LIMIT
) -> Machine:
    """A machine with its faults and first arrivals planned. Raises ModelError for names that do not fit."""
    loads, faults = tuple(loads), tuple(faults)
    check_load(application, loads, faults)
    if limit < 1:
        raise ModelError(f"a run's limit is 1 waiting visit or more, not {limit}")
    machine = Machine(application, loads, seed, limit)
    plan(machine, faults)
    for source in machine.sources:
        machine.expect(source)
    return machine


def simulate(
    application: Application,
    *loads: Load,
    seed: int = 0,
    faults: Iterable[Fault] = (),
    until: float | None = None,
    limit: int = LIMIT,
    every: float | None = None,
) -> Report:
    """Run it, or its first `until` seconds; look at the queues `every` so many seconds.

    A load above capacity is no error: the report's warnings name the service, and a queue that reaches `limit` ends the
    run with the reason in `stopped`.
    """
    if until is not None:
        refuse_span("the end of a run", until)
    machine = prepare(application, loads, seed, faults, limit)
    samples: list[Sample] = []
    if every is not None:
        refuse_span("the time between two looks", every)
        _look(machine, tuple(machine.stations[one.name] for one in application.services), nanoseconds(every), samples)
    stopped = ""
    try:
        machine.run(None if until is None else nanoseconds(until))
    except Overflow as full:
        machine.ended = machine.now
        stopped = _reason(machine.stations[str(full)], machine.now / SECOND)
    end = machine.ended / SECOND if until is None or stopped else until
    visits = {station.name: _visits(station, end) for station in machine.stations.values()}
    calls = tuple(
        Calls(station.name, one.call.to, one.made, one.retries, one.timeouts, one.rejected, one.broken)
        for station in machine.stations.values()
        for one in station.edges
        if not one.plain
    )
    return Report(end, visits, calls, above_capacity(application, loads), tuple(samples), stopped)


def _reason(station: Station, seconds: float) -> str:
    done = len(station.times) + station.failed
    return (
        f"stopped after {seconds:g} s: {len(station.queue)} visits wait for {station.name}, to which "
        f"{station.arrived / seconds:.4g} a second came and which was done with {done / seconds:.4g} a second"
    )


def _visits(station: Station, seconds: float) -> Visits:
    return Visits(
        station.name,
        station.servers,
        station.arrived,
        station.failed,
        station.refused,
        station.wasted,
        station.redelivered,
        station.dead,
        len(station.queue),
        station.busy,
        station.waited,
        seconds,
        np.sort(np.array(station.times, dtype=np.int64)),
    )


def _look(machine: Machine, stations: tuple[Station, ...], every: int, samples: list[Sample]) -> None:
    def look(_: object) -> None:
        working = tuple(station.servers - station.idle for station in stations)
        samples.append(Sample(machine.now / SECOND, working, tuple(len(station.queue) for station in stations)))
        if machine.heap:
            machine.at(machine.now + every, look, None)

    machine.at(0, look, None)

"""What goes wrong in a run, and when: services that are down or slow, and messages that are delivered again."""

from collections.abc import Callable, Iterable
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING

from vlearn.sim.services.latency import nanoseconds
from vlearn.sim.services.load import Down, Fault
from vlearn.sim.services.stations import Station, Visit

if TYPE_CHECKING:
    from vlearn.sim.services.engine import Machine


def plan(machine: "Machine", faults: Iterable[Fault]) -> None:
    """Enter the faults into a machine that has not run yet."""
    for fault in faults:
        station = machine.stations[fault.service]
        begin, end = (_crash, _recover) if isinstance(fault, Down) else (_slowed(fault.factor), _slowed(1.0))
        machine.at(nanoseconds(fault.start), partial(begin, machine), station)
        if isfinite(fault.end):
            machine.at(nanoseconds(fault.end), partial(end, machine), station)


def _crash(machine: "Machine", station: Station) -> None:
    station.down = station.doubtful = True
    if machine.watch:
        machine.watch("down", f"{station.name} goes down", (station.name,))
    callers = [visit for visit in station.queue if not visit.tries]
    messages = [visit for visit in station.queue if visit.tries]
    station.queue.clear()
    station.queue.extend(messages)
    for visit in callers:
        machine.refuse(visit, "is down")


def _recover(machine: "Machine", station: Station) -> None:
    station.down = False
    station.doubtful = station.failing > 0
    if machine.watch:
        words = f"{station.name} is up again; {len(station.queue)} messages wait for it"
        machine.watch("up", words, (station.name,))
    machine.take_up(station)


def _slowed(factor: float) -> Callable[["Machine", Station], None]:
    words = "works as fast as it should" if factor == 1 else f"takes {factor:g} times as long"

    def slow(machine: "Machine", station: Station) -> None:
        station.slowed(factor)
        if machine.watch:
            machine.watch("slow", f"{station.name} {words}", (station.name,))

    return slow


def deliver_again(machine: "Machine", visit: Visit) -> None:
    """A message whose work failed goes back to the front of the queue, or to the dead letters after its last try."""
    station = visit.station
    if visit.tries >= station.deliveries:
        station.dead += 1
        machine.ended = machine.now
        if machine.watch:
            machine.watch("dead-letter", f"{station.name} gives message {visit.number} up", (station.name,))
        machine.take_up(station)
        return
    visit.tries += 1
    visit.at = 0
    visit.since = machine.now
    station.redelivered += 1
    station.queue.appendleft(visit)
    if machine.watch:
        machine.watch("redeliver", f"message {visit.number} goes back to the queue of {station.name}", (station.name,))
    machine.take_up(station)

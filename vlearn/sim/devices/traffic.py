"""Guests that send packets through one card, as a discrete-event model: when each core and the wire are busy, and why.

Each guest has a core, and the wire sends one packet at a time. The host has one core for all guests, on which device
models or backends run, as they do under Xen in Dom0 or in a driver domain. A guest has at most a ring of packets under
way. Whoever is awake needs no notification, and an interrupt that is pending covers what is done meanwhile: so batches
form by themselves under load. Time is counted in cycles.

The events lie in a plain queue, a heap of (time, number, what). There are six kinds and three servers, so a library
of processes such as simpy would add a dependency and hide the order of simultaneous events, which the number fixes
here. Left out: receiving, losses, a second core of the host (under KVM each guest's device model has a thread of its
own), a guest's wait while its access is emulated, caches, scheduling of guests that share a core, and what the card
does besides sending.
"""

from collections import Counter, deque
from dataclasses import dataclass
from heapq import heappop, heappush

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.devices.ways import LINE, ROUND_FIGURES, Machine, Stage, Way
from vlearn.sim.devices.workload import Result, Workload


@dataclass(slots=True)
class _Guest:
    """A guest while the run goes on: packets wanted (by the time), built or under way, done and not yet seen."""

    wanted: deque[int]
    under_way: int = 0
    done: int = 0
    interrupt: bool = False
    busy: bool = False
    at_host: int = 0


def send_packets(way: Way, workload: Workload, machine: Machine = ROUND_FIGURES) -> Result:
    """Run until every packet has left and every guest knows. Raises ModelError if the card has too few functions."""
    if way.functions and workload.guests > machine.functions:
        raise ModelError(
            f"{workload.guests} guests cannot have a function each: this card has {machine.functions}; "
            "use the split driver or fewer guests"
        )
    return _Run(way, workload, machine).result()


class _Run:
    """The queue of events and what changes as they happen; made for one run, and thrown away after it."""

    def __init__(self, way: Way, workload: Workload, machine: Machine) -> None:
        self.way, self.workload, self.machine = way, workload, machine
        gap = round(workload.gap * machine.hertz)
        self.guests = [_Guest(deque(gap * n for n in range(workload.packets))) for _ in range(workload.guests)]
        self.events: list[tuple[int, int, str, int, int]] = []
        self.host: deque[tuple[int, int | None]] = deque()
        self.host_busy, self.wire_free = False, 0
        self.now = self.number = self.kicks = self.interrupts = self.guest_cycles = self.host_cycles = 0
        self.counts: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.lines = -(-workload.size // LINE)
        self.on_wire = -(-workload.size * 8 * machine.hertz // machine.bandwidth)

    def result(self) -> Result:
        """Run to the end."""
        does = {
            "free": self._free,
            "built": self._built,
            "kicked": self._kicked,
            "seen": self._seen,
            "hosted": self._hosted,
            "left": self._left,
        }
        for guest in range(len(self.guests)):
            self._run_guest(guest)
        while self.events:
            self.now, _, kind, guest, packet = heappop(self.events)
            does[kind](guest, packet)
        seconds = self.now / self.machine.hertz
        return Result(
            self.way, self.workload, Map(self.counts), self.kicks, self.interrupts,
            self.guest_cycles, self.host_cycles, seconds, tuple(self.latencies),
        )  # fmt: skip

    def _at(self, time: int, kind: str, guest: int, packet: int = 0) -> None:
        self.number += 1
        heappush(self.events, (time, self.number, kind, guest, packet))

    def _cycles(self, stage: Stage, times: int = 1, copies: int = 0) -> int:
        """Count the stage so many times and its copies, and what both cost."""
        counted = {kind: n * times for kind, n in stage.items()}
        if copies:
            counted["copied-line"] = copies * self.lines
        self.counts.update(counted)
        return self.machine.preset.cycles(counted)

    def _occupy(self, number: int, cycles: int, kind: str, packet: int) -> None:
        self.guests[number].busy = True
        self.guest_cycles += cycles
        self._at(self.now + cycles, kind, number, packet)

    def _run_guest(self, number: int) -> None:
        """What a free core of a guest does next: an interrupt first, then the next packet, if its ring has room."""
        guest = self.guests[number]
        if guest.busy:
            return
        if guest.interrupt:
            guest.interrupt = False
            seen, guest.done = guest.done, 0
            cycles = self._cycles(self.way.interrupt) + self._cycles(self.way.done, seen)
            self._occupy(number, cycles, "seen", seen)
        elif guest.wanted and guest.under_way < self.workload.ring:
            if guest.wanted[0] > self.now:
                self._at(guest.wanted[0], "free", number)
                return
            wanted = guest.wanted.popleft()
            guest.under_way += 1
            # With no gap a packet is wanted when there is time to build it: latency does not count the whole backlog.
            wanted = wanted if self.workload.gap else self.now
            self._occupy(number, self._cycles(self.way.send), "built", wanted)

    def _free(self, number: int, _: int) -> None:
        self._run_guest(number)

    def _seen(self, number: int, count: int) -> None:
        guest = self.guests[number]
        guest.busy, guest.under_way = False, guest.under_way - count
        self._run_guest(number)

    def _built(self, number: int, wanted: int) -> None:
        """The packet is handed over: to the host, which is notified if it sleeps, or to the card itself."""
        guest = self.guests[number]
        guest.busy = False
        self.kicks += self.way.send.get("exit", 0)
        if not self.way.host:
            self._transmit(number, wanted)
        else:
            asleep = not guest.at_host
            guest.at_host += 1
            if asleep and self.way.kick:
                self.kicks += 1
                self.host.append((number, None))
                self.host.append((number, wanted))
                self._occupy(number, self._cycles(self.way.kick), "kicked", 0)
            else:
                self.host.append((number, wanted))
            self._run_host()
        self._run_guest(number)

    def _kicked(self, number: int, _: int) -> None:
        self.guests[number].busy = False
        self._run_guest(number)

    def _run_host(self) -> None:
        if self.host_busy or not self.host:
            return
        number, wanted = self.host.popleft()
        cycles = self._cycles(self.way.wake) if wanted is None else self._cycles(self.way.host, 1, self.way.copies)
        self.host_busy = True
        self.host_cycles += cycles
        self._at(self.now + cycles, "hosted", number, -1 if wanted is None else wanted)

    def _hosted(self, number: int, wanted: int) -> None:
        self.host_busy = False
        if wanted >= 0:
            self.guests[number].at_host -= 1
            self._transmit(number, wanted)
        self._run_host()

    def _transmit(self, number: int, wanted: int) -> None:
        self.wire_free = max(self.now, self.wire_free) + self.on_wire
        self._at(self.wire_free, "left", number, wanted)

    def _left(self, number: int, wanted: int) -> None:
        """The packet has left: the guest is interrupted, unless an interrupt is pending already."""
        guest = self.guests[number]
        self.latencies.append((self.now - wanted) / self.machine.hertz)
        guest.done += 1
        if not guest.interrupt:
            guest.interrupt = True
            self.interrupts += 1
        self._run_guest(number)

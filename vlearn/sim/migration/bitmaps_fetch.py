"""Post-copy over a bitmap: what `fetching` says of a small machine, for machines of real size.

Between two accesses that meet a missing page everything is known in advance, so those stretches are worked out at once;
while a request is pending, slot by slot.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vlearn.sim.migration.fetching import CHUNK, first_push, next_slot
from vlearn.sim.migration.machine import Link, VirtualMachine
from vlearn.sim.migration.patterns import NO_PAGES, Pages
from vlearn.sim.migration.push_order import around, upwards
from vlearn.sim.migration.strategies import Hybrid, PostCopy
from vlearn.sim.migration.stream import Stream

SHORT, LONG = 64, 1 << 16
"""How many slots are worked out at once: few after a fault, as the next may be near, then twice as many each time."""


@dataclass(slots=True)
class Fetching:
    """A post-copy under way; `missing` marks the pages that have not been sent."""

    machine: VirtualMachine
    link: Link
    strategy: PostCopy | Hybrid
    missing: NDArray[np.bool_]
    guest_time: float
    left: int = 0
    slot: int = 0
    pivot: int = 0
    below: bool = False
    ascent: int = 0
    faults: int = 0
    seconds: float = field(init=False)
    half: float = field(init=False)
    begins: int = field(init=False)
    streams: list[Stream] = field(init=False)
    waits: dict[int, tuple[int, float]] = field(default_factory=dict)
    asked: list[tuple[float, int]] = field(default_factory=list)
    arrivals: dict[int, float] = field(default_factory=dict)
    last: float = 0.0

    def __post_init__(self) -> None:
        self.left = int(np.count_nonzero(self.missing))
        self.seconds, self.half = self.link.slot, self.link.round_trip / 2
        self.begins = first_push(self.link, self.strategy.push, self.strategy.alone)
        span = CHUNK * self.seconds
        self.streams = [Stream(pattern, self.guest_time, span) for pattern in self.machine.processors]

    def run(self) -> None:
        """Until every page has been sent."""
        ahead = SHORT
        while self.left:
            if self.asked or self.waits:
                self._one()
                ahead = SHORT
            else:
                ahead = min(2 * ahead, LONG) if self._many(ahead) else SHORT

    @property
    def waited(self) -> float:
        """Seconds that processors stood still, added up."""
        return sum(stream.lag for stream in self.streams)

    def _one(self) -> None:
        """The next access or the next page, whichever comes first."""
        self.asked = [(at, page) for at, page in self.asked if self.missing[page]]
        slot = next_slot(self.slot, self.begins, self.asked, self.seconds)
        found = []
        for number, stream in enumerate(self.streams):
            access = stream.next_before(slot * self.seconds) if number not in self.waits else None
            if access:
                found.append((access[0], number))
        if found:
            self._touch(*min(found))
            return
        pushed = not self.asked or (slot >= self.begins and self.asked[0][0] > slot * self.seconds)
        self.slot = slot
        pages = self._until_asked() if pushed else np.array([self.asked[0][1]])
        self._send(pages, pushed)
        for number, (wanted, since) in list(self.waits.items()):
            if wanted == pages[-1]:
                self.streams[number].lag += self.last - since
                self.streams[number].make()
                del self.waits[number]

    def _until_asked(self) -> Pages:
        """What is pushed before anything else can happen: one page, or all until the request if every processor waits.

        A page that is waited for is the last.
        """
        if not self.asked or len(self.waits) < len(self.streams):
            return self._to_push(1)
        count = 1
        while self.asked[0][0] > (self.slot + count) * self.seconds:
            count += 1
        pages = self._to_push(count)
        awaited = [n for n, page in enumerate(pages) if any(page == wanted for wanted, _ in self.waits.values())]
        return pages[: awaited[0] + 1] if awaited else pages

    def _many(self, ahead: int) -> bool:
        """As many slots as nothing interrupts; whether none of those asked for was."""
        pushing = self.slot >= self.begins
        pages = self._to_push(ahead) if pushing else NO_PAGES
        last = len(pages) == self.left  # accesses after the start of the last slot change nothing
        whole = end = (self.slot + len(pages) - last if pushing else self.begins) * self.seconds
        for stream in self.streams:
            if stream.at == len(stream.times):
                stream.due_before(end)
            end = min(end, max(stream.horizon(), self.slot * self.seconds)) if stream.chunk else end
        stops = [stop for number in range(len(self.streams)) for stop in self._first_stop(number, pages, end)]
        stop, number = min(stops, default=(end, -1))
        for stream in self.streams:
            due, _ = stream.due_before(stop)
            stream.pass_by(len(due))
        if pushing:
            starts = (self.slot + np.arange(len(pages))) * self.seconds
            count = int(np.searchsorted(starts, stop, side="right" if number >= 0 else "left"))
            self._send(pages if stop == whole and number < 0 else pages[:count], pushed=True)
        elif number < 0 and stop >= self.begins * self.seconds:
            self.slot = self.begins
        if number >= 0:
            self._touch(stop, number)
        return number < 0

    def _first_stop(self, number: int, pages: Pages, end: float) -> Iterator[tuple[float, int]]:
        """The first access of a processor whose page will not have arrived when it is due."""
        due, touched = self.streams[number].due_before(end)
        if not len(due):
            return
        arrival = np.zeros(len(due))
        lacking = self.missing[touched]
        if lacking.any():
            order = np.argsort(pages, kind="stable")
            place = np.minimum(np.searchsorted(pages, touched, sorter=order), max(len(pages) - 1, 0))
            coming = order[place] if len(pages) else np.zeros(len(due), np.int64)
            sent = (pages[coming] == touched) if len(pages) else np.zeros(len(due), bool)
            arrival = np.where(sent, (self.slot + coming + 1) * self.seconds + self.half, np.inf)
            arrival[~lacking] = 0
        for page, at in self.arrivals.items():  # a few: what is on the wire
            arrival[touched == page] = at
        late = (arrival > due).nonzero()[0]
        if len(late):
            yield float(due[late[0]]), number

    def _touch(self, due: float, number: int) -> None:
        stream = self.streams[number]
        page = int(stream.pages[stream.at])
        if self.missing[page]:
            self.waits[number] = page, due
            if not any(asked == page for _, asked in self.asked):
                self.faults += 1
                self.asked.append((due + self.half, page))
                self.pivot, self.below = page, False
            return
        arrival = self.arrivals.get(page, due)
        if arrival > due:
            stream.lag += arrival - due
        stream.make()

    def _send(self, pages: Pages, pushed: bool) -> None:
        """The pages go out in the next slots, one in each."""
        if not len(pages):
            return
        self.missing[pages] = False
        self.left -= len(pages)
        start = (self.slot + len(pages) - 1) * self.seconds
        self.arrivals = {page: at for page, at in self.arrivals.items() if at > start}
        for number in range(max(0, len(pages) - 2 - int(self.half / self.seconds)), len(pages)):
            self.arrivals[int(pages[number])] = (self.slot + number + 1) * self.seconds + self.half
        self.slot += len(pages)
        self.last = self.slot * self.seconds + self.half
        self.below ^= pushed and bool(len(pages) % 2)

    def _to_push(self, count: int) -> Pages:
        """The next pages in the order of pushing; fewer if no more are missing."""
        if self.strategy.push == "bubble":
            return around(self.missing, self.pivot, self.below, count)
        pages = upwards(self.missing, self.ascent, count)
        self.ascent = int(pages[0])
        return pages

"""Post-copy page by page: the guest runs at the destination, and each page comes once, asked for or pushed.

The link carries one page in a slot. In each slot the source sends the page of the oldest request that has reached it,
else the next page to push. A processor that touches a missing page asks for it and waits; the others run on. A page
that is already on its way is waited for, not asked for. Pushing follows `push`: page after page, or around the page of
the last fault, up and down in turn (Hines and Gopalan call it bubbling). Demand paging leaves pages behind for good
where nobody touches them, so after `alone` seconds the source pushes the rest, to become free.

Left out: the asynchronous page faults by which a processor could run another task meanwhile, and several bubbles.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from vlearn.sim.migration.copying import send
from vlearn.sim.migration.machine import Link
from vlearn.sim.migration.state import Migration, Processor
from vlearn.sim.migration.strategies import Push
from vlearn.sim.migration.stream import Stream
from vlearn.trace import Step

CHUNK = 1024
"""How many slots of accesses are read at a time."""


def first_push(link: Link, push: Push, alone: float) -> int:
    """The slot from which on pages are pushed."""
    return ceil(alone / link.slot) if push == "none" else 0


def fetch(state: Migration, push: Push, alone: float) -> Iterator[Step[Migration]]:
    """Every missing page, from any moment of a post-copy on."""
    seconds, half = state.link.slot, state.link.round_trip / 2
    begins = first_push(state.link, push, alone)
    streams = [
        Stream(pattern, state.guest_time, CHUNK * seconds, lag=processor.lag)
        for pattern, processor in zip(state.machine.processors, state.processors, strict=True)
    ]
    for stream, processor in zip(streams, state.processors, strict=True):
        stream.skip(processor.made)
    while state.to_send:
        asked = [(at, page) for at, page in state.requests if page in state.to_send]
        slot = next_slot(state.slot, begins, asked, seconds)
        access = _earliest(streams, state.processors, slot * seconds)
        if access:
            due, number = access
            step = _touch(state, streams[number], number, due, half)
        else:
            pushed = not asked or (slot >= begins and asked[0][0] > slot * seconds)
            page = _to_push(state, push) if pushed else asked[0][1]
            arrival = (slot + 1) * seconds + half
            step = _deliver(replace(state, slot=slot, requests=tuple(asked)), streams, page, arrival, pushed)
        yield step
        state = step.state


def next_slot(free: int, begins: int, asked: list[tuple[float, int]], seconds: float) -> int:
    """The next slot in which something is sent: the next free one if there is pushing, else when a request comes."""
    if free >= begins:
        return free
    return max(free, min(begins, ceil(asked[0][0] / seconds) if asked else begins))


def _earliest(streams: list[Stream], processors: tuple[Processor, ...], limit: float) -> tuple[float, int] | None:
    """When the next access is due before the limit, and by which of the processors that do not wait."""
    found = []
    for number, (stream, processor) in enumerate(zip(streams, processors, strict=True)):
        access = stream.next_before(limit) if processor.waits_for is None else None
        if access:
            found.append((access[0], number))
    return min(found, default=None)


def _touch(state: Migration, stream: Stream, number: int, due: float, half: float) -> Step[Migration]:
    page, writes = int(stream.pages[stream.at]), bool(stream.writes[stream.at])
    processor = state.processors[number]
    if page in state.to_send:
        waiting = _with(state, number, replace(processor, waits_for=page, since=due))
        time = max(state.time, state.began + due)
        if any(asked == page for _, asked in state.requests):
            text = f"processor {number} touches page {page} too, which has been asked for, and waits"
            return state.step("wait", text, f"page[{page}]", processors=waiting, time=time)
        return state.step(
            "fault",
            f"processor {number} touches page {page}, which is missing: it asks the source for it, and waits",
            f"page[{page}]",
            processors=waiting,
            requests=(*state.requests, (due + half, page)),
            faults=state.faults + 1,
            pivot=page,
            below=False,
            time=time,
        )
    arrival = {held: at for at, held in state.arrivals}.get(page, due)
    if arrival > due:
        stream.lag += arrival - due
    stream.make()
    state = replace(state, time=max(state.time, state.began + due))
    what = "writes to" if writes else "reads"
    late = f", which is on its way: it waits for {arrival - due:.6g} s" if arrival > due else ""
    processors = _with(state, number, replace(processor, lag=stream.lag, made=stream.made))
    return _access(state, f"processor {number} {what} page {page}{late}", page, writes, processors)


def _access(state: Migration, text: str, page: int, writes: bool, processors: tuple[Processor, ...]) -> Step[Migration]:
    if not writes:
        return state.step("read", text, f"page[{page}]", processors=processors)
    newest, memory = list(state.newest), list(state.destination.memory)
    newest[page] += 1
    memory[page] = newest[page]
    destination = replace(state.destination, memory=tuple(memory))
    changes = {"newest": tuple(newest), "destination": destination, "processors": processors}
    return state.step("write", text, f"page[{page}]", **changes)


def _deliver(state: Migration, streams: list[Stream], page: int, arrival: float, pushed: bool) -> Step[Migration]:
    """Send a page; the processors that wait for it make their access as it arrives."""
    start = state.slot * state.link.slot
    arrivals = (*((at, other) for at, other in state.arrivals if at > start), (arrival, page))
    state = send(state, page, "post-copy").state
    newest, memory = list(state.newest), list(state.destination.memory)
    processors = list(state.processors)
    for number, processor in enumerate(processors):
        if processor.waits_for != page:
            continue
        stream = streams[number]
        stream.lag += arrival - processor.since
        newest[page] += stream.make()
        processors[number] = Processor(stream.lag, stream.made)
    memory[page] = newest[page]
    how = "pushed" if pushed else "sent as asked for"
    return state.step(
        "push" if pushed else "deliver",
        f"page {page} is {how}",
        f"page[{page}]",
        newest=tuple(newest),
        destination=replace(state.destination, memory=tuple(memory)),
        processors=tuple(processors),
        arrivals=arrivals,
        requests=tuple((at, asked) for at, asked in state.requests if asked != page),
        slot=state.slot + 1,
        below=not state.below if pushed else state.below,
        time=max(state.time, state.began + arrival),
    )


def _to_push(state: Migration, push: Push) -> int:
    if push != "bubble":
        return min(state.to_send)
    above = min((page for page in state.to_send if page >= state.pivot), default=None)
    below = max((page for page in state.to_send if page < state.pivot), default=None)
    first, second = (below, above) if state.below else (above, below)
    page = first if first is not None else second
    assert page is not None
    return page


def _with(state: Migration, number: int, processor: Processor) -> tuple[Processor, ...]:
    return (*state.processors[:number], processor, *state.processors[number + 1 :])

"""Event channels: virtual interrupts as bits in a page that a domain shares with the hypervisor.

A bit for each port says that something is pending, another that the domain does not want to hear of it now. Events do
not count: a second one on a port that is pending says nothing new. Masking loses nothing, for the bit is set all the
same and looked at when the port is unmasked. The two-level layout with one virtual processor; its selector words are
left out. Sources: Xen's public header event_channel.h, common/event_2l.c; Barham et al., SOSP 2003, section 3.2.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.trace import Event, Step

PORTS = 4096
"""Ports of the two-level layout on a 64-bit machine: 64 words of 64 bits."""


@dataclass(frozen=True, slots=True)
class EventChannels:
    """A domain's pending and mask bits; `upcall` is set when its processor is to be told, `deferred` holds that off."""

    pending: frozenset[int] = frozenset()
    masked: frozenset[int] = frozenset()
    upcall: bool = False
    deferred: bool = False


@dataclass(frozen=True, slots=True)
class _OnPort:
    port: int

    def __post_init__(self) -> None:
        if not 0 <= self.port < PORTS:
            raise ModelError(f"there is no event channel {self.port}: ports run from 0 to {PORTS - 1}")


class Send(_OnPort):
    """The other end of the channel sends an event."""


class Mask(_OnPort):
    """The domain sets the mask bit: a store of its own, no hypercall."""


class Unmask(_OnPort):
    """The domain clears the mask bit, and hears of what was pending meanwhile."""


@dataclass(frozen=True, slots=True)
class Defer:
    """The domain holds off all upcalls, as `cli` holds off interrupts, or lets them come again."""

    on: bool


@dataclass(frozen=True, slots=True)
class TakeUpcall:
    """The domain's processor runs its upcall: it clears and handles every pending port that is not masked."""


ChannelAction: TypeAlias = Send | Mask | Unmask | Defer | TakeUpcall


def use_channels(state: EventChannels, action: ChannelAction) -> Iterator[Step[EventChannels]]:
    """What one action does to the bits; an upcall yields one `handle` for each port, the lowest first."""
    match action:
        case Send(port):
            yield _send(state, port)
        case Mask(port):
            after = replace(state, masked=state.masked | {port})
            yield _step("mask", f"port {port} is masked", port, after)
        case Unmask(port):
            after = replace(state, masked=state.masked - {port})
            raised = replace(after, upcall=after.upcall or port in after.pending)
            missed = " and an event is pending there: the upcall is due" if port in after.pending else ""
            yield _step("unmask", f"port {port} is unmasked{missed}", port, raised)
        case Defer(on):
            after = replace(state, deferred=on)
            yield Step(Event("defer", f"upcalls are {'held off' if on else 'let in'}"), after)
        case TakeUpcall():
            yield from _take(state)


def _send(state: EventChannels, port: int) -> Step[EventChannels]:
    if port in state.pending:
        return _step("merged", f"port {port} is pending already: nobody can tell two events from one", port, state)
    after = replace(state, pending=state.pending | {port})
    if port in state.masked:
        return _step("held", f"port {port} is pending, but masked: no upcall", port, after)
    return _step("send", f"port {port} is pending: the upcall is due", port, replace(after, upcall=True))


def _take(state: EventChannels) -> Iterator[Step[EventChannels]]:
    if state.deferred or not state.upcall:
        why = "upcalls are held off" if state.deferred else "no upcall is due"
        yield Step(Event("no-upcall", why), state)
        return
    state = replace(state, upcall=False)
    yield Step(Event("upcall", "the domain's processor enters its upcall handler", ("upcall",)), state)
    for port in sorted(state.pending - state.masked):
        # The bit is cleared before the ring is looked at: an event that comes meanwhile sets it again.
        state = replace(state, pending=state.pending - {port})
        yield _step("handle", f"port {port} is handled", port, state)


def _step(kind: str, text: str, port: int, state: EventChannels) -> Step[EventChannels]:
    return Step(Event(kind, text, (f"port[{port}]",)), state)

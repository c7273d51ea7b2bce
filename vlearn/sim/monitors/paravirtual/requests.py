"""Updates of page tables asked for one by one, without a guest that runs: for lessons and questions about validation.

`set_up` makes a domain whose frames are used as you say; `run(request, vm, updates)` is a trace of `mmu_update`
requests, each an event `validated` or `refused`. `batched` stops at the first that is refused, as the hypercall does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vlearn.sim.memory.entries import RW, US, P
from vlearn.sim.monitors.guests.loader import loaded_by_multiboot
from vlearn.sim.monitors.paravirtual.accounts import Refused
from vlearn.sim.monitors.paravirtual.domain import Pv, paging, with_paging
from vlearn.sim.monitors.paravirtual.layout import DIRECTORY_FRAME, TABLE_FRAME, build
from vlearn.sim.monitors.paravirtual.updates import update
from vlearn.trace import Event, Step

READ_ONLY, WRITABLE = P, P | RW
_FLAGS = {P: "P", RW: "R/W", US: "U/S", 0x80: "PS", 0x100: "G"}


@dataclass(frozen=True, slots=True)
class Update:
    """Entry `index` of the table in `frame` becomes `entry`: a frame's address with flags in the low bits."""

    frame: int
    index: int
    entry: int

    def __str__(self) -> str:
        return f"frame {self.frame:#x}, entry {self.index:#x} becomes {entry_in_words(self.entry)}"


def entry_in_words(entry: int) -> str:
    """An entry as its frame and flags: `frame 0x30 (P R/W)`."""
    flags = " ".join(name for bit, name in _FLAGS.items() if entry & bit) or "no flag"
    return f"frame {entry >> 12:#x} ({flags})"


def maps(frame: int, flags: int = WRITABLE) -> int:
    """An entry that leads to a frame."""
    return frame << 12 | flags


def reason_against(vm: Pv, asked: Update) -> str | None:
    """Why the monitor refuses an update; None if it accepts it."""
    try:
        update(paging(vm), asked.frame << 12 | asked.index << 2, asked.entry)
    except Refused as refused:
        return refused.reason
    return None


def request(vm: Pv, asked: Update) -> Iterator[Step[Pv]]:
    """One request."""
    try:
        vm = with_paging(vm, update(paging(vm), asked.frame << 12 | asked.index << 2, asked.entry))
    except Refused as refused:
        yield Step(Event("refused", f"{asked}: refused, as {refused.reason}"), vm)
    else:
        yield Step(Event("validated", f"{asked}: accepted"), vm)


def batched(vm: Pv, asked: Sequence[Update]) -> Iterator[Step[Pv]]:
    """One hypercall with a list of requests: those before the first that is refused stay carried out."""
    for one in asked:
        for step in request(vm, one):
            yield step
            vm = step.state
            if step.event.kind == "refused":
                return


def asked_for(vm: Pv, updates: Sequence[Update]) -> Pv:
    """The domain after updates that must all be accepted. Raises Refused."""
    for one in updates:
        vm = with_paging(vm, update(paging(vm), one.frame << 12 | one.index << 2, one.entry))
    return vm


def set_up(
    read_only: Sequence[int] = (), contents: Sequence[Update] = (), tables: Sequence[tuple[int, int]] = ()
) -> Pv:
    """A domain as its builder makes it, changed by updates, all accepted: frames that are mapped read-only, entries
    written into frames before that, and page tables in use, as (slot of the directory, frame), read-only as well."""
    vm = build(loaded_by_multiboot())
    protect = tuple(dict.fromkeys((*read_only, *(frame for _, frame in tables))))
    vm = asked_for(vm, contents)
    vm = asked_for(vm, [Update(TABLE_FRAME, frame, maps(frame, READ_ONLY)) for frame in protect])
    vm = asked_for(vm, [Update(DIRECTORY_FRAME, slot, maps(frame)) for slot, frame in tables])
    return replace(vm, guest=vm.real)

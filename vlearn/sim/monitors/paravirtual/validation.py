"""Direct paging: the processor walks the guest's own tables, so the monitor checks each entry before it counts.

An entry of a page table may map only frames of the guest, writable only if the frame is not in use as a table; an entry
of a directory may lead only to a page table. A table is checked whole when it is first used as one, and entry by entry
from then on. Everything here returns new accounts or raises Refused, so a refused update has changed nothing. Left out:
large pages, PAE, and a directory that maps itself (Xen's linear page tables). Source: Xen, arch/x86/mm.c.
"""

from collections.abc import Callable
from dataclasses import replace

from vlearn.sim.cpu import Gate, decode
from vlearn.sim.cpu.descriptors import CALL_GATE
from vlearn.sim.memory.entries import RW, P
from vlearn.sim.monitors.paravirtual.accounts import PageType, Paging, Refused, hold, owned, release, retyped
from vlearn.sim.monitors.paravirtual.interface import XEN_SLOT, XEN_START

DISALLOWED = 0x180
"""Bits that no entry may have: G, and PS (a large page) or PAT."""
ENTRIES = 1024
MONITOR_FRAME = 0x104
"""The monitor's own page table; every directory gets it in slot XEN_SLOT."""
MONITOR_ENTRY = MONITOR_FRAME << 12 | 0x23
_DISALLOWED_NAMES = {"l1": "PAT or G", "l2": "PS (a large page) or G"}


def take_use(paging: Paging, frame: int, wanted: PageType) -> Paging:
    """One more reference that needs a type; the first one has the content checked, with all that it refers to."""
    paging = hold(paging, frame)
    page = owned(paging, frame)
    after = paging.with_page(frame, retyped(page, frame, wanted))
    return CHECK[wanted](after, frame) if not page.uses and wanted in CHECK else after


def drop_use(paging: Paging, frame: int) -> Paging:
    """One fewer; with the last one, what the table refers to is let go."""
    page = owned(paging, frame)
    assert page.uses, "only what has been taken is dropped"
    if page.uses > 1:
        return release(paging.with_page(frame, replace(page, uses=page.uses - 1)), frame)
    paging = paging.with_page(frame, replace(page, uses=0, type="none"))
    if page.type in ("l1", "l2"):
        for index in _guest_entries(page.type):
            paging = drop_entry(paging, page.type, paging.entry(frame, index))
    return release(paging, frame)


def take_entry(paging: Paging, type: PageType, index: int, entry: int) -> Paging:
    """What one entry of a page table or directory refers to, taken. Raises Refused if the guest may not have it."""
    if type == "l2" and index >= XEN_SLOT:
        raise Refused(f"entry {index:#x} of a directory maps the monitor's part of the address space")
    if not entry & P:
        return paging
    if entry & DISALLOWED:
        raise Refused(f"the entry {entry:#x} has {_DISALLOWED_NAMES[type]} set")
    if type == "l2":
        return take_use(paging, entry >> 12, "l1")
    return take_use(paging, entry >> 12, "writable") if entry & RW else hold(paging, entry >> 12)


def drop_entry(paging: Paging, type: PageType, entry: int) -> Paging:
    """The same let go."""
    if not entry & P:
        return paging
    return drop_use(paging, entry >> 12) if type == "l2" or entry & RW else release(paging, entry >> 12)


def set_entry(paging: Paging, frame: int, index: int, entry: int) -> Paging:
    """One entry of a frame replaced, whatever the frame is: a table's entry is checked, a writable page is written."""
    page = owned(paging, frame)
    if page.type not in ("l1", "l2"):
        paging = drop_use(take_use(paging, frame, "writable"), frame)
        return paging.with_entry(frame, index, entry)
    old = paging.entry(frame, index)
    paging = drop_entry(take_entry(paging, page.type, index, entry), page.type, old)
    return paging.with_entry(frame, index, entry)


def check_descriptor(value: int) -> None:
    """Raise Refused for a descriptor that would give the guest ring 0, or reach the monitor's memory."""
    entry = decode(value)
    if not entry.present:
        return
    if isinstance(entry, Gate):
        if entry.type != CALL_GATE or not entry.selector & 3:
            raise Refused(f"the gate {value:#x} is no call gate to the guest's own code")
        return
    if not entry.is_segment:
        raise Refused(f"the system descriptor {value:#x} (an LDT or a TSS) is the monitor's to install")
    if entry.dpl == 0:
        raise Refused(f"the descriptor {value:#x} has DPL 0")
    if entry.base + entry.limit >= XEN_START or entry.access & 0xC == 4:
        raise Refused(f"the segment {value:#x} reaches into the monitor's part of the address space")


def _guest_entries(type: PageType) -> range:
    return range(ENTRIES if type == "l1" else XEN_SLOT)


def _check_table(type: PageType) -> Callable[[Paging, int], Paging]:
    def check(paging: Paging, frame: int) -> Paging:
        for index in _guest_entries(type):
            entry = paging.entry(frame, index)
            if entry & P:
                try:
                    paging = take_entry(paging, type, index, entry)
                except Refused as refused:
                    raise Refused(f"entry {index:#x} of frame {frame:#x}: {refused.reason}", refused.error) from None
        if type == "l2":
            for index in range(XEN_SLOT, ENTRIES):
                paging = paging.with_entry(frame, index, MONITOR_ENTRY if index == XEN_SLOT else 0)
        return paging

    return check


def _check_descriptors(paging: Paging, frame: int) -> Paging:
    for index in range(0, ENTRIES, 2):
        check_descriptor(paging.entry(frame, index + 1) << 32 | paging.entry(frame, index))
    return paging


CHECK: dict[PageType, Callable[[Paging, int], Paging]] = {
    "l1": _check_table("l1"),
    "l2": _check_table("l2"),
    "descriptors": _check_descriptors,
}
"""What is checked when a frame gets a type; "writable" needs nothing."""

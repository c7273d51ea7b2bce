"""Writable page tables, as early Xen had them: out of use, a table is written freely, and checked before its return.

The first store to a page table faults. The monitor clears P in the directory's entry, so that no translation goes
through the table, lets the guest write the table where the store went, and remembers what was in it. When an address
that the table maps is used, when another table is written, or at the next hypercall about tables, it takes the write
permission back, checks the entries that have changed, and puts the table back. An entry that the guest may not have
then ends the guest, for by now there is nobody to tell. Source: Xen 2 and 3.0, ptwr_do_page_fault and ptwr_flush.
"""

from dataclasses import dataclass

from vlearn.sim.memory.entries import RW, A, D, P
from vlearn.sim.monitors.paravirtual.accounts import Paging, Refused
from vlearn.sim.monitors.paravirtual.domain import Unhooked
from vlearn.sim.monitors.paravirtual.interface import XEN_SLOT
from vlearn.sim.monitors.paravirtual.updates import table_of
from vlearn.sim.monitors.paravirtual.validation import ENTRIES, drop_entry, take_entry

_SET_BY_HARDWARE = A | D


@dataclass(frozen=True, slots=True)
class Settled:
    """A table back in use: the accounts after it, how many entries had changed, and why one was refused, if one was."""

    paging: Paging
    changed: int
    refused: str = ""


def written_table(paging: Paging, base: int, linear: int) -> int | None:
    """The page table that lies at a linear address, read-only; None if nothing there is mapped, or something else."""
    try:
        entry = paging.entry(table_of(paging, base, linear), linear >> 12 & 0x3FF)
    except Refused:
        return None
    page = paging.pages.get(entry >> 12)
    return entry >> 12 if entry & P and not entry & RW and page is not None and page.type == "l1" else None


def unhook(paging: Paging, base: int, linear: int) -> tuple[Paging, Unhooked]:
    """Take the page table at a linear address out of use, and make it writable there.

    Raises Refused if the table maps itself at that address: out of use, it would not be there any more.
    """
    window = table_of(paging, base, linear), linear >> 12 & 0x3FF
    entry = paging.entry(*window)
    frame = entry >> 12
    if frame == window[0]:
        raise Refused(f"the page table in frame {frame:#x} maps itself at {linear:#x}")
    slots = tuple(s for s in range(XEN_SLOT) if (e := paging.entry(base, s)) & P and e >> 12 == frame)
    before = tuple(paging.entry(frame, index) for index in range(ENTRIES))
    for slot in slots:
        paging = paging.with_entry(base, slot, paging.entry(base, slot) & ~P)
    return paging.with_entry(*window, entry | RW), Unhooked(frame, base, slots, window, before)


def settle(paging: Paging, unhooked: Unhooked) -> Settled:
    """Write-protect the table, check what has changed, and put it back into use.

    At the first entry that is refused, this one and all after it become again what they were.
    """
    paging = paging.with_entry(*unhooked.window, paging.entry(*unhooked.window) & ~RW)
    changed, refused = 0, ""
    for index, old in enumerate(unhooked.before):
        new = paging.entry(unhooked.frame, index)
        if (new ^ old) & ~_SET_BY_HARDWARE == 0:
            continue
        if not refused:
            try:
                paging = drop_entry(take_entry(paging, "l1", index, new), "l1", old)
                changed += 1
                continue
            except Refused as reason:
                refused = f"entry {index:#x} of the page table in frame {unhooked.frame:#x}: {reason.reason}"
        paging = paging.with_entry(unhooked.frame, index, old)
    return Settled(_hooked(paging, unhooked), changed, refused)


def settled(paging: Paging, unhooked: Unhooked | None) -> Paging:
    """The accounts as they count while a table is out of use: with the table as it was before."""
    if unhooked is None:
        return paging
    paging = paging.with_entry(*unhooked.window, paging.entry(*unhooked.window) & ~RW)
    for index, old in enumerate(unhooked.before):
        paging = paging.with_entry(unhooked.frame, index, old)
    return _hooked(paging, unhooked)


def _hooked(paging: Paging, unhooked: Unhooked) -> Paging:
    for slot in unhooked.slots:
        paging = paging.with_entry(unhooked.directory, slot, paging.entry(unhooked.directory, slot) | P)
    return paging

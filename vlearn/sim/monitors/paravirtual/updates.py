"""What a guest may ask for as to its page tables: one entry, a pin, another directory, another GDT.

Each returns new accounts or raises Refused. A pin keeps a table's type while nothing refers to it, so that it need not
be checked again each time a process is switched to.
"""

from dataclasses import replace

from vlearn.sim.memory.entries import P
from vlearn.sim.monitors.paravirtual.accounts import PageType, Paging, Refused, owned
from vlearn.sim.monitors.paravirtual.interface import ENOSYS
from vlearn.sim.monitors.paravirtual.validation import drop_use, set_entry, take_use


def update(paging: Paging, request: int, entry: int) -> Paging:
    """One request of `mmu_update`: the entry's physical address, with the kind of update in its low two bits."""
    if request & 3:
        raise Refused(f"updates of kind {request & 3} are left out: only page tables are updated", ENOSYS)
    return set_entry(paging, request >> 12, request >> 2 & 0x3FF, entry)


def update_mapping(paging: Paging, base: int, linear: int, entry: int) -> Paging:
    """The entry that maps a linear address in the address space of a directory."""
    return set_entry(paging, table_of(paging, base, linear), linear >> 12 & 0x3FF, entry)


def table_of(paging: Paging, base: int, linear: int) -> int:
    """The frame of the page table for a linear address. Raises Refused where the directory has none."""
    entry = paging.entry(base, linear >> 22)
    if not entry & P:
        raise Refused(f"the directory has no page table for {linear:#x}")
    return entry >> 12


def pin(paging: Paging, frame: int, type: PageType) -> Paging:
    """A use of its own for a table."""
    if owned(paging, frame).pinned:
        raise Refused(f"frame {frame:#x} is pinned already")
    paging = take_use(paging, frame, type)
    return paging.with_page(frame, replace(owned(paging, frame), pinned=True))


def unpin(paging: Paging, frame: int) -> Paging:
    """The pin removed; the frame is free for another type once no other use is left."""
    page = owned(paging, frame)
    if not page.pinned:
        raise Refused(f"frame {frame:#x} is not pinned")
    return drop_use(paging.with_page(frame, replace(page, pinned=False)), frame)


def new_base(paging: Paging, old: int | None, new: int) -> Paging:
    """Another directory for CR3, checked if it is not one yet."""
    paging = take_use(paging, new, "l2")
    return paging if old is None else drop_use(paging, old)


def new_gdt(paging: Paging, old: tuple[int, ...], new: tuple[int, ...]) -> Paging:
    """Other frames for the GDT, which the guest may no longer write."""
    for frame in new:
        paging = take_use(paging, frame, "descriptors")
    for frame in old:
        paging = drop_use(paging, frame)
    return paging

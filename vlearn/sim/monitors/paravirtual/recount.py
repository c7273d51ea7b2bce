"""The accounts counted anew from what is in memory, and what the processor's own walk would let the guest reach.

Both are for tests and lessons: the first must agree with the accounts that were kept step by step, the second must
never show a table that is writable, or a frame that is not the guest's.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from vlearn.sim.memory.entries import RW, P
from vlearn.sim.monitors.paravirtual.accounts import GUEST, Page, PageType, Paging
from vlearn.sim.monitors.paravirtual.domain import Pv, paging
from vlearn.sim.monitors.paravirtual.interface import XEN_SLOT
from vlearn.sim.monitors.paravirtual.validation import ENTRIES
from vlearn.sim.monitors.paravirtual.writable import settled


@dataclass(frozen=True, slots=True)
class Mapping:
    """A page that the processor would find: linear address, frame, and whether the guest could write there."""

    linear: int
    frame: int
    writable: bool


def recount(vm: Pv) -> dict[int, Page]:
    """The account of each of the guest's frames that is not merely allocated, from CR3, pins, GDT and the tables."""
    domain = vm.monitor
    accounts = settled(paging(vm), domain.unhooked)
    references: Counter[int] = Counter()
    uses: Counter[int] = Counter()
    types: dict[int, PageType] = {}
    tables = [(frame, page.type) for frame, page in accounts.pages.items() if page.pinned]
    tables += [(domain.base, "l2"), *((frame, "descriptors") for frame in domain.gdt)]
    seen = set[int]()
    while tables:
        frame, type = tables.pop()
        references[frame] += 1
        if type == "none":
            continue
        uses[frame] += 1
        types.setdefault(frame, type)
        if frame not in seen and type in ("l1", "l2"):
            seen.add(frame)
            tables += _referred(accounts, frame, type)
    pages = ((frame, accounts.pages[frame].pinned) for frame in references)
    return {f: Page(GUEST, 1 + references[f], types.get(f, "none"), uses[f], pinned) for f, pinned in pages}


def _referred(accounts: Paging, frame: int, type: PageType) -> Iterator[tuple[int, PageType]]:
    for index in range(ENTRIES if type == "l1" else XEN_SLOT):
        entry = accounts.entry(frame, index)
        if entry & P:
            yield entry >> 12, "l1" if type == "l2" else "writable" if entry & RW else "none"


def kept(vm: Pv) -> dict[int, Page]:
    """The accounts of the same frames as they were kept: all of the guest's with more than their allocation."""
    return {f: page for f, page in vm.monitor.pages.items() if page.owner == GUEST and page != Page()}


def mappings(vm: Pv) -> Iterator[Mapping]:
    """Every page below the monitor's part that the processor's walk finds from the real CR3."""
    accounts, base = paging(vm), vm.real.cr3 >> 12
    for slot in range(XEN_SLOT):
        directory = accounts.entry(base, slot)
        if directory & P:
            for index in range(ENTRIES):
                entry = accounts.entry(directory >> 12, index)
                if entry & P:
                    yield Mapping(slot << 22 | index << 12, entry >> 12, bool(entry & directory & RW))


def tables_walked(vm: Pv) -> frozenset[int]:
    """The frames that the walk reads as tables: the directory in CR3 and the page tables it leads to."""
    accounts, base = paging(vm), vm.real.cr3 >> 12
    entries = (accounts.entry(base, slot) for slot in range(XEN_SLOT))
    return frozenset({base, *(entry >> 12 for entry in entries if entry & P)})


def exposed(vm: Pv) -> tuple[str, ...]:
    """What the guest can reach and must not, each as a sentence; empty if the monitor has done its work."""
    tables, found = tables_walked(vm), []
    for mapping in mappings(vm):
        page = vm.monitor.pages.get(mapping.frame)
        if page is None or page.owner != GUEST:
            found.append(f"{mapping.linear:#x} maps frame {mapping.frame:#x}, which is not the guest's")
        elif mapping.writable and (mapping.frame in tables or mapping.frame in vm.monitor.gdt):
            found.append(f"{mapping.linear:#x} maps frame {mapping.frame:#x} writable, which is a table in use")
    return tuple(found)

"""What the drawing of shadow paging puts side by side for one page: the guest's entry, the host's map, the shadow's."""

from collections.abc import Iterator
from dataclasses import dataclass

from vlearn.sim.memory.entries import flags, is_present, maps_page, table_address
from vlearn.sim.memory.modes import size_name
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.shadow.state import ShadowMachine
from vlearn.sim.memory.tables import FRAME
from vlearn.trace import Event

MOST = 7
"""How many pages a drawing has room for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Two lines about one page in one column, whether there is an entry at all, and whether this moment touched it."""

    head: str
    note: str
    present: bool
    lit: bool = False


@dataclass(frozen=True, slots=True)
class PageRow:
    """A linear page, and what guest, host and shadow have for it."""

    page: int
    guest: Cell
    host: Cell
    shadow: Cell


def page_rows(vm: ShadowMachine, event: Event | None) -> tuple[PageRow, ...]:
    """A row for each page that the guest's tables or the shadow in use map, and for the one accessed, in order."""
    tables = PageTables(vm.mode, vm.registers.root, vm.memory, physical_bits=vm.registers.physical_bits)
    pages = set(_mapped(vm, vm.registers.root))
    pages |= {leaf.linear for at, leaf in vm.leaves.items() if vm.entry_for(leaf.linear) == at}
    here = None if vm.access is None else _page_of(vm, tables, vm.access.address)
    if here is not None:
        pages.add(here)
    ordered = sorted(pages)
    if len(ordered) > MOST:
        at = ordered.index(here) if here is not None else 0
        first = max(0, min(at - MOST // 2, len(ordered) - MOST))
        ordered = ordered[first : first + MOST]
    return tuple(_row(vm, tables, page, page == here, event) for page in ordered)


def _page_of(vm: ShadowMachine, tables: PageTables, address: int) -> int:
    """The page that an address lies in: the shadow's if it has one, for it may be part of a large page of the guest."""
    if (at := vm.entry_for(address)) is not None:
        return vm.leaves[at].linear
    return address & -tables.path(address)[-1].level.span if tables.lookup(address) is not None else address & -FRAME


def _mapped(vm: ShadowMachine, table: int, depth: int = 0, start: int = 0) -> Iterator[int]:
    """The first address of every page below a table of the guest, present or not, as long as its entry is not 0."""
    mode, level = vm.mode, vm.mode.levels[depth]
    for index in range(1 << level.index_bits):
        entry = vm.memory.get(table + index * mode.entry_bytes, 0)
        address = start | index << level.shift
        if not depth and address >> mode.linear_bits - 1:
            address |= (1 << mode.register_bits) - (1 << mode.linear_bits)
        if entry and maps_page(level, entry, vm.registers.pse):
            yield address
        elif is_present(mode, entry):
            yield from _mapped(vm, table_address(mode, entry), depth + 1, address)


def _row(vm: ShadowMachine, tables: PageTables, page: int, here: bool, event: Event | None) -> PageRow:
    touched = event.touches if event else ()
    last = tables.path(page)[-1]
    names = (f"guest {last.level.entry}", f"guest {last.address:#x}")
    guest_lit = (here and names[0] in touched) or names[1] in touched
    physical = tables.lookup(page)
    shown = " ".join(name for name in flags(vm.mode, last.entry) if name not in ("PS", "PWT", "PCD"))
    guest = (
        Cell(f"→ gPA {physical:#x}", shown, True, guest_lit)
        if physical is not None
        else Cell("not present", f"{last.level.entry} {last.entry:#x}", False, guest_lit)
    )
    at = vm.entry_for(page)
    entry_lit = (here and any(name.startswith("shadow") for name in touched)) or (
        guest_lit and "shadow leaf" in touched
    )
    return PageRow(
        page,
        guest,
        _host(vm, physical, (here and "host" in touched) or f"host {(physical or 0) & -FRAME:#x}" in touched),
        _shadow(vm, at, entry_lit),
    )


def _host(vm: ShadowMachine, physical: int | None, lit: bool) -> Cell:
    if physical is None:
        return Cell("", "", False)
    place = vm.place(physical)
    if place is None:
        gone = physical & -FRAME in vm.reclaimed
        return Cell("no frame", "the host took it away" if gone else "no memory here", False, lit)
    return Cell(f"→ hPA {place[0]:#x}", f"{size_name(place[1])} page of the host", True, lit)


def _shadow(vm: ShadowMachine, at: int | None, lit: bool) -> Cell:
    if at is None:
        return Cell("no entry", "an access will exit", False, lit)
    entry, leaf = vm.mmu.walk.memory[at], vm.leaves[at]
    place = vm.place(leaf.guest_physical)
    rights = [name for name in flags(vm.mode, entry) if name in ("R/W", "U/S", "XD")]
    size = "" if leaf.size == FRAME else f", {size_name(leaf.size)}"
    note = ("writable" if "R/W" in rights else "read-only") + (", user" if "U/S" in rights else "") + size
    return Cell(f"→ hPA {place[0]:#x}" if place else "→ no frame", note, True, lit)

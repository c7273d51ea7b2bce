"""What a memory-management unit keeps, as cells to draw: the ways of the TLB's sets, the paging-structure caches."""

from dataclasses import dataclass, replace

from vlearn.sim.memory.access import Translation
from vlearn.sim.memory.mmu import Mmu
from vlearn.sim.memory.modes import size_name
from vlearn.sim.memory.replacement import POLICIES
from vlearn.sim.memory.structure_cache import CachedTable
from vlearn.sim.memory.tlb import Tag, TlbEntry
from vlearn.trace import Event
from vlearn.views.svg import CURRENT, DONE, READ, WAITING, Look

PROBES = ("tlb-hit", "tlb-miss", "tlb-clean", "tlb-refused", "tlb-fill", "tlb-evict")
"""The events in which the TLB looks up the access, or fills."""

NO_TAG = Tag()


@dataclass(frozen=True, slots=True)
class Cell:
    """A way, or an entry of a paging-structure cache: its lines of text, its look, and a word for what comes to it."""

    lines: tuple[str, ...]
    look: Look
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Cells that belong together, a set or one cache, and whether the access is looked up in it now."""

    name: str
    note: str
    cells: tuple[Cell, ...]
    probed: bool


def tlb_shelves(mmu: Mmu, event: Event | None) -> tuple[Shelf, ...]:
    """The sets of the TLB, in order."""
    probed = _probed(mmu, event)
    found = _found(mmu, event)
    shelves: list[Shelf] = []
    for number, tlb_set in enumerate(mmu.tlb.sets):
        full = None not in tlb_set.ways and len(tlb_set.ways) > 1
        next_out = POLICIES[mmu.tlb.policy].victim(tlb_set.order) if full else None
        cells = [
            _way(mmu, entry, event if entry and entry is found else None, way == next_out)
            for way, entry in enumerate(tlb_set.ways)
        ]
        note = ", ".join(size_name(size) for size in probed.get(number, ()))
        shelves.append(Shelf(f"set {number}", note, tuple(cells), number in probed))
    return tuple(shelves)


def structure_shelves(mmu: Mmu, event: Event | None) -> tuple[Shelf, ...]:
    """The paging-structure caches of the mode, root first, each from the least to the most recently used entry."""
    access, used = mmu.walk.access, None
    if event and event.kind == "structure-hit" and access:
        used = mmu.structures.find(access.address, mmu.tag)
    return tuple(
        Shelf(
            f"{level.entry} cache",
            f"room for {mmu.structures.size}",
            tuple(_structure(table, table is used) for table in mmu.structures.tables if table.level == level),
            used is not None and used.level == level,
        )
        for level in mmu.walk.registers.mode.levels[:-1]
    )


def tag_words(tag: Tag) -> str:
    """Whose translation it is, where that is not the host's own with PCID 0."""
    return f"VPID {tag.vpid}, PCID {tag.pcid}" if replace(tag, ept=0) != NO_TAG else ""


def right_words(entry: TlbEntry) -> str:
    """The rights and the flags that the entry keeps."""
    found = entry.translation
    kept = (("R/W", found.rights.writable), ("U/S", found.rights.user), ("XD", not found.rights.executable))
    flags = (("D", found.dirty), ("G", found.global_page))
    return " ".join(name for name, on in (*kept, *flags) if on)


def _probed(mmu: Mmu, event: Event | None) -> dict[int, tuple[int, ...]]:
    """Which sets the access is looked up in, and for which page sizes."""
    access = mmu.walk.access
    if event is None or event.kind not in PROBES or access is None:
        return {}
    sets: dict[int, tuple[int, ...]] = {}
    for size in mmu.walk.registers.mode.page_sizes:
        number = mmu.tlb.set_of(access.address, size)
        sets[number] = (*sets.get(number, ()), size)
    return sets


def _found(mmu: Mmu, event: Event | None) -> TlbEntry | None:
    """The entry that the event is about."""
    access = mmu.walk.access
    if event is None or event.kind not in PROBES or access is None:
        return None
    return mmu.tlb.find(access.address, mmu.tag)


def _way(mmu: Mmu, entry: TlbEntry | None, event: Event | None, next_out: bool) -> Cell:
    if entry is None:
        return Cell(("free",), WAITING)
    lines = (
        f"{entry.page:#x}",
        f"→ {entry.translation.physical:#x}",
        f"{size_name(entry.size)} {right_words(entry)}".strip(),
        tag_words(entry.tag),
    )
    if event is None:
        return Cell(lines, READ, "next out" if next_out else "")
    if event.kind in ("tlb-fill", "tlb-evict"):
        return Cell(lines, CURRENT, "new")
    hit = event.kind == "tlb-hit" and isinstance(mmu.walk.outcome, Translation)
    return Cell(lines, DONE if hit else CURRENT, "hit" if event.kind == "tlb-hit" else "walk")


def _structure(table: CachedTable, used: bool) -> Cell:
    lines = (
        f"{table.region << table.level.shift:#x}",
        f"→ table {table.descent.table:#x}",
        size_name(table.level.span),
        tag_words(table.tag),
    )
    return Cell(lines, CURRENT if used else READ, "used" if used else "")

"""Paging-structure caches: they keep the way down to a table, so that a walk after a TLB miss can start there.

A PDE-cache entry leads past the PDE to the page table, a PDPTE-cache entry past the PDPTE to the page directory, a
PML4E-cache entry past the PML4E. Each keeps the rights gathered on the way, and in a guest where the table lies in the
host, so that its EPT walk is saved too. Each cache holds the most recently used `size` entries. Caches of the EPT's own
entries (guest-physical mappings) are left out. Source: Intel SDM vol. 3A, "Paging-structure caches".
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from vlearn.sim.memory.modes import Level
from vlearn.sim.memory.state import Descent
from vlearn.sim.memory.tlb import Tag


@dataclass(frozen=True, slots=True)
class CachedTable:
    """The way past one entry: the level of that entry, which region it covers, and the descent to its table."""

    tag: Tag
    level: Level
    region: int
    descent: Descent


@dataclass(frozen=True, slots=True)
class StructureCache:
    """The caches of all levels together, least recently used first. A `size` of 0 is a processor without them."""

    size: int = 4
    tables: tuple[CachedTable, ...] = ()

    def find(self, address: int, tag: Tag) -> CachedTable | None:
        """The entry that leads furthest down on the way to the address."""
        found = [t for t in self.tables if t.tag == tag and t.region == address >> t.level.shift]
        return min(found, key=lambda table: table.level.shift, default=None)

    def use(self, table: CachedTable) -> "StructureCache":
        """After a use of the entry, or with it as a new one: the least recently used of its level gives place."""
        others = tuple(t for t in self.tables if (t.tag, t.level, t.region) != (table.tag, table.level, table.region))
        same = [t for t in others if t.level == table.level]
        crowded = set(same[: max(0, len(same) + 1 - self.size)])
        tables = tuple(t for t in others if t not in crowded)
        return replace(self, tables=(*tables, table) if self.size else ())

    def without(self, doomed: Callable[[CachedTable], bool]) -> "StructureCache":
        """Without the entries for which `doomed` is true."""
        return replace(self, tables=tuple(table for table in self.tables if not doomed(table)))

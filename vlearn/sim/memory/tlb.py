"""A translation lookaside buffer: sets and ways, a replacement policy, entries tagged with the context they belong to.

One array serves all page sizes and is probed once for each, as Intel's second-level TLBs do for 4 KiB and 2 MiB pages;
first-level TLBs with an array a page size, separate TLBs for instructions, and prefetching are left out. A guest's
entry maps a linear address straight to a host-physical one, at the smaller of the two page sizes: a combined mapping.
Source: Intel SDM vol. 3A, "Caching translation information"; vol. 3C, "VPIDs and EPT: cached mappings".
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.memory.access import Translation
from vlearn.sim.memory.modes import GIB, KIB, MIB
from vlearn.sim.memory.replacement import POLICIES, Order

PAGE_SIZES = (4 * KIB, 2 * MIB, 4 * MIB, GIB)


@dataclass(frozen=True, slots=True)
class Tag:
    """Whose translation it is: virtual-processor identifier, process-context identifier, root of the EPT (or 0).

    VPID 0 is the host. AMD calls a VPID an address-space identifier (ASID).
    """

    vpid: int = 0
    pcid: int = 0
    ept: int = 0


@dataclass(frozen=True, slots=True)
class TlbEntry:
    """A cached translation of one page: `page` is its first linear address, `translation` that of this address."""

    tag: Tag
    page: int
    translation: Translation

    @property
    def size(self) -> int:
        """The page size in bytes."""
        return self.translation.page_size

    def serves(self, address: int, tag: Tag) -> bool:
        """Whether the entry translates the address in that context."""
        return self.is_for(tag) and self.covers(address)

    def is_for(self, tag: Tag) -> bool:
        """Whether the entry belongs to that context; a global page belongs to every PCID."""
        return tag == (replace(self.tag, pcid=tag.pcid) if self.translation.global_page else self.tag)

    def covers(self, address: int) -> bool:
        """Whether the address lies in the page."""
        return self.page <= address < self.page + self.size

    def is_part_of_page(self, address: int) -> bool:
        """Whether the address lies in the page that software knows: the guest's own may be larger than the entry."""
        size = self.translation.guest_page_size or self.size
        return address // size == self.page // size

    def translate(self, address: int) -> Translation:
        """The cached translation, moved to an address within the page."""
        offset, base = address - self.page, self.translation
        guest_physical = None if base.guest_physical is None else base.guest_physical + offset
        return replace(base, physical=base.physical + offset, guest_physical=guest_physical)


@dataclass(frozen=True, slots=True)
class TlbSet:
    """The ways of one set, and what the policy remembers of them."""

    ways: tuple[TlbEntry | None, ...]
    order: Order


@dataclass(frozen=True, slots=True)
class Tlb:
    """The whole buffer. Its verbs return the next one."""

    sets: tuple[TlbSet, ...]
    policy: str = "LRU"

    @classmethod
    def empty(cls, entries: int = 64, ways: int = 4, policy: str = "LRU") -> "Tlb":
        """A buffer of so many entries in sets of `ways`. Raises ModelError if the sizes do not make whole sets."""
        if policy not in POLICIES:
            raise ModelError(f"there is no replacement policy {policy!r}; choose one of {', '.join(POLICIES)}")
        if ways < 1 or entries < ways or entries % ways:
            raise ModelError(f"{entries} entries do not make sets of {ways} ways; choose a multiple of the ways")
        if policy == "tree-PLRU" and ways & (ways - 1):
            raise ModelError(f"a tree needs a power of two ways, not {ways}")
        empty_set = TlbSet((None,) * ways, POLICIES[policy].start(ways))
        return cls((empty_set,) * (entries // ways), policy)

    @property
    def entries(self) -> tuple[TlbEntry, ...]:
        """What it holds, set by set."""
        return tuple(entry for tlb_set in self.sets for entry in tlb_set.ways if entry)

    def set_of(self, address: int, page_size: int) -> int:
        """The set that a page of this size at this address belongs to: its page number modulo the number of sets."""
        return address // page_size % len(self.sets)

    def find(self, address: int, tag: Tag) -> TlbEntry | None:
        """The entry that translates the address in that context; None is a miss."""
        for size in PAGE_SIZES:
            for entry in self.sets[self.set_of(address, size)].ways:
                if entry and entry.size == size and entry.serves(address, tag):
                    return entry
        return None

    def hit(self, entry: TlbEntry) -> "Tlb":
        """After a use of the entry: the policy takes note."""
        index = self.set_of(entry.page, entry.size)
        tlb_set = self.sets[index]
        order = POLICIES[self.policy].hit(tlb_set.order, tlb_set.ways.index(entry))
        return self._with(index, replace(tlb_set, order=order))

    def fill(self, entry: TlbEntry) -> tuple["Tlb", TlbEntry | None]:
        """With a new entry: in a free way, or in the place of the policy's victim, which is returned as well."""
        index, policy = self.set_of(entry.page, entry.size), POLICIES[self.policy]
        tlb_set = self.sets[index]
        way = tlb_set.ways.index(None) if None in tlb_set.ways else policy.victim(tlb_set.order)
        ways = (*tlb_set.ways[:way], entry, *tlb_set.ways[way + 1 :])
        return self._with(index, TlbSet(ways, policy.fill(tlb_set.order, way))), tlb_set.ways[way]

    def without(self, doomed: Callable[[TlbEntry], bool]) -> "Tlb":
        """Without the entries for which `doomed` is true; the ways become free."""
        sets = (replace(s, ways=tuple(None if e and doomed(e) else e for e in s.ways)) for s in self.sets)
        return replace(self, sets=tuple(sets))

    def _with(self, index: int, tlb_set: TlbSet) -> "Tlb":
        return replace(self, sets=(*self.sets[:index], tlb_set, *self.sets[index + 1 :]))

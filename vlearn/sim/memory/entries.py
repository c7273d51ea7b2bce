"""The bits of a paging-structure entry, as tables: those of CR3's page tables and those of the EPT.

Left out: the memory-type bits' effect (PWT, PCD, PAT), protection keys, shadow stacks, HLAT, mode-based execute control
and sub-page permissions; those bits are ignored here, as they are on a processor that has the feature switched off.
Source: Intel SDM vol. 3A, "Paging", the figure "Formats of CR3 and paging-structure entries" and its tables; vol. 3C,
"The extended page-table mechanism", likewise.
"""

from dataclasses import dataclass
from functools import cache

from vlearn.sim.memory.modes import Level, Mode


@dataclass(frozen=True, slots=True)
class Flag:
    """One bit of an entry: the manual's name for it, its position, and what it says when it is 1."""

    name: str
    position: int
    meaning: str

    @property
    def mask(self) -> int:
        """The entry with this bit alone."""
        return 1 << self.position


PAGING_FLAGS = (
    Flag("P", 0, "present: the entry may be used at all"),
    Flag("R/W", 1, "writes are allowed to the region"),
    Flag("U/S", 2, "user-mode accesses are allowed to the region"),
    Flag("PWT", 3, "write-through (memory type; no effect here)"),
    Flag("PCD", 4, "cache disable (memory type; no effect here)"),
    Flag("A", 5, "accessed: the processor has used the entry"),
    Flag("D", 6, "dirty: the processor has written to the page (entries that map a page)"),
    Flag("PS", 7, "page size: the entry maps a page, not a table (PDE and PDPTE)"),
    Flag("G", 8, "global: the translation survives a load of CR3 (entries that map a page)"),
    Flag("XD", 63, "execute disable: no instruction fetch from the region (with IA32_EFER.NXE)"),
)
EPT_FLAGS = (
    Flag("R", 0, "reads are allowed"),
    Flag("W", 1, "writes are allowed"),
    Flag("X", 2, "instruction fetches are allowed"),
    Flag("IPAT", 6, "ignore PAT (memory type; no effect here)"),
    Flag("PS", 7, "page size: the entry maps a page, not a table (EPT PDE and EPT PDPTE)"),
    Flag("A", 8, "accessed (with EPTP bit 6)"),
    Flag("D", 9, "dirty (with EPTP bit 6; entries that map a page)"),
)
P, RW, US, PWT, PCD, A, D, PS, G, XD = (flag.mask for flag in PAGING_FLAGS)
EPT_R, EPT_W, EPT_X, EPT_IPAT, EPT_PS, EPT_A, EPT_D = (flag.mask for flag in EPT_FLAGS)
EPT_RWX = EPT_R | EPT_W | EPT_X

MEMORY_TYPES = {0: "UC", 1: "WC", 4: "WT", 5: "WP", 6: "WB"}
"""Bits 5:3 of an EPT entry that maps a page; 2, 3 and 7 are reserved."""
WRITE_BACK = 6


def bits(high: int, low: int) -> int:
    """The mask with bits `high` down to `low`, as manuals write them: bits(7, 4) is 0xF0. Empty if high < low."""
    return (1 << high + 1) - (1 << low) if high >= low else 0


def flags(mode: Mode, entry: int) -> tuple[str, ...]:
    """The names of the bits that are 1, lowest first; XD only where entries have 64 bits."""
    table = EPT_FLAGS if mode.is_ept else PAGING_FLAGS
    return tuple(flag.name for flag in table if entry & flag.mask)


def is_present(mode: Mode, entry: int) -> bool:
    """Whether a walk may go on from the entry: P, or in the EPT any of R, W and X."""
    return bool(entry & (EPT_RWX if mode.is_ept else P))


def maps_page(level: Level, entry: int, pse: bool = True) -> bool:
    """Whether a present entry maps a page rather than a table. CR4.PSE matters to 32-bit paging alone."""
    return level.number == 1 or (level.may_map_page and bool(entry & PS) and (pse or level.index_bits == 9))


def page_address(mode: Mode, level: Level, entry: int) -> int:
    """The physical address of the page that an entry maps."""
    if mode.entry_bytes == 8:
        return entry & bits(51, level.shift)
    if level.number == 1:
        return entry & bits(31, 12)
    return entry & bits(31, 22) | (entry & bits(20, 13)) << 19  # PSE-36: bits 20:13 are bits 39:32 of the address


def page_bits(mode: Mode, level: Level, physical: int) -> int:
    """The inverse of page_address: where the entry keeps the address of its page."""
    if mode.entry_bytes == 8 or level.number == 1:
        return physical
    return physical & bits(31, 22) | physical >> 19 & bits(20, 13)


def table_address(mode: Mode, entry: int) -> int:
    """The physical address of the table that an entry references."""
    return entry & (bits(51, 12) if mode.entry_bytes == 8 else bits(31, 12))


@cache
def reserved_bits(mode: Mode, level: Level, page: bool, physical_bits: int, nxe: bool = True) -> int:
    """The bits that must be 0 in a present entry, given whether it maps a page, MAXPHYADDR and IA32_EFER.NXE."""
    large = page and level.number > 1
    if mode.entry_bytes == 4:
        return bits(21, min(40, physical_bits) - 19) if large else 0
    if mode.is_ept:
        low = bits(level.shift - 1, 12) if large else 0
        if not page:
            low = bits(6 if level.may_map_page else 7, 3)
        return bits(51, physical_bits) | low
    reserved = bits(62 if mode.linear_bits == 32 else 51, physical_bits)
    if mode.loaded is level:
        return reserved | XD | bits(8, 5) | bits(2, 1)  # PDPTEs of PAE paging have neither rights nor PS
    if large:
        reserved |= bits(level.shift - 1, 13)
    if not level.may_map_page and level.number > 1:
        reserved |= PS
    return reserved | (0 if nxe else XD)

"""The paging modes as a table: which part of a linear address indexes which structure, and which entries map pages.

Names are Intel's: an entry of the table at the root of 4-level paging is a PML4E. PAE paging has three structures but a
walk reads two: MOV to CR3 loads the four PDPTEs into registers (see `cr3`), so a PDPTE is not a reference of the walk.
Sources: Intel SDM vol. 3A, "Paging", tables "Properties of different paging modes" and "Paging structures in the
different paging modes"; vol. 3C, "The extended page-table mechanism".
"""

from dataclasses import dataclass

from vlearn.errors import ModelError

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a mode: what an entry is called, and the bits of the address that choose it."""

    entry: str
    number: int
    shift: int
    index_bits: int
    may_map_page: bool

    @property
    def span(self) -> int:
        """How many bytes of address space one entry covers: the page size, where it maps a page."""
        return 1 << self.shift

    def index(self, address: int) -> int:
        """Which entry of its table the address chooses."""
        return address >> self.shift & (1 << self.index_bits) - 1


@dataclass(frozen=True, slots=True)
class Mode:
    """A paging mode: the levels a walk reads, root first, and how wide entries and addresses are.

    `linear_bits` is how much of an address is translated, `register_bits` how wide addresses are in the machine.
    """

    name: str
    levels: tuple[Level, ...]
    entry_bytes: int
    linear_bits: int
    register_bits: int
    loaded: Level | None = None
    is_ept: bool = False

    @property
    def structures(self) -> tuple[Level, ...]:
        """Every level that an address indexes, root first: those a walk reads, and PAE paging's PDPTE registers."""
        return (self.loaded, *self.levels) if self.loaded else self.levels

    @property
    def page_sizes(self) -> tuple[int, ...]:
        """In bytes, smallest first."""
        return tuple(level.span for level in reversed(self.levels) if level.may_map_page)

    def leaf(self, page_size: int) -> Level:
        """The level whose entries map pages of this size. Raises ModelError if the mode has no such pages."""
        for level in self.levels:
            if level.may_map_page and level.span == page_size:
                return level
        sizes = ", ".join(size_name(size) for size in self.page_sizes)
        raise ModelError(f"{self.name} has no pages of {size_name(page_size)}; its page sizes are {sizes}")

    def depth(self, page_size: int) -> int:
        """How many entries a walk reads to reach a page of this size: the g or h of the two-dimensional walk."""
        return self.levels.index(self.leaf(page_size)) + 1

    def check_width(self, address: int) -> None:
        """Raise ModelError if the address does not fit the machine's registers."""
        if not 0 <= address < 1 << self.register_bits:
            raise ModelError(
                f"{address:#x} is not an address of {self.name}: "
                f"the machine has {self.register_bits} address bits, so 0 to {(1 << self.register_bits) - 1:#x}"
            )

    def is_canonical(self, address: int) -> bool:
        """Whether all bits above the translated ones repeat the highest of those; above those of an EPT they are 0."""
        if self.is_ept or self.register_bits == self.linear_bits:
            return address >> self.linear_bits == 0
        top = address >> (self.linear_bits - 1)
        return top in (0, (1 << self.register_bits - self.linear_bits + 1) - 1)


def size_name(size: int) -> str:
    """A number of bytes as people say it: `4 KiB`, `2 MiB`, `1 GiB`."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes"


PTE = Level("PTE", 1, 12, 9, True)
PDE = Level("PDE", 2, 21, 9, True)
PDPTE = Level("PDPTE", 3, 30, 9, True)
PML4E = Level("PML4E", 4, 39, 9, False)
PML5E = Level("PML5E", 5, 48, 9, False)

TWO_LEVEL = Mode("32-bit paging", (Level("PDE", 2, 22, 10, True), Level("PTE", 1, 12, 10, True)), 4, 32, 32)
PAE = Mode("PAE paging", (PDE, PTE), 8, 32, 32, loaded=Level("PDPTE", 3, 30, 2, False))
FOUR_LEVEL = Mode("4-level paging", (PML4E, PDPTE, PDE, PTE), 8, 48, 64)
FIVE_LEVEL = Mode("5-level paging", (PML5E, PML4E, PDPTE, PDE, PTE), 8, 57, 64)

_EPT_LEVELS = tuple(
    Level(f"EPT {level.entry}", level.number, level.shift, 9, level.may_map_page) for level in FIVE_LEVEL.levels
)
EPT4 = Mode("4-level EPT", _EPT_LEVELS[1:], 8, 48, 52, is_ept=True)
EPT5 = Mode("5-level EPT", _EPT_LEVELS, 8, 57, 52, is_ept=True)

MODES = {"2-level": TWO_LEVEL, "pae": PAE, "4-level": FOUR_LEVEL, "5-level": FIVE_LEVEL}
"""The modes of CR3's page tables, by the short names that cases and questions use."""
EPT_MODES = {"ept-4": EPT4, "ept-5": EPT5}

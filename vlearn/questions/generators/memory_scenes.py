"""Small machines to ask about: page tables drawn at random, and the tables that a question prints of them."""

from dataclasses import dataclass
from random import Random

from vlearn.blocks import Table
from vlearn.sim.memory.access import Access
from vlearn.sim.memory.entries import flags
from vlearn.sim.memory.modes import TWO_LEVEL, Mode, size_name
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.memory.tlb import PAGE_SIZES
from vlearn.trace import Trace

DECOYS = 2


@dataclass(frozen=True, slots=True)
class Scene:
    """Page tables that map `address` by a page of `page_size` bytes, and other addresses beside it."""

    tables: PageTables
    address: int
    page_size: int


def scene(rng: Random, mode: Mode, page_size: int, *, writable: bool = True, user: bool = True) -> Scene:
    """Draw a scene. Decoys share a table with the address, so that a wrong index finds a wrong page, not nothing."""
    leaf = mode.leaf(page_size)
    top = mode.linear_bits - 1 if mode.register_bits > mode.linear_bits else mode.linear_bits
    # At most four tables follow the root: all of them lie below frame 64, and the page frames above, so that none is
    # both, and all addresses are short enough to be copied by hand without a slip.
    tables = PageTables(mode, root=rng.randrange(1, 60) * FRAME)
    frames = rng.sample(range(1, 64), DECOYS + 1)
    page = rng.randrange(1 << (top - leaf.shift)) << leaf.shift
    neighbours = [page ^ (bit << leaf.shift) for bit in rng.sample(range(1, 1 << leaf.index_bits), DECOYS)]
    for frame, start in zip(frames, (page, *neighbours), strict=True):
        physical = frame * max(page_size, FRAME) + (FRAME * 64 if page_size == FRAME else 0)
        tables = tables.map_page(start, physical, page_size, writable=writable, user=user)
    return Scene(tables, page | rng.randrange(1, page_size), page_size)


def page_size_named(name: str) -> int:
    """Bytes of a page as people say it: `4 KiB`, `2 MiB`, `1 GiB`."""
    return next(size for size in PAGE_SIZES if size_name(size) == name)


def processor_in_words(tables: PageTables) -> str:
    """The paging mode and the registers that decide how the tables are read, without a full stop."""
    pse = ", CR4.PSE is 1" if tables.mode is TWO_LEVEL else ""
    return (
        f"A processor uses {tables.mode.name} with entries of {tables.mode.entry_bytes} bytes; CR3 holds"
        f" `0x{tables.root:X}`{pse}"
    )


def entries_table(tables: PageTables) -> Table:
    """Every entry that is not 0, by physical address."""
    digits = tables.mode.entry_bytes * 2
    rows = tuple((f"0x{at:X}", f"0x{entry:0{digits}X}") for at, entry in sorted(tables.memory.items()))
    return Table(("Physical address", "Entry"), rows, "Paging-structure entries in memory; every other entry is 0.")


def walk_table(trace: Trace[Walk]) -> Table:
    """Every reference of a walk, as a solution shows it."""
    mode = trace.start.registers.mode
    rows = tuple(
        (str(n), r.name, f"0x{r.address:X}", f"0x{r.value:X}", " ".join(flags(mode, r.value)) or "none")
        for n, r in enumerate(trace.final.references, 1)
    )
    return Table(("Step", "Entry", "Read at", "Value", "Flags"), rows, "The walk, one reference a step.")


def access_in_words(access: Access) -> str:
    """The access as a prompt states it."""
    verb = {"read": "reads from", "write": "writes to", "execute": "fetches an instruction from"}[access.kind]
    return f"{'user' if access.user else 'supervisor'}-mode code {verb} `0x{access.address:X}`"

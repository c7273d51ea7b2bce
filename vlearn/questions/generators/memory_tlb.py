"""Questions whose key is a run of the TLB: what hits, what misses, what is evicted."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.memory.access import Access
from vlearn.sim.memory.machines import machine
from vlearn.sim.memory.mmu import Mmu, operate
from vlearn.sim.memory.modes import TWO_LEVEL
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.memory.tlb import Tlb
from vlearn.trace import run
from vlearn.views.memory_tlb import draw_tlb

HEADER = ("Read of page", "Set", "Hit or miss", "Page evicted")


def _reads(pages: Sequence[int], sets: int, ways: int) -> Replay[Mmu, Access]:
    """Reads of these pages, one after another, with a TLB that is empty at first."""
    tables = PageTables(TWO_LEVEL)
    for page in sorted(set(pages)):
        tables = tables.map_page(page * FRAME, (page + 16) * FRAME)
    mmu = Mmu(machine(tables), Tlb.empty(sets * ways, ways))
    return Replay(operate, mmu, tuple(Access(page * FRAME) for page in pages), draw_tlb)


def _rows(reads: Replay[Mmu, Access]) -> tuple[tuple[str, str, str, str], ...]:
    """One row for each read of a page: what the unit did."""
    mmu, rows = reads.start, []
    for access in reads.actions:
        page = access.address // FRAME
        trace = run(operate, mmu, [access])
        gone = set(mmu.tlb.entries) - set(trace.final.tlb.entries)
        evicted = next((str(entry.page // FRAME) for entry in gone), "none")
        where = str(mmu.tlb.set_of(page * FRAME, FRAME))
        rows.append((str(page), where, "hit" if "tlb-hit" in trace.kinds else "miss", evicted))
        mmu = trace.final
    return tuple(rows)


def _pages(rng: Random, sets: int, ways: int, length: int) -> list[int]:
    """Reads that come back to a few pages. One set gets more of them than it has ways, so there is an eviction."""
    home = rng.randrange(sets)
    crowd = [n * sets + home for n in rng.sample(range(1, 10), ways + 2)]
    others = [page for page in rng.sample(range(sets, 10 * sets), ways + 2) if page % sets != home]
    reads = [*rng.sample(crowd, ways + 1), *rng.choices([*crowd, *others[:2]], k=length - ways - 1)]
    return rng.sample(reads, length)


def _setting(sets: int, ways: int) -> str:
    where = (
        f"; a page belongs to the set with the number (page number modulo {sets}), and when that set is full, its"
        if sets > 1
        else ", so in a single set: any entry can hold any page, and when all are taken, the"
    )
    return (
        f"A TLB has {sets * ways} entries in sets of {ways}{where} least recently used entry is replaced. It is empty"
        " at first, and all pages have 4 KiB."
    )


def _geometry(rng: Random) -> tuple[int, int]:
    return rng.choice(((1, 2), (1, 3), (2, 2), (2, 3), (4, 2)))


def _solution(rows: tuple[tuple[str, str, str, str], ...]) -> Iterator[Text | Table]:
    misses = sum(row[2] == "miss" for row in rows)
    yield Table(HEADER, rows, "What the TLB does at each read.")
    yield Text(
        f"Misses: **{misses}** of {len(rows)}. The first read of a page misses, and so does the next read of a page"
        " that was evicted."
    )


def tlb_misses(rng: Random) -> Posed:
    """How many of these reads miss the TLB?"""
    sets, ways = _geometry(rng)
    reads = _reads(_pages(rng, sets, ways, 8), sets, ways)
    rows = _rows(reads)
    order = ", ".join(row[0] for row in rows)
    prompt = Text(f"{_setting(sets, ways)} A program reads from pages {order}, in this order. How many reads miss?")
    misses = sum(row[2] == "miss" for row in rows)
    return Posed((prompt,), Numeric(Fraction(misses), unit="misses"), tuple(_solution(rows)), reads)


def tlb_run(rng: Random) -> Posed:
    """Fill in a run of the TLB: hit or miss, and which page is evicted."""
    sets, ways = _geometry(rng)
    reads = _reads(_pages(rng, sets, ways, 6), sets, ways)
    rows = _rows(reads)
    blanks = tuple((row, column) for row in range(len(rows)) for column in (2, 3))
    prompt = Text(
        f"{_setting(sets, ways)} Fill in what happens at each read: `hit` or `miss`, and the number of the page that is"
        " evicted, or `none`."
    )
    return Posed((prompt,), TraceTable(HEADER, rows, blanks), tuple(_solution(rows)), reads)

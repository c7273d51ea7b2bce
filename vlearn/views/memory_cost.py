"""What translation costs, as charts: every number is counted in a run of the model, none comes from a formula.

The unit is the memory reference, so no chart depends on a processor's latencies. Paging-structure caches, which save
most references of most walks, are left out, as is the data cache that serves many of them.
"""

from collections.abc import Iterable
from random import Random

from vlearn.blocks import Chart, Series
from vlearn.sim.memory.access import ALL_RIGHTS, Access, Translation
from vlearn.sim.memory.machines import machine, virtual_machine
from vlearn.sim.memory.modes import EPT4, EPT_MODES, FOUR_LEVEL, GIB, KIB, MIB, MODES, Mode, size_name
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.tlb import Tag, Tlb, TlbEntry
from vlearn.sim.memory.walk import translate
from vlearn.trace import run

PAGES = (4 * KIB, 2 * MIB, GIB)
WORKING_SETS = tuple(KIB << shift for shift in range(6, 21, 2))
ADDRESS = GIB
"""The address whose walk is counted: aligned to every page size."""


def count_references(guest: Mode, guest_page: int, host: Mode | None = None, host_page: int = 4 * KIB) -> int:
    """How many references one walk makes: natively, or in a guest if there is a host."""
    tables = PageTables(mode=guest).map_page(ADDRESS, 0, guest_page)
    start = virtual_machine(tables, host_page, host, ram=MIB) if host else machine(tables)
    return len(run(translate, start, [Access(ADDRESS)]).final.references)


def references_by_page_size() -> Chart:
    """References per TLB miss in 4-level paging over a 4-level EPT, by the page sizes of guest and host."""
    names = tuple(size_name(size) for size in PAGES)
    native = Series("native", names, tuple(float(count_references(FOUR_LEVEL, page)) for page in PAGES))
    nested = (
        Series(
            f"nested, {size_name(host)} host pages",
            names,
            tuple(float(count_references(FOUR_LEVEL, page, EPT4, host)) for page in PAGES),
        )
        for host in PAGES
    )
    title = "Every TLB miss of a guest walks two dimensions"
    return Chart(title, "page size of the program", "references per TLB miss", (native, *nested), "bar")


def references_by_levels() -> Chart:
    """References per TLB miss with 4 KiB pages, by the guest's paging mode and the depth of the EPT."""
    hosts = (("native", None), *((f"nested, {mode.name}", mode) for mode in EPT_MODES.values()))
    names = tuple(mode.name for mode in MODES.values())
    series = tuple(
        Series(name, names, tuple(float(count_references(mode, 4 * KIB, host)) for mode in MODES.values()))
        for name, host in hosts
    )
    return Chart("Under a hypervisor the levels multiply", "paging mode", "references per TLB miss", series, "bar")


def cost_by_miss_rate(rates: Iterable[float] = (0, 0.5, 1, 2, 3, 4, 5, 6, 8, 10)) -> Chart:
    """References an access needs on average, its own included, by the TLB's miss rate in percent."""
    percent = tuple(map(float, rates))
    walks = {
        "native, 4 KiB pages": count_references(FOUR_LEVEL, 4 * KIB),
        "native, 2 MiB pages": count_references(FOUR_LEVEL, 2 * MIB),
        "nested, 4 KiB on 4 KiB": count_references(FOUR_LEVEL, 4 * KIB, EPT4, 4 * KIB),
        "nested, 2 MiB on 2 MiB": count_references(FOUR_LEVEL, 2 * MIB, EPT4, 2 * MIB),
    }
    series = tuple(
        Series(name, percent, tuple(round(1 + rate / 100 * references, 6) for rate in percent))
        for name, references in walks.items()
    )
    title = "The dearer the walk, the more the TLB matters"
    return Chart(title, "TLB miss rate (%)", "references per access, its own included", series)


def count_misses(tlb: Tlb, page_size: int, pages: int, accesses: int, rng: Random) -> int:
    """Misses among so many accesses to random pages of a working set, after a first pass has warmed the TLB."""
    warm = range(max(0, pages - sum(len(tlb_set.ways) for tlb_set in tlb.sets)), pages)
    missed: list[bool] = []
    for page in (*warm, *(rng.randrange(pages) for _ in range(accesses))):
        address = page * page_size
        entry = tlb.find(address, Tag())
        missed.append(entry is None)
        if entry:
            tlb = tlb.hit(entry)
        else:
            tlb, _ = tlb.fill(TlbEntry(Tag(), address, Translation(address, page_size, ALL_RIGHTS, True, False)))
    return sum(missed[len(warm) :])


def misses_by_working_set(
    rng: Random,
    tlbs: Iterable[tuple[int, int]] = ((64, 4 * KIB), (512, 4 * KIB), (64, 2 * MIB)),
    sizes: Iterable[int] = WORKING_SETS,
    accesses: int = 200,
) -> Chart:
    """The miss rate of random accesses by the size of the working set in bytes, for TLBs as (entries, page size)."""
    sizes = tuple(sizes)
    series = tuple(
        Series(
            f"{entries} entries, {size_name(page)} pages",
            tuple(map(size_name, sizes)),
            tuple(
                100 * count_misses(Tlb.empty(entries), page, max(1, size // page), accesses, rng) / accesses
                for size in sizes
            ),
        )
        for entries, page in tlbs
    )
    title = "A TLB reaches as far as its entries times their page size"
    return Chart(title, "working set", "TLB misses (% of accesses)", series)

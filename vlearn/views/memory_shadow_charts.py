"""Shadow against nested paging as charts: every point is a pair of runs of the same workload, counted by the models.

Cycles come from a price for an exit and one for a reference, which are parameters; all else is counted. First uses of
pages are not counted.
"""

from collections.abc import Callable, Iterable
from random import Random

from vlearn.blocks import Chart, Series
from vlearn.sim.memory.modes import MIB, size_name
from vlearn.sim.memory.shadow.compare import Comparison, Costs, Hardware, Price, compare
from vlearn.sim.memory.shadow.policy import Policy
from vlearn.sim.memory.shadow.workloads import work
from vlearn.sim.memory.tables import FRAME

CHURNS = (0.0, 0.002, 0.005, 0.01, 0.02)
WORKING_SETS = (32, 64, 128, 256)


def cycles_by_churn(
    seed: int = 6,
    churns: Iterable[float] = CHURNS,
    pages: int = 128,
    accesses: int = 500,
    price: Price | None = None,
    hardware: Hardware | None = None,
) -> Chart:
    """Cycles for an access by how often a page moves: traced and lazy shadow paging, and nested paging."""
    churns = tuple(churns)
    runs: dict[bool, list[Comparison]] = {False: [], True: []}
    for lazy, found in runs.items():
        for churn in churns:
            workload = work(Random(seed), pages, accesses, churn=churn)
            found.append(compare(workload, Policy(lazy=lazy), hardware))
    x = tuple(1000 * churn for churn in churns)
    return Chart(
        "Shadow paging pays for changes, nested paging for misses",
        "pages moved per thousand accesses",
        "cycles per access, the access itself aside",
        (
            Series("shadow, traced stores", x, tuple(c.shadow.cycles(price) for c in runs[False])),
            Series("shadow, lazy", x, tuple(c.shadow.cycles(price) for c in runs[True])),
            Series("nested", x, tuple(c.nested.cycles(price) for c in runs[False])),
        ),
    )


def references_by_working_set(
    seed: int = 6, sizes: Iterable[int] = WORKING_SETS, accesses: int = 500, structure_entries: Iterable[int] = (0, 4)
) -> Chart:
    """References per access by the working set, with and without paging-structure caches; no page moves."""
    sizes = tuple(sizes)
    found: list[Series] = []
    for entries in structure_entries:
        pairs = [compare(work(Random(seed), n, accesses), hardware=Hardware(structure_entries=entries)) for n in sizes]
        with_caches = f", caches of {entries} tables" if entries else ", no structure caches"
        for name, of in _BOTH:
            y = tuple(of(pair).references / accesses for pair in pairs)
            found.append(Series(f"{name}{with_caches}", tuple(map(float, sizes)), y))
    return Chart(
        "Beyond the TLB's reach every miss is dearer in two dimensions",
        "working set (4 KiB pages)",
        "references per access",
        tuple(found),
    )


_BOTH: tuple[tuple[str, Callable[[Comparison], Costs]], ...] = (
    ("shadow", lambda pair: pair.shadow),
    ("nested", lambda pair: pair.nested),
)


def memory_by_processes(seed: int = 6, processes: Iterable[int] = (1, 2, 4, 8), pages: int = 16) -> Chart:
    """Memory for shadow tables and for the EPT, in KiB, by how many processes the guest runs."""
    processes = tuple(processes)
    pairs = [
        compare(work(Random(seed), pages, 40, processes=n, turn=5), Policy(shadows=max(processes))) for n in processes
    ]
    names = tuple(map(str, processes))
    series = tuple(Series(name, names, tuple(of(pair).table_bytes / 1024 for pair in pairs)) for name, of in _BOTH)
    return Chart(
        "A shadow for each process, one EPT for the machine", "processes", "memory for tables (KiB)", series, "bar"
    )


def misses_by_page_size(seed: int = 6, accesses: int = 200) -> Chart:
    """TLB misses per hundred accesses to the same 2 MiB of memory, by the page sizes of guest and host."""
    cases = [(guest, host) for guest in (FRAME, 2 * MIB) for host in (FRAME, 2 * MIB)]
    names = tuple(f"{size_name(guest)} on {size_name(host)}" for guest, host in cases)
    pairs = [
        compare(work(Random(seed), 2 * MIB // guest, accesses, page_size=guest), hardware=Hardware(host_page=host))
        for guest, host in cases
    ]
    series = tuple(Series(name, names, tuple(100 * of(pair).misses / accesses for pair in pairs)) for name, of in _BOTH)
    title = "A large page counts only where both have it"
    return Chart(title, "guest's page on host's page", "TLB misses (% of accesses)", series, "bar")

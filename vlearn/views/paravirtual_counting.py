"""What chapter 3 counts: entries into the monitor while memory is mapped, and cycles of a system call that maps."""

from collections.abc import Sequence

from vlearn.blocks import Block, Chart, Series, Table
from vlearn.sim.monitors.costs import ADAMS_AGESEN, PENTIUM_4
from vlearn.sim.monitors.paravirtual import COSTS, entries
from vlearn.sim.monitors.paravirtual.tally import Tally
from vlearn.sim.monitors.paths import ARRANGEMENTS, Kind, path
from vlearn.sim.monitors.paths.documented import NAME
from vlearn.trace import Event

MIB = 1 << 20
SIZES = (4, 16, 64, 256, 1024, 4096)
SHORT = {
    "bare metal": "bare metal", "trap-and-emulate on rings 0/1/3": "T&E 0/1/3",
    "trap-and-emulate on rings 0/3": "T&E 0/3",
    "paravirtual, 32 bits": "PV 32 bits", "VT-x": "VT-x", "paravirtual, 64 bits": "PV 64 bits",
}  # fmt: skip
"""Names of arrangements that fit under a bar."""


def draw_tally(tally: Tally, event: Event | None) -> tuple[Block, ...]:
    """How often the monitor has been entered so far, by each way of asking it."""
    whole = tally.whole
    rows = (
        ("entry by entry: a trap for each", str(tally.done), str(whole.entries)),
        (f"in batches of {tally.batch}: a hypercall for each", str(tally.hypercalls), str(whole.batches(tally.batch))),
        ("a hypercall for each page table", str(tally.tables), str(whole.tables)),
    )
    title = f"{tally.memory // MIB} MiB in pages of 4 KiB, entries of {tally.entry_size} bytes"
    return (Table(("The monitor is entered", "so far", "in the end"), rows, title),)


def entries_chart(batch: int, entry_size: int) -> Chart:
    """Entries into the monitor against the memory that is mapped."""
    counted = [entries(size * MIB, entry_size) for size in SIZES]
    names = tuple(f"{size} MiB" for size in SIZES)
    series = (
        Series("entry by entry", names, tuple(float(one.entries) for one in counted)),
        Series(f"batches of {batch}", names, tuple(float(one.batches(batch)) for one in counted)),
        Series("page table by page table", names, tuple(float(one.tables) for one in counted)),
    )
    return Chart(
        f"Mapping memory, entries of {entry_size} bytes", "memory", "entries into the monitor", series, log_y=True
    )


def path_counts(kind: Kind) -> Chart:
    """How often the monitor is entered on one path, by arrangement."""
    names = (*ARRANGEMENTS, NAME)
    counts = tuple(float(path(name, kind).monitor_entries) for name in names)
    return Chart(f"{kind.capitalize()}: how often the monitor is entered", "arrangement", "entries",
                 (Series("entries", tuple(SHORT[name] for name in names), counts),), "bar")  # fmt: skip


def cycles_chart(batch: int, nested_paging: bool, most: float = 0.5) -> Chart:
    """Cycles of a system call against the page-table writes that come with each, under four monitors.

    Adams and Agesen's nanobenchmarks for the software VMM and VT-x without nested paging; this course's own estimates
    for hypercalls and for nested paging, where a write costs what it costs natively.
    """
    writes = tuple(most * n / 10 for n in range(11))
    call, write = ADAMS_AGESEN["syscall"], ADAMS_AGESEN["ptemod"]
    hypercall = COSTS.costs["hypercall"].cycles / batch + COSTS.costs["validated"].cycles
    trap = PENTIUM_4.costs["trap"].cycles + PENTIUM_4.costs["traced-write"].cycles
    per_write = {
        "binary translation": (call.software.cycles, write.software.cycles),
        "VT-x": (call.hardware.cycles, write.native.cycles if nested_paging else write.hardware.cycles),
        f"paravirtual, batches of {batch}": (call.native.cycles, hypercall),
        "paravirtual, a trap each": (call.native.cycles, trap),
    }
    series = (Series(name, writes, _line(writes, *price)) for name, price in per_write.items())
    return Chart("What a system call costs", "page-table writes for each system call", "cycles", tuple(series))


def _line(writes: Sequence[float], call: float, write: float) -> tuple[float, ...]:
    return tuple(call + write * n for n in writes)

"""How often the monitor is entered to map memory: by arithmetic, and counted in a run of the model.

1 GiB in pages of 4 KiB is 262,144 entries. By traps, as many entries into the monitor; one for each page table, 256 of
them with entries of four bytes and 512 with eight; in batches, the entries divided by the batch.
"""

from dataclasses import dataclass
from typing import Literal

from vlearn.errors import ModelError
from vlearn.sim.monitors.paravirtual.domain import Stores
from vlearn.sim.monitors.paravirtual.guests import PORTED, labels, ported_guest
from vlearn.sim.monitors.paravirtual.layout import build
from vlearn.sim.monitors.paravirtual.monitor import run_paravirtual

Way = Literal["trap", "writable", "batch", "table"]
WAYS: dict[Way, str] = {
    "trap": "each store to a page table traps and is emulated",
    "writable": "the first store to a page table traps, and its next use",
    "batch": "a hypercall carries a batch of updates",
    "table": "a hypercall announces a whole page table",
}
_SETTINGS: dict[Way, tuple[int, Stores]] = {
    "trap": (0, "emulate"), "writable": (0, "unhook"), "batch": (1, "bounce"), "table": (2, "bounce"),
}  # fmt: skip
PAGE = 4096
MOST_PAGES = 8 * 1024
"""What the guest's RAM has room for: eight page tables."""


@dataclass(frozen=True, slots=True)
class Entries:
    """How many entries of page tables map some memory, in how many page tables they lie."""

    entries: int
    tables: int

    def batches(self, size: int) -> int:
        """How many batches of that size carry them."""
        if size < 1:
            raise ModelError(f"a batch carries at least one update, not {size}")
        return -(-self.entries // size)


def entries(memory: int, entry_size: int = 4, page: int = PAGE) -> Entries:
    """What maps so many bytes, aligned to what a page table maps: `entries(1 << 30)` is 262,144 in 256 tables."""
    if memory < 0 or entry_size not in (4, 8):
        raise ModelError(f"memory is 0 bytes or more, and an entry has 4 or 8 bytes, not {memory} and {entry_size}")
    count = -(-memory // page)
    return Entries(count, -(-count // (PAGE // entry_size)))


def measured(pages: int, way: Way, batch: int = 128) -> int:
    """Entries into the monitor while the guest `page_tables_pv` maps so many pages, counted in a run.

    Counted from where it begins to write entries until the last page is in use; 32-bit tables of 1024 entries.
    """
    if not 0 < pages <= MOST_PAGES:
        raise ModelError(f"the guest has room for the tables of 1 to {MOST_PAGES} pages, not of {pages}")
    number, stores = _SETTINGS[way]
    parameters = {"PAGES": pages, "WAY": number, "BATCH": batch}
    vm = build(ported_guest("page_tables_pv", **parameters), stores=stores)
    names = labels(PORTED["page_tables_pv"], **parameters)
    starts, entered, counting = {names["ready"], names["whole"]}, 0, False
    while not vm.monitor.ended and vm.real.eip != names["done"]:
        counting = counting or vm.real.eip in starts
        for happening in run_paravirtual(vm):
            vm = happening.vm
            entered += counting and happening.kind in ("trap", "hypercall")
    return entered

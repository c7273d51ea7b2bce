"""Memory virtualization: page tables, the walk through one or two of them, the EPT, the TLB, the MMU that joins them.

The batch translator is in `batch`, which needs numpy; the oracle is in `oracle`, which needs Unicorn.
"""

from vlearn.sim.memory.access import (
    Access,
    EptMisconfiguration,
    Eptp,
    EptViolation,
    GeneralProtection,
    Outcome,
    PageFault,
    Registers,
    Rights,
    Translation,
)
from vlearn.sim.memory.cr3 import load_cr3
from vlearn.sim.memory.invalidation import Invept, Invlpg, LoadCr3, SwitchWorld
from vlearn.sim.memory.machines import guest, machine, reference_count, smallest_machine, virtual_machine
from vlearn.sim.memory.mmu import Mmu, StoreEntry, operate
from vlearn.sim.memory.modes import (
    EPT4,
    EPT5,
    EPT_MODES,
    FIVE_LEVEL,
    FOUR_LEVEL,
    GIB,
    KIB,
    MIB,
    MODES,
    PAE,
    TWO_LEVEL,
    Level,
    Mode,
)
from vlearn.sim.memory.page_tables import EptTables, PageTables
from vlearn.sim.memory.state import Reference, Walk
from vlearn.sim.memory.structure_cache import StructureCache
from vlearn.sim.memory.tlb import Tlb
from vlearn.sim.memory.walk import translate

__all__ = [
    "EPT4",
    "EPT5",
    "EPT_MODES",
    "FIVE_LEVEL",
    "FOUR_LEVEL",
    "GIB",
    "KIB",
    "MIB",
    "MODES",
    "PAE",
    "TWO_LEVEL",
    "Access",
    "EptMisconfiguration",
    "EptTables",
    "EptViolation",
    "Eptp",
    "GeneralProtection",
    "Invept",
    "Invlpg",
    "Level",
    "LoadCr3",
    "Mmu",
    "Mode",
    "Outcome",
    "PageFault",
    "PageTables",
    "Reference",
    "Registers",
    "Rights",
    "StoreEntry",
    "StructureCache",
    "SwitchWorld",
    "Tlb",
    "Translation",
    "Walk",
    "guest",
    "load_cr3",
    "machine",
    "operate",
    "reference_count",
    "smallest_machine",
    "translate",
    "virtual_machine",
]

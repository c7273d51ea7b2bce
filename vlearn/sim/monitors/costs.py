"""What a run costs: cycles for each kind of thing that happened, as named presets, and the crossover of two monitors.

The nanobenchmarks are those of Adams and Agesen, "A comparison of software and hardware techniques for x86
virtualization", ASPLOS 2006, on a Pentium 4 672 at 3.8 GHz. Each figure has a mark: V was read in a source that quotes
the paper, M is from memory and unchecked, A follows from others by arithmetic, E is this course's own estimate for
something that the paper did not measure. Only a figure marked V may be quoted as the paper's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from vlearn.errors import ModelError
from vlearn.sim.memory.tables import FRAME

Mark = Literal["V", "M", "A", "E"]


@dataclass(frozen=True, slots=True)
class Cost:
    """Cycles, how far to trust them, and what they stand for."""

    cycles: int
    mark: Mark
    why: str = ""


@dataclass(frozen=True, slots=True)
class Nanobenchmark:
    """A row of the paper's table: cycles of one operation natively, under the software VMM, under the hardware VMM."""

    name: str
    native: Cost
    software: Cost
    hardware: Cost

    @property
    def winner(self) -> Literal["software", "hardware"]:
        """Which VMM needs fewer cycles: binary translation is the software VMM, VT-x the hardware VMM."""
        return "software" if self.software.cycles < self.hardware.cycles else "hardware"


ADAMS_AGESEN = {
    row.name: row
    for row in (
        Nanobenchmark(
            "syscall",
            Cost(242, "M"),
            Cost(2242, "A", "2000 more than native [V]"),
            Cost(242, "A", "as native: no exit"),
        ),
        Nanobenchmark("in", Cost(3209, "V"), Cost(216, "M", "15 times as fast as native [V]"), Cost(15826, "V")),
        Nanobenchmark("cr8wr", Cost(140, "A", "four times the software VMM's"), Cost(35, "V"), Cost(140, "A")),
        Nanobenchmark("call/ret", Cost(11, "V"), Cost(51, "V", "40 more: the lookup of a return"), Cost(11, "V")),
        Nanobenchmark("pgfault", Cost(1093, "V"), Cost(3927, "V"), Cost(11242, "V")),
        Nanobenchmark("divzero", Cost(889, "V"), Cost(3223, "V"), Cost(1014, "V")),
        Nanobenchmark("ptemod", Cost(1, "V"), Cost(391, "V"), Cost(12733, "V")),
    )
}
SYSCALL_EXTRA = Cost(2000, "V", "what a system call costs more under the software VMM than natively")


def crossover() -> Fraction:
    """Page-table writes for each system call at which both VMMs of the paper cost the same, about 0.162.

    Above it the software VMM wins: what it saves on each page-table write outweighs what it loses on a system call.
    """
    ptemod = ADAMS_AGESEN["ptemod"]
    return Fraction(SYSCALL_EXTRA.cycles, ptemod.hardware.cycles - ptemod.software.cycles)


def mapping_writes(length: int, entry_bytes: Literal[4, 8] = 4) -> tuple[int, int]:
    """Page-table entries that map a range with 4 KiB pages, and the page tables that hold them.

    A monitor that traces writes traps for each entry; one that is told of whole page tables hears of each of those. For
    1 GiB that is 262,144 against 256, or 512 with entries of 8 bytes.
    """
    entries = -(-length // FRAME)
    return entries, -(-entries // (FRAME // entry_bytes))


@dataclass(frozen=True, slots=True)
class Preset:
    """Cycles for each kind that a monitor counts. A kind that costs nothing by itself is listed with 0."""

    name: str
    costs: Mapping[str, Cost]

    def cycles(self, counts: Mapping[str, int]) -> int:
        """What these counts cost together. Raises ModelError for a kind that the preset does not know."""
        unknown = sorted(counts.keys() - self.costs.keys())
        if unknown:
            raise ModelError(f"the preset {self.name!r} has no cost for {', '.join(map(repr, unknown))}; add one to it")
        return sum(self.costs[kind].cycles * times for kind, times in counts.items())


_FREE = Cost(0, "E", "counted for its own sake; its cycles are in another kind")
_TRAP = Cost(889, "V", "divzero, native: into the handler of a fault in ring 0, and back")
_EMULATION = Cost(100, "E", "decode and interpret one instruction in the monitor")
PENTIUM_4 = Preset(
    "Pentium 4 672, 2005",
    {
        "direct": Cost(1, "E", "an ordinary instruction"),
        "trap": _TRAP,
        "interrupt": Cost(889, "E", "taken as a trap's"),
        "fault": Cost(889, "V", "divzero, native"),
        "emulated": _EMULATION,
        "injected": Cost(100, "E", "build the guest's interrupt frame"),
        "shadow-fill": Cost(1000, "E", "walk the guest's tables, write a shadow entry"),
        "traced-write": Cost(100, "E", "emulate the write; the shadow entry after it"),
        "shadow-built": Cost(1000, "E", "a new shadow of the guest's tables"),
        "translation": Cost(1000, "E", "translate one basic block, once"),
        "call-out": Cost(50, "E", "save state, call the monitor, restore"),
        "ident": Cost(1, "E", "an ordinary instruction, copied"),
        "inline": Cost(3, "E", "a few instructions on the virtual processor"),
        "direct jump": Cost(1, "E", "a jump to a unit that is known"),
        "indirect jump": Cost(40, "V", "call/ret under the software VMM, less native: the look-up of a return"),
        "patched": Cost(20, "E", "the end of a unit, written anew to lead straight on"),
        "interpreted": _EMULATION,
        "adapted": Cost(1000, "E", "translate a unit again, with a call-out where it kept trapping"),
        "hypercall": _TRAP,
        "exit": Cost(4340, "A", "an exit for a page fault 1931 [M], and the VM entry after it 2409 [M]"),
        "vmcs-read": Cost(178, "M"),
        "vmcs-write": Cost(171, "M"),
        **dict.fromkeys(("idle", "halted", "held", "double-fault", "shutdown", "no-code", "step-limit"), _FREE),
        **dict.fromkeys(("look-up", "hit", "chained"), _FREE),
    },
)
CORE_2 = Preset(
    "Core 2, 2006",
    {
        **PENTIUM_4.costs,
        "exit": Cost(2123, "A", "an exit for a page fault 1186 [M], and the VM entry after it 937 [M]"),
        "vmcs-read": Cost(52, "M"),
        "vmcs-write": Cost(44, "M"),
    },
)
PRESETS = {preset.name: preset for preset in (PENTIUM_4, CORE_2)}

"""What hardware assistance costs, as charts: exits by reason, cycles of guests, and the crossover with translation.

Exits and events are counted in runs of the model; cycles are counts times the figures of `monitors.costs`, whose marks
say how far each can be trusted.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from vlearn.blocks import Chart, Series
from vlearn.sim.cpu import Cpu
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.costs import ADAMS_AGESEN, PRESETS, SYSCALL_EXTRA
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.hardware import HARDWARE_ASSIST, REASONS, Settings, exits
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE
from vlearn.sim.monitors.vm import Monitor, run_guest

SHOWN = (1, 7, 10, 12, 28, 30, 46, 47)
"""The basic exit reasons of a kernel's everyday life: these stay on the axis though none of them comes."""

MONITORS: dict[str, Monitor[Any]] = {
    "bare": BARE,
    "trap-and-emulate": TRAP_AND_EMULATE,
    "VT-x": HARDWARE_ASSIST,
}
"""As the chart of whole guests calls them."""


def exits_by_reason(cpu: Cpu, controls: Settings | Iterable[str]) -> Chart:
    """How often each exit reason comes until the guest has halted."""
    found = exits(cpu, controls)
    reasons = sorted({*SHOWN, *found})
    names = tuple(REASONS[number] for number in reasons)
    counted = tuple(float(found[number]) for number in reasons)
    title = f"Exits until the guest has halted: {sum(found.values())}"
    return Chart(title, "exit reason", "exits", (Series("exits", names, counted),), "bar")


def cycles_by_writes(page_faults: int = 0, most: int = 40) -> Chart:
    """Extra cycles of 100 system calls with 0 to `most` page-table writes and some page faults, by Adams and Agesen."""
    writes = tuple(float(n) for n in range(0, most + 1, 2))
    ptemod, pgfault = ADAMS_AGESEN["ptemod"], ADAMS_AGESEN["pgfault"]

    def cycles(calls: int, write: int, fault: int) -> tuple[float, ...]:
        return tuple(100 * calls + n * write + page_faults * fault for n in writes)

    software = cycles(SYSCALL_EXTRA.cycles, ptemod.software.cycles, pgfault.software.cycles)
    hardware = cycles(0, ptemod.hardware.cycles, pgfault.hardware.cycles)
    series = (Series("binary translation", writes, software), Series("first VT-x", writes, hardware))
    title = "A hundred system calls, with more and more page-table writes"
    return Chart(title, "page-table writes", "cycles", series)


def break_even(page_faults: int = 0) -> Fraction:
    """Page-table writes in 100 system calls at which both cost the same; below zero where VT-x never wins."""
    ptemod, pgfault = ADAMS_AGESEN["ptemod"], ADAMS_AGESEN["pgfault"]
    gained = 100 * SYSCALL_EXTRA.cycles - page_faults * (pgfault.hardware.cycles - pgfault.software.cycles)
    return Fraction(gained, ptemod.hardware.cycles - ptemod.software.cycles)


def cycles_by_guest(preset: str, guests: Iterable[str] = ("kernel", "flags", "page_tables")) -> Chart:
    """Cycles of whole guests on the bare processor, under trap-and-emulate, and under VT-x with nested paging."""
    names = tuple(guests)
    series = []
    for label, monitor in MONITORS.items():
        counts = (run_guest(monitor, monitor.start(guest(name))).vm.counts for name in names)
        series.append(Series(label, names, tuple(float(PRESETS[preset].cycles(count)) for count in counts)))
    return Chart(f"Cycles by the costs of a {preset}", "guest", "cycles", tuple(series), "bar")

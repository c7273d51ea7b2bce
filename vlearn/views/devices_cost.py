"""What three ways of sending cost, side by side: tables and charts over runs of the same workload."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from vlearn.blocks import Block, Chart, Series, Table
from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.devices.traffic import send_packets
from vlearn.sim.devices.ways import ROUND_FIGURES, WAYS, Machine, Way
from vlearn.sim.devices.workload import Result, Workload

SIZES = (64, 256, 512, 1024, 1500, 4096, 9000)
GUESTS = (1, 2, 4, 8, 16, 24)
MEASURES: dict[str, tuple[str, Callable[[Result], float]]] = {
    "throughput": ("Gbit/s", lambda result: result.throughput / 1e9),
    "latency": ("Mean latency, µs", lambda result: result.latency * 1e6),
    "cycles": ("Cycles a packet, all cores", lambda result: result.cycles_a_packet),
    "entries": ("Entries into the hypervisor a packet", lambda result: result.entries_a_packet),
}
"""What a chart can show: the label of its axis, and how it is read from a run."""


def draw_results(results: Iterable[Result]) -> tuple[Block, ...]:
    """A table with a row for each run."""
    rows = tuple(
        (
            result.way.name,
            f"{result.entries_a_packet:.2f}",
            str(result.copies_a_packet),
            f"{(result.kicks + result.interrupts) / result.packets:.2f}",
            f"{result.cycles_a_packet:,.0f}",
            f"{result.throughput / 1e9:.2f}",
            f"{result.latency * 1e6:,.1f}",
        )
        for result in results
    )
    header = ("Way", "Entries a packet", "Copies", "Notifications a packet", "Cycles a packet", "Gbit/s", "Latency, µs")
    return (Table(header, rows, "Entries are a guest's into the hypervisor; cycles are those of all cores"),)


def draw_costs(machine: Machine = ROUND_FIGURES) -> tuple[Block, ...]:
    """The figures that a machine's cycles rest on, each with its mark."""
    rows = tuple((kind, f"{cost.cycles:,}", cost.mark, cost.why) for kind, cost in machine.preset.costs.items())
    return (Table(("Kind", "Cycles", "Mark", "What it stands for"), rows, machine.preset.name),)


def over_sizes(
    measure: str,
    workload: Workload,
    sizes: Sequence[int] = SIZES,
    ways: Sequence[Way] = WAYS,
    machine: Machine = ROUND_FIGURES,
) -> Chart:
    """A measure (a name in MEASURES) over the packet's size, a line for each way."""
    runs = {way: {n: replace(workload, size=n) for n in sizes} for way in ways}
    title = f"{workload.guests} guest{'' if workload.guests == 1 else 's'}"
    return _chart(measure, title, "Size of a packet, bytes", runs, machine)


def over_guests(
    measure: str,
    workload: Workload,
    guests: Sequence[int] = GUESTS,
    ways: Sequence[Way] = WAYS,
    machine: Machine = ROUND_FIGURES,
) -> Chart:
    """A measure over the number of guests; a way that needs a function for each ends where the card has no more."""
    runs = {
        way: {n: replace(workload, guests=n) for n in guests if not way.functions or n <= machine.functions}
        for way in ways
    }
    return _chart(measure, f"Packets of {workload.size} bytes", "Guests", runs, machine)


def _chart(measure: str, title: str, x_label: str, runs: dict[Way, dict[int, Workload]], machine: Machine) -> Chart:
    if measure not in MEASURES:
        raise ModelError(f"no measure is called {measure!r}{did_you_mean(measure, MEASURES)}")
    label, value = MEASURES[measure]
    series = tuple(
        Series(
            way.name,
            tuple(map(float, workloads)),
            tuple(value(send_packets(way, workload, machine)) for workload in workloads.values()),
        )
        for way, workloads in runs.items()
    )
    return Chart(title, x_label, label, series)

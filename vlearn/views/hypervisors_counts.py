"""What operations need under every kind of hypervisor: switches by their kind and copies, and what they add up to.

Prices in cycles are given from outside: how dear a switch is depends on the processor, and none is quoted here.
"""

from collections.abc import Sequence

from vlearn.blocks import Chart, Series, Table
from vlearn.errors import ModelError
from vlearn.sim.datacenter.hypervisors import BARE, DEVICES, KINDS, LACKS, Operation, operation

NAMES = (BARE, *KINDS)


def counted(what: str, device: str) -> Table:
    """Switches by their kind, and copies, under every kind and on bare metal; what a kind lacks has dashes."""
    rows = tuple((name, *_cells(what, device, name)) for name in NAMES)
    header = ("Kind", "Exits", "Entries", "Between hypervisor and host", "Within a world", "Switches in all",
              "Copies by the guest", "by the host")  # fmt: skip
    by = "" if what == "system call" else f", {device} device"
    return Table(header, rows, f"One {what}{by}")


def by_device(what: str) -> Chart:
    """Mode switches in all under every kind, a set of bars for each device that it offers, on a logarithmic axis."""
    series = []
    for device in DEVICES:
        counts = {name: operation(name, what, device).count() for name in KINDS if (name, device) not in LACKS}
        series.append(Series(device, tuple(counts), tuple(map(float, counts.values()))))
    return Chart(f"One {what}", "Kind of hypervisor", "Mode switches", tuple(series), "bar", log_y=True)


def cycles(whole: Operation, *, ring: float, crossing: float, world: float, copy: float = 0) -> float:
    """Prices times counts: of switches within a world, of exits and entries, between hypervisor and host, of copies.

    Raises ModelError for a price below 0.
    """
    prices = {"ring": ring, "exit": crossing, "entry": crossing, "world": world}
    if min(copy, *prices.values()) < 0:
        raise ModelError(f"prices are 0 cycles or more, not {min(copy, *prices.values()):g}")
    switches = sum(times * prices[switch.kind] for switch, times in whole.switches())
    return switches + copy * (whole.guest_copies + whole.host_copies)


def over_world_price(
    what: str, device: str, *, ring: float, crossing: float, copy: float, worlds: Sequence[float], names: Sequence[str]
) -> Chart:
    """Cycles of one operation over the price of a switch between hypervisor and host, a line for each of these kinds.

    The other prices stay as they are given.
    """
    series = []
    for name in names:
        whole = operation(name, what, device)
        costs = tuple(cycles(whole, ring=ring, crossing=crossing, world=world, copy=copy) for world in worlds)
        series.append(Series(name, tuple(map(float, worlds)), costs))
    label = "Price of a switch between hypervisor and host, cycles"
    return Chart(f"One {what}, {device} device", label, "Cycles", tuple(series))


def _cells(what: str, device: str, name: str) -> tuple[str, ...]:
    if (name, device) in LACKS and what != "system call":
        return ("–",) * 7
    whole = operation(name, what, device)
    counts = [whole.count(kind) for kind in ("exit", "entry", "world", "ring", "")]
    return tuple(f"{count:,}" for count in (*counts, whole.guest_copies, whole.host_copies))

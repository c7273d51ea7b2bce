"""Functions of a card behind an IOMMU: whose they are, what each can reach in the host's memory, what was blocked."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.devices.iommu import REASONS
from vlearn.sim.devices.passthrough import Host
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import (
    BLUE,
    CURRENT,
    FAULT,
    GUEST,
    INK,
    PLAIN,
    READ,
    SMALL,
    TITLE,
    VERMILION,
    WAITING,
    Shape,
    arrow,
    box,
    cross,
    drawing,
    line,
    text,
)

ROW, TOP, LEFT, MIDDLE, RIGHT = 62, 34, 190, 240, 190
IOMMU_X, MEMORY_X = 2 + LEFT + 60, WIDTH - 2 - RIGHT
GOOD = ("dma-read", "dma-write", "interrupt", "assign", "enable")
BAD = ("dma-blocked", "interrupt-blocked", "assign-refused", "enable-refused", "ept-violation")


def draw_iommu(host: Host, event: Event | None) -> tuple[Block, ...]:
    """Functions, IOMMU and memory as a figure; an IOMMU's interrupt table and recorded faults as tables."""
    functions, guests = sorted(host.owners), sorted(host.guests)
    rows = max(len(functions), len(guests) + 1)
    height = TOP + rows * ROW
    shapes = [*_functions(host, event), *_iommu(host, event, rows), *_memory(host)]
    shapes += strip(event, "Before the first action", height + 2, GOOD, BAD)
    svg = drawing(WIDTH, height + 2 + STRIP + 4, shapes)
    figure = Figure(svg, _words(host) + sentence(event))
    return (figure, _interrupts(host), _faults(host)) if host.iommu.remaps else (figure,)


def _functions(host: Host, event: Event | None) -> Iterator[Shape]:
    yield text(2, 18, "Functions of the card", size=TITLE, bold=True)
    for n, (function, owner) in enumerate(sorted(host.owners.items())):
        y = TOP + n * ROW
        touched = event is not None and function in event.touches
        look = FAULT if touched and event and event.kind in BAD else CURRENT if touched else READ if owner else WAITING
        yield box(2, y, LEFT, ROW - 12, look)
        kind = "physical function" if function.endswith(".0") else "virtual function"
        yield text(12, y + 20, function, mono=True, bold=True, fill=INK)
        yield text(12, y + 38, f"{kind}, {f'of {owner}' if owner else 'unassigned'}", size=SMALL, fill=INK)


def _iommu(host: Host, event: Event | None, rows: int) -> Iterator[Shape]:
    """The box in the middle: an arrow through it for each function with a context, a cross where one was blocked."""
    yield text(IOMMU_X, 18, "IOMMU" if host.iommu.remaps else "No IOMMU", size=TITLE, bold=True)
    height = rows * ROW - 12
    yield box(IOMMU_X, TOP, MIDDLE, height, PLAIN if host.iommu.remaps else WAITING)
    order = sorted(host.guests)
    for n, function in enumerate(sorted(host.owners)):
        y = TOP + n * ROW + (ROW - 12) / 2
        blocked = event is not None and event.kind in BAD[:2] and function in event.touches
        domain = host.iommu.contexts.get(function)
        if domain is None and host.iommu.remaps:
            yield line((2 + LEFT, y), (IOMMU_X, y), dashes="3 3")
            yield text(IOMMU_X + 12, y + 4, "no context: everything is blocked", size=SMALL, fill=INK)
        elif not host.iommu.remaps:
            yield text(IOMMU_X + 12, y + 4, "addresses pass as they are", size=SMALL, fill=INK)
            yield arrow((2 + LEFT, y), (IOMMU_X, y), colour=BLUE, thickness=2)
        else:
            assert domain is not None
            first, count = host.guests[domain]
            yield arrow((2 + LEFT, y), (IOMMU_X, y), colour=BLUE, thickness=2)
            words = f"0 to {count - 1:#x} → {first:#x} to {first + count - 1:#x}"
            yield text(IOMMU_X + 12, y - 4, f"domain of {domain}", size=SMALL, bold=True, fill=INK)
            yield text(IOMMU_X + 12, y + 12, words, size=SMALL, fill=INK)
            target, bend = TOP + order.index(domain) * ROW + 25 + 5 * (n - 1), IOMMU_X + MIDDLE + 12 + 8 * n
            start = IOMMU_X + MIDDLE
            yield arrow((start, y), (bend, y), (bend, target), (MEMORY_X, target), colour=BLUE, thickness=2)
        if blocked:
            yield cross(IOMMU_X - 16, y)


def _memory(host: Host) -> Iterator[Shape]:
    if not host.iommu.remaps:
        for n in range(len(host.guests) + 1):
            y = TOP + n * ROW + 25
            yield arrow((IOMMU_X + MIDDLE, y), (MEMORY_X, y), colour=VERMILION, thickness=2)
    yield text(MEMORY_X, 18, "The host's memory", size=TITLE, bold=True)
    for n, guest in enumerate(sorted(host.guests)):
        first, count = host.guests[guest]
        yield box(MEMORY_X, TOP + n * ROW, RIGHT, ROW - 12, GUEST)
        yield text(MEMORY_X + 12, TOP + n * ROW + 20, f"guest {guest}", bold=True, fill=INK)
        words = f"frames {first:#x} to {first + count - 1:#x}"
        yield text(MEMORY_X + 12, TOP + n * ROW + 38, words, size=SMALL, fill=INK)
    y = TOP + len(host.guests) * ROW
    yield box(MEMORY_X, y, RIGHT, ROW - 12, PLAIN)
    yield text(MEMORY_X + 12, y + 20, "hypervisor, others", bold=True, fill=INK)
    yield text(MEMORY_X + 12, y + 38, "all other frames", size=SMALL, fill=INK)


def _words(host: Host) -> str:
    owners = "; ".join(
        f"{function} {f'belongs to guest {owner}' if owner else 'is unassigned'}"
        for function, owner in sorted(host.owners.items())
    )
    reach = "; ".join(
        f"the domain of {guest} maps frames {host.guests[guest][0]:#x} to {sum(host.guests[guest]) - 1:#x}"
        for guest in sorted(set(host.iommu.contexts.values()))
    )
    what = "An IOMMU between functions and memory" if host.iommu.remaps else "Functions and memory without an IOMMU"
    faults = f"Faults recorded: {len(host.iommu.faults)}."
    return f"{what}: {owners}.{f' {reach[0].upper()}{reach[1:]}.' if reach else ''} {faults}"


def _interrupts(host: Host) -> Table:
    rows = tuple(
        (str(n), entry.function, f"{entry.vector:#x}", entry.guest)
        for n, entry in enumerate(host.iommu.interrupts)
        if entry
    )
    return Table(("Index", "Function", "Vector", "Guest"), rows, "Interrupt remapping table")


def _faults(host: Host) -> Table:
    rows = tuple(
        (fault.function, f"{fault.at:#x}", f"{fault.reason:#04x}", REASONS[fault.reason]) for fault in host.iommu.faults
    )
    return Table(("Function", "Address or index", "Reason", "Which means"), rows, "Faults that the IOMMU recorded")

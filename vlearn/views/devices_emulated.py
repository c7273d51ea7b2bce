"""An emulated card and disk: the transmit ring in the guest's memory, the registers behind exits, and their cost."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.devices import disk as ide
from vlearn.sim.devices import nic as card
from vlearn.sim.devices.emulated import Emulated
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import (
    CURRENT,
    DONE,
    FAULT,
    INK,
    PLAIN,
    READ,
    SMALL,
    TITLE,
    WAITING,
    Shape,
    arrow,
    box,
    drawing,
    text,
)

MOST, TOP, CELL, GAP, BOX = 8, 66, 44, 8, 78
GOOD = ("send", "receive", "inject")
STATUS_BITS = ((ide.BUSY, "BSY"), (ide.READY, "DRDY"), (ide.REQUEST, "DRQ"), (ide.FAILED, "ERR"))


def draw_emulated(state: Emulated, event: Event | None) -> tuple[Block, ...]:
    """Memory, devices and counts as a figure; the card's registers as a table."""
    y = TOP + CELL + 20
    shapes = [*_ring(state, event), *_devices(state, event, y)]
    shapes += strip(event, "Before the first access", y + BOX + GAP, GOOD, ("dropped",))
    svg = drawing(WIDTH, y + BOX + GAP + STRIP + 4, shapes)
    return Figure(svg, _words(state) + sentence(event)), _registers(state)


def _descriptors(state: Emulated) -> list[str]:
    """What each descriptor of the transmit ring is: free, to send, or sent."""
    nic = state.nic
    count = nic[card.TDLEN] // card.DESCRIPTOR
    if not count:
        return []
    head, tail = nic[card.TDH] % count, nic[card.TDT] % count
    base = nic[card.TDBAL] | nic[card.TDBAH] << 32
    stages = []
    for n in range(count):
        if (n - head) % count < (tail - head) % count:
            stages.append("to send")
        else:
            done = state.memory.load_word(base + n * card.DESCRIPTOR + 8) >> 32 & card.DONE
            stages.append("sent" if done else "free")
    return stages


def _ring(state: Emulated, event: Event | None) -> Iterator[Shape]:
    stages = _descriptors(state)
    of = (
        "not set up" if not stages else f"{len(stages)} descriptors" + (f", {MOST} shown" if len(stages) > MOST else "")
    )
    yield text(2, 16, f"Transmit ring in the guest's memory: {of}", size=TITLE, bold=True)
    yield text(WIDTH - 2, 16, "mapped: no exits", size=SMALL, anchor="end")
    looks = {"free": WAITING, "to send": READ, "sent": DONE}
    shown = stages[:MOST]
    width = (WIDTH - 4 - GAP * (MOST - 1)) / MOST
    if not stages:
        yield box(2, TOP, WIDTH - 4, CELL, WAITING)
        yield text(WIDTH / 2, TOP + 26, "the driver has not told the card yet where it lies", anchor="middle", fill=INK)
    for n, stage in enumerate(shown):
        x = 2 + n * (width + GAP)
        yield box(x, TOP, width, CELL, looks[stage])
        yield text(x + 6, TOP + 13, str(n), size=10, fill=INK)
        yield text(x + width / 2, TOP + 29, stage, size=SMALL, anchor="middle", fill=INK)
        pins = [name for name, offset in (("TDH", card.TDH), ("TDT", card.TDT)) if state.nic[offset] == n]
        if pins:
            touched = event is not None and f"{card.TDT:#x}" in event.touches
            yield text(x + width / 2, TOP - 20, ", ".join(pins), size=SMALL, anchor="middle", bold=touched)
            yield arrow((x + width / 2, TOP - 16), (x + width / 2, TOP - 2))


def _devices(state: Emulated, event: Event | None, y: float) -> Iterator[Shape]:
    """Behind exits: the card's causes and mask, the disk's status; beside them the counts."""
    nic, disk, third = state.nic, state.disk, (WIDTH - 4 - 2 * GAP) / 3
    exits = event is not None and event.kind == "exit"
    at_disk = exits and event is not None and any(touch in _PORTS for touch in event.touches)
    bits = " ".join(name for bit, name in STATUS_BITS if disk.status & bit) or "none"
    boxes = (
        (
            "Card, behind exits",
            CURRENT if exits and not at_disk else PLAIN,
            (f"causes {nic.causes:#04x}, enabled {nic.mask:#04x}", f"frames on the wire: {len(nic.wire)}"),
        ),
        (
            "Disk, behind exits",
            CURRENT if at_disk else FAULT if disk.status & ide.FAILED else PLAIN,
            (f"status {disk.status:#04x}: {bits}", f"bytes of the sector in the buffer: {len(disk.buffer)}"),
        ),
        (
            "So far",
            PLAIN,
            (f"exits: {state.exits}", f"copies: {state.copies}, interrupts: {state.injected}"),
        ),
    )
    for n, (title, look, words) in enumerate(boxes):
        x = 2 + n * (third + GAP)
        yield box(x, y, third, BOX, look)
        yield text(x + 12, y + 21, title, bold=True, fill=INK)
        for line, each in enumerate(words):
            yield text(x + 12, y + 43 + 18 * line, each, fill=INK)


_PORTS = {f"{port:#x}" for port in ide.PORTS}


def _words(state: Emulated) -> str:
    stages = _descriptors(state)
    counts = ", ".join(f"{stages.count(stage)} {stage}" for stage in ("free", "to send", "sent"))
    ring = (
        f"The transmit ring has {len(stages)} descriptors: {counts}." if stages else "The transmit ring is not set up."
    )
    costs = f"Exits so far: {state.exits}; copies: {state.copies}; interrupts injected: {state.injected}."
    return f"{ring} Frames on the wire: {len(state.nic.wire)}. The disk's status is {state.disk.status:#04x}. {costs}"


def _registers(state: Emulated) -> Table:
    rows = []
    for offset, (name, means) in card.REGISTERS.items():
        value = state.nic.causes if offset == card.ICR else state.nic.mask if offset == card.IMS else state.nic[offset]
        rows.append((f"{offset:#06x}", name, means, f"{value:#x}"))
    return Table(("Offset", "Register", "What it is", "Value"), tuple(rows), "Registers of the card: each access exits")

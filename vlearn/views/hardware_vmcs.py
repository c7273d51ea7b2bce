"""The VMCS of a virtual processor: its six areas, the registers beside it, and what a transition saves and loads.

An entry loads the registers from the guest-state area. An exit saves them there, loads the host-state area and writes
down why. Below the registers stand those that are in no area: the monitor exchanges them itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vlearn.blocks import Block, Figure
from vlearn.sim.monitors.hardware import CONTROLS, REASONS, Hardware, Vmcs
from vlearn.sim.monitors.hardware.fields import ENTRY, EXECUTION, EXIT, FIELDS, GUEST, HOST, INFORMATION
from vlearn.sim.monitors.vm import Vm
from vlearn.trace import Event
from vlearn.views.svg import (
    BLUE,
    BODY,
    CURRENT,
    INK,
    PLAIN,
    READ,
    SMALL,
    TITLE,
    WAITING,
    Look,
    Shape,
    arrow,
    box,
    drawing,
    text,
)

WIDTH, SIDE, AT, AREA, LINE, HEAD, TOP = 760, 190, 290, 468, 15, 22, 26
WINDOW = "Interrupt-window exiting"
SAVED = ("eax", "ecx", "edx", "ebx", "ebp", "esi", "edi", "cr2")
"""The monitor's to save, of the registers that this processor has."""
_STATE = ("RIP", "RSP", "RFLAGS", "CR0", "CR3", "CR4", "CS selector", "SS selector", "GDTR base", "IDTR base")
_HOST = ("RIP", "RSP", "CR0", "CR3", "CS selector", "IDTR base")


@dataclass(frozen=True, slots=True)
class Area:
    """An area as it is drawn: its name, its lines, the rows of two that they have room in, what is done to it now."""

    name: str
    lines: tuple[str, ...]
    room: int
    look: Look = PLAIN
    does: str = ""

    @property
    def height(self) -> float:
        """With its head."""
        return HEAD + LINE * self.room + 8


def draw_vmcs(vm: Vm[Hardware], event: Event | None) -> tuple[Block, ...]:
    """The moment as one figure."""
    kind, vmcs = event.kind if event else "", vm.monitor.vmcs
    areas = tuple(_areas(vmcs, kind))
    height = TOP + sum(area.height + 6 for area in areas) + 2
    return (Figure(drawing(WIDTH, height, _shapes(vm, kind, areas)), " ".join(_words(vm, event, areas))),)


def _areas(vmcs: Vmcs, kind: str) -> Iterator[Area]:
    guest = {"entry": (CURRENT, "loaded"), "exit": (CURRENT, "saved")}.get(kind, (PLAIN, ""))
    yield Area(GUEST, tuple(_values(vmcs, "Guest", _STATE)), 5, *guest)
    host = (CURRENT, "loaded") if kind == "exit" else (PLAIN, "")
    yield Area(HOST, tuple(_values(vmcs, "Host", _HOST)), 3, *host)
    on = [name for name in CONTROLS if vmcs.on(name)]
    execution = tuple(name for name in on if FIELDS[CONTROLS[name].field].area == EXECUTION)
    obeyed = (READ, "obeyed") if kind == "direct" else (PLAIN, "")
    room = 1 + (len(execution) - vmcs.on(WINDOW)) // 2  # the window opens and closes, and nothing moves
    yield Area(EXECUTION, execution or ("no control is set",), room, *obeyed)
    leaving = tuple(name for name in on if FIELDS[CONTROLS[name].field].area == EXIT)
    yield Area(EXIT, leaving or ("no control is set",), 1)
    word = vmcs["VM-entry interruption-information field"]
    event = f"inject vector {word & 0xFF:#x}" if word >> 31 else "no event to inject"
    yield Area(ENTRY, (event,), 1, *((CURRENT, "injected") if kind == "injected" else (PLAIN, "")))
    information = {"exit": (CURRENT, "written"), "emulated": (READ, "read"), "held": (READ, "read")}
    yield Area(INFORMATION, tuple(_information(vmcs)), 2, *information.get(kind, (PLAIN, "")))


def _values(vmcs: Vmcs, side: str, names: Iterable[str]) -> Iterator[str]:
    return (f"{name} {vmcs[f'{side} {name}']:#x}" for name in names)


def _information(vmcs: Vmcs) -> Iterator[str]:
    if "Exit reason" not in vmcs.values:
        yield "no exit yet"
        return
    reason = vmcs["Exit reason"]
    yield f"exit reason {reason & 0xFFFF}: {REASONS[reason & 0xFFFF]}"
    yield f"qualification {vmcs['Exit qualification']:#x}"
    yield f"instruction length {vmcs['VM-exit instruction length']}"
    word = vmcs["VM-exit interruption information"]
    yield f"vector {word & 0xFF:#x}" if word >> 31 else "no vector"


def _words(vm: Vm[Hardware], event: Event | None, areas: tuple[Area, ...]) -> Iterator[str]:
    launched = "launched" if vm.monitor.vmcs.launched else "clear"
    yield f"The six areas of a VMCS, whose launch state is {launched}, beside the processor's registers."
    yield f"The registers hold the {_holder(vm)}'s state."
    if event:
        yield f"{event.kind}: {event.text}."
    for area in areas:
        yield f"{area.name}{f', {area.does}' if area.does else ''}: {'; '.join(area.lines)}."
    yield f"Not in the VMCS: {', '.join(name.upper() for name in SAVED)}."


def _holder(vm: Vm[Hardware]) -> str:
    return "host" if vm.monitor.processor.root else "guest"


def _shapes(vm: Vm[Hardware], kind: str, areas: tuple[Area, ...]) -> Iterator[Shape]:
    launched = "launched" if vm.monitor.vmcs.launched else "clear"
    yield text(2, 16, f"Registers: the {_holder(vm)}'s state", size=TITLE, bold=True)
    yield text(AT, 16, f"VMCS at {vm.monitor.processor.current:#x}, {launched}", size=TITLE, bold=True)
    yield from _registers(vm, kind)
    y: float = TOP
    for area in areas:
        yield from _area(area, y)
        if area.name in (GUEST, HOST) and area.does:
            yield from _way(area.does, y + 36)
        y += area.height + 6


def _way(does: str, y: float) -> Iterator[Shape]:
    """The transfer between registers and an area: to the area where it is saved."""
    left, right = (2 + SIDE, y), (AT, y)
    yield arrow(*((left, right) if does == "saved" else (right, left)), colour=BLUE, thickness=3)
    yield text((2 + SIDE + AT) / 2, y - 9, does, anchor="middle", bold=True)


def _registers(vm: Vm[Hardware], kind: str) -> Iterator[Shape]:
    """The two boxes on the left: what a transition exchanges, and what it leaves."""
    real = vm.real
    lines = (
        f"EIP {real.eip:#x}", f"ESP {real['esp']:#x}", f"EFLAGS {real.eflags:#x}", f"CR0 {real.cr0:#x}",
        f"CR3 {real.cr3:#x}", f"CR4 {real.cr4:#x}", f"CS {real['cs']:#x}: ring {real.cpl}", f"SS {real['ss']:#x}",
        f"GDTR base {real.gdtr.base:#x}", f"IDTR base {real.idtr.base:#x}",
    )  # fmt: skip
    height = LINE * len(lines) + 14
    yield box(2, TOP, SIDE, height, CURRENT if kind in ("entry", "exit", "direct", "injected", "fault") else PLAIN)
    for n, words in enumerate(lines):
        yield text(12, TOP + 18 + LINE * n, words, fill=INK)
    below = TOP + height + 26
    yield text(2, below - 7, "Not in the VMCS: the monitor's to save", size=SMALL, bold=True)
    yield box(2, below, SIDE, LINE * len(SAVED) + 14, WAITING)
    for n, name in enumerate(SAVED):
        yield text(12, below + 18 + LINE * n, f"{name.upper()} {real[name]:#x}", fill=INK)


def _area(area: Area, y: float) -> Iterator[Shape]:
    yield box(AT, y, AREA, area.height, area.look)
    yield text(AT + 10, y + 16, area.name, size=BODY, bold=True, fill=INK)
    if area.does:
        yield text(AT + AREA - 10, y + 16, area.does, anchor="end", bold=True, fill=INK)
    for n, words in enumerate(area.lines):
        row, column = divmod(n, 2)
        yield text(AT + 10 + column * AREA / 2, y + HEAD + 11 + LINE * row, words, size=SMALL, fill=INK)

"""The processor of `vlearn.sim.cpu`: the code around the instruction that comes next, registers, flags and rings.

`listing` and `cells` are shared with the views of monitors, which draw several processors beside each other.
"""

from collections.abc import Iterator, Mapping, Sequence

from vlearn.blocks import Block, Figure
from vlearn.sim.cpu import Cpu, Fault
from vlearn.sim.cpu.eflags import FLAGS, IF
from vlearn.sim.cpu.paging import physical
from vlearn.trace import Event
from vlearn.views.svg import CURRENT, DONE, INK, PLAIN, READ, TITLE, WAITING, Look, Shape, box, drawing, fitted, text

ROW, CODE, NAME, CELL, GAP = 21, 236, 52, 118, 16
LINES = 15
"""Lines of code that are shown."""
SHOWN = ("eip", "eax", "ebx", "ecx", "edx", "esp", "cs", "ss")
_STATUS = tuple(flag.name for flag in FLAGS if flag.name not in ("IF", "ID", "AC", "NT", "TF"))


def draw_processor(cpu: Cpu, event: Event | None) -> tuple[Block, ...]:
    """One figure: the moment after the event. What the event has changed is lit."""
    values = registers(cpu)
    touches = {name.removeprefix("guest.") for name in event.touches} if event else set()
    if "eflags" in touches:
        touches |= {"flags", "IF", "IOPL"}
    looks = dict.fromkeys(touches & values.keys(), READ)
    said = event.text.replace("`", "") if event else "Nothing has happened yet."
    width = 4 + CODE + GAP + NAME + CELL + GAP + RINGS_WIDTH
    left, right = 4 + CODE + GAP, 4 + CODE + GAP + NAME + CELL + GAP
    shapes = [
        text(2, 16, said, size=fitted(said, width - 4, TITLE), bold=True),
        *listing(cpu, 4, 34),
        *names(values, left, 34),
        *cells(values, left + NAME, 34, looks),
        *rings(cpu.cpl, {0: "kernel", 3: "processes"}, right, 34),
    ]
    shown = ", ".join(f"{name} is {value}" for name, value in values.items())
    return (Figure(drawing(width, 34 + ROW * LINES + 6, shapes), f"{said} {shown}. {coming(cpu)}"),)


def registers(cpu: Cpu) -> dict[str, str]:
    """What a reader of a program wants to see: the ring, IF and IOPL, general registers, selectors, other flags."""
    values = {"ring": str(cpu.cpl), "IF": str(int(bool(cpu.eflags & IF))), "IOPL": str(cpu.iopl)}
    values |= {name: f"{cpu[name]:#x}" for name in SHOWN}
    values["flags"] = " ".join(f.name for f in FLAGS if f.name in _STATUS and cpu.eflags & f.mask) or "none"
    return values


def listing(cpu: Cpu, x: float, y: float, look: Look = CURRENT) -> Iterator[Shape]:
    """The code around the instruction that comes next, which is lit, in its page; labels stand where they begin."""
    found = _around(cpu)
    for n, (label, words, current) in enumerate(found):
        top = y + ROW * n
        yield box(x, top, CODE, ROW - 3, look if current else WAITING)
        shown = f"{label + ':' if label else '':<8} {words}"
        yield text(x + 6, top + 13.5, shown, size=fitted(shown, CODE - 12), mono=True, fill=INK)


def _around(cpu: Cpu) -> list[tuple[str, str, bool]]:
    at = place(cpu)
    if at is None:
        return []
    ordered = sorted(address for address in cpu.code if address >> 12 == at >> 12)
    here = ordered.index(at)
    first = max(0, min(here - LINES // 2, len(ordered) - LINES))
    lines, before = [], cpu.code[ordered[first - 1]].label if first else ""
    for address in ordered[first : first + LINES]:
        instruction = cpu.code[address]
        label = instruction.label if instruction.label != before else ""
        lines.append((label, str(instruction), address == at))
        before = instruction.label
    return lines


def place(cpu: Cpu) -> int | None:
    """The physical address of the instruction that comes next; None if there is none."""
    try:
        _, at = physical(cpu, cpu.segments[1].descriptor.base + cpu.eip, "execute", cpu.cpl == 3)
    except Fault:
        return None
    return at if at in cpu.code else None


def coming(cpu: Cpu) -> str:
    """What comes next, as a sentence."""
    at = place(cpu)
    return "No instruction comes next." if at is None else f"Next comes {cpu.code[at]}."


def names(values: Mapping[str, str], x: float, y: float) -> Iterator[Shape]:
    """The names of the rows."""
    for n, name in enumerate(values):
        yield text(x, y + ROW * n + 13.5, name, size=fitted(name, NAME - 4, 12))


def cells(values: Mapping[str, str], x: float, y: float, looks: Mapping[str, Look]) -> Iterator[Shape]:
    """One processor's values, a box each, drawn as `looks` says."""
    for n, (name, value) in enumerate(values.items()):
        top = y + ROW * n
        yield box(x, top, CELL - 6, ROW - 3, looks.get(name, PLAIN))
        yield text(x + CELL / 2 - 3, top + 13.5, value, size=fitted(value, CELL - 14, 12), anchor="middle", mono=True,
                   fill=INK)  # fmt: skip


RINGS_WIDTH, RING = 136, 44


def rings(
    cpl: int, homes: Mapping[int, str], x: float, y: float, used: Sequence[int] = (0, 1, 2, 3)
) -> Iterator[Shape]:
    """The rings of the real processor, the inmost on top, with who lives there; the one that it is in is lit."""
    for n, ring in enumerate(used):
        top = y + RING * n
        here = ring == cpl
        yield box(x, top, RINGS_WIDTH - 2, RING - 4, CURRENT if here else DONE if ring in homes else WAITING)
        yield text(x + 8, top + 16, f"ring {ring}" + (", now" if here else ""), bold=True, fill=INK)
        home = homes.get(ring, "nobody")
        yield text(x + 8, top + 32, home, size=11, fill=INK)

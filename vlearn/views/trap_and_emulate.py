"""A guest under trap-and-emulate: its code, the bare machine if there is one, the virtual processor, the real one.

Where virtual and real processor differ, the real one is lit: this is what the monitor must hide. Where the bare machine
and the virtual processor differ, both have a vermilion outline: this is what the guest can notice.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.cpu import Cpu
from vlearn.sim.monitors.compare import differences
from vlearn.sim.monitors.trap_and_emulate import Compression, TrapAndEmulate
from vlearn.sim.monitors.vm import Vm
from vlearn.trace import Event, Trace
from vlearn.views import Draw
from vlearn.views.processor import (
    CELL,
    CODE,
    GAP,
    LINES,
    NAME,
    RINGS_WIDTH,
    ROW,
    cells,
    coming,
    listing,
    names,
    registers,
    rings,
)
from vlearn.views.svg import CURRENT, FAULT, READ, SMALL, TITLE, Look, Shape, drawing, fitted, text

TOP = 66
WORDS = 1
"""Words of memory that are shown of those that differ from the bare machine's."""
_HEADS = {"bare": ("bare metal", "the guest alone"), "virtual": ("virtual", "the monitor keeps it"),
          "real": ("real", "runs the guest")}  # fmt: skip
COUNTED = ("direct", "trap", "emulated", "injected", "shadow-fill", "traced-write", "interrupt", "held")
Bare = Mapping[int, Sequence[Cpu]]


def draw_trap_and_emulate(vm: Vm[TrapAndEmulate], event: Event | None, bare: Bare | None = None) -> tuple[Block, ...]:
    """One figure: the moment after the event. `bare` has the bare machine's states, by instructions retired."""
    alone = _abreast(vm.guest, bare) if bare else None
    columns = {"virtual": _values(vm.guest), "real": _values(vm.real)}
    apart: dict[str, tuple[str, str]] = {}
    if alone:
        columns = {"bare": _values(alone), **columns}
        apart = _apart(alone, vm.guest, columns)
    for column, values in columns.items():
        words = [(name, pair[column != "bare"]) for name, pair in apart.items() if name.startswith("[")][:WORDS]
        values.update({name: "" if column == "real" else value for name, value in words})
    hidden = {name for name, value in columns["real"].items() if value != columns["virtual"][name] and value}
    left = 4 + CODE + GAP
    width = left + NAME + CELL * len(columns) + GAP + RINGS_WIDTH
    said = event.text.replace("`", "") if event else "Before the first of these steps."
    shapes: list[Shape] = [
        text(2, 16, said, size=fitted(said, width - 4, TITLE), bold=True),
        text(4, 40, "the guest's code", bold=True),
        *listing(vm.guest, 4, TOP, FAULT if event and event.kind == "trap" else CURRENT),
        *names(columns["virtual"], left, TOP),
    ]
    for n, (column, values) in enumerate(columns.items()):
        x = left + NAME + CELL * n
        looks: dict[str, Look] = dict.fromkeys(hidden if column == "real" else (), READ)
        looks |= dict.fromkeys(apart if column != "real" else (), FAULT)
        head, under = _HEADS[column]
        shapes += [text(x, 40, head, bold=True), text(x, 56, under, size=SMALL), *cells(values, x, TOP, looks)]
    x = width - RINGS_WIDTH
    shapes += [text(x, 40, "the real rings", bold=True), *rings(vm.real.cpl, _homes(vm.monitor.compression), x, TOP)]
    height = TOP + ROW * LINES + 6
    return (Figure(drawing(width, height, shapes), _alt(said, vm, apart, hidden)),)


def beside(bare: Trace[Vm[None]]) -> Draw[Vm[TrapAndEmulate]]:
    """The view with the bare machine in it: the state of that run after as many instructions as the guest retired."""
    states: dict[int, list[Cpu]] = {}
    for vm in (bare.start, *(step.state for step in bare.steps)):
        states.setdefault(vm.guest.tsc, []).append(vm.guest)
    return partial(draw_trap_and_emulate, bare=states)


def counts_table(runs: Mapping[str, Mapping[str, int]]) -> Table:
    """How often each kind of thing happened in some runs, by their names."""
    kinds = [kind for kind in COUNTED if any(kind in counts for counts in runs.values())]
    rows = tuple((kind, *(str(counts.get(kind, 0)) for counts in runs.values())) for kind in kinds)
    return Table(("What happened", *runs), rows)


def _values(cpu: Cpu) -> dict[str, str]:
    found = registers(cpu)
    found.pop("flags")
    return found | {"GDTR": f"{cpu.gdtr.base:#x}", "CR0": f"{cpu.cr0:#x}", "CR3": f"{cpu.cr3:#x}"}


def _abreast(guest: Cpu, bare: Bare) -> Cpu | None:
    """The bare machine after as many instructions: the moment at which both are alike, else the last one."""
    found = bare.get(guest.tsc, ())
    alike = (cpu for cpu in found if not differences(cpu, guest))
    return next(alike, found[-1] if found else None)


def _apart(alone: Cpu, guest: Cpu, columns: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, str]]:
    """The rows and words of memory in which bare machine and virtual processor differ, as they show it."""
    bare, virtual = columns["bare"], columns["virtual"]
    rows = {name: (bare[name], virtual[name]) for name in bare if bare[name] != virtual[name]}
    found = differences(alone, guest)
    words = {name: (f"{ours:#x}", f"{theirs:#x}") for name, ours, theirs in found
             if name.startswith("[") and isinstance(ours, int) and isinstance(theirs, int)}  # fmt: skip
    return rows | words


def _homes(compression: Compression) -> dict[int, str]:
    if compression.kernel == 3:
        return {0: "the monitor", 3: "kernel and processes"}
    return {0: "the monitor", compression.kernel: "the guest's kernel", 3: "its processes"}


def _alt(said: str, vm: Vm[TrapAndEmulate], apart: Mapping[str, tuple[str, str]], hidden: set[str]) -> str:
    parts = [said, f"The guest believes to be in ring {vm.guest.cpl}; the real processor is in ring {vm.real.cpl}."]
    if hidden:
        parts.append(f"Virtual and real processor differ in {', '.join(sorted(hidden))}.")
    if apart:
        listed = (f"{name}, {bare} and not {virtual}" for name, (bare, virtual) in apart.items())
        parts.append(f"On bare metal the guest would have {'; '.join(listed)}.")
    return " ".join([*parts, coming(vm.guest)])

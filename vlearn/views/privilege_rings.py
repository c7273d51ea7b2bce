"""What a guest believes its segments to be, beside what the real processor holds: where RPL tells of the real ring."""

from typing import Any

from vlearn.blocks import Block, Table
from vlearn.sim.cpu.state import CS, DS, SS
from vlearn.sim.monitors.vm import Vm
from vlearn.trace import Event

_NAMES = {"CS": CS, "SS": SS, "DS": DS}


def draw_rings(vm: Vm[Any], event: Event | None) -> tuple[Block, ...]:
    """CPL and three selectors on both sides, and the register that the guest's program reads one into."""
    rows = [("CPL", str(vm.guest.cpl), str(vm.real.cpl))]
    for name, number in _NAMES.items():
        believed, held = vm.guest.segments[number].selector, vm.real.segments[number].selector
        rows.append((name, _selector(believed), _selector(held)))
    rows.append(("ECX", f"{vm.guest['ecx']:#x}", f"{vm.real['ecx']:#x}"))
    return (
        Table(("", "What the guest is entitled to", "The real processor"), tuple(rows), event.text if event else ""),
    )


def _selector(value: int) -> str:
    return f"{value:#x} (RPL {value & 3})"

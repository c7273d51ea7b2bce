"""Who is where: the arrangements of process, kernel and monitor, each with a run from which its paths are read.

The guest is `paths`, a kernel with one handler of each kind, and its port. Only the 64-bit paravirtual arrangement has
no model that runs: see `documented`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.cpu import Cpu
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.guests import Guest, Part
from vlearn.sim.monitors.hardware import HARDWARE_ASSIST
from vlearn.sim.monitors.paravirtual import PARAVIRTUAL, labels, loaded
from vlearn.sim.monitors.paths.documented import DOCUMENTED
from vlearn.sim.monitors.paths.path import KINDS, Kind, Level, Path, Who, find
from vlearn.sim.monitors.trap_and_emulate import trap_and_emulate
from vlearn.sim.monitors.vm import Monitor, Vm, trace_guest

_PROCESS = Part("paths_process", 0x40_0000, 0xC000)
PATHS = Guest("a kernel with a system call, a page fault, an interrupt", (Part("paths", 0x4000, 0x4000), _PROCESS))
PATHS_PV = Guest("the same, ported", (Part("paths_pv", 0x4000, 0x4000), _PROCESS))
_LABELS: dict[Kind, str] = {"system call": "call80", "page fault": "missing", "interrupt": "timer"}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A monitor, or none, with the guest that it runs; `in_monitor` says whether it has the processor, at `level`."""

    name: str
    monitor: Monitor[Any]
    guest: Guest
    in_monitor: Callable[[Vm[Any]], bool]
    level: Level | None = "ring 0"

    def place(self, vm: Vm[Any]) -> tuple[Level, Who]:
        """The level of the real processor, and who runs."""
        if self.level and self.in_monitor(vm):
            return self.level, "monitor"
        return _ring(vm.real), "process" if vm.guest.cpl == 3 else "kernel"


def _ring(cpu: Cpu) -> Level:
    rings: tuple[Level, ...] = ("ring 0", "ring 1", "ring 2", "ring 3")
    return rings[cpu.cpl]


def _never(vm: Vm[Any]) -> bool:
    return False


def _in_ring_0(vm: Vm[Any]) -> bool:
    return vm.real.cpl == 0


def _in_root(vm: Vm[Any]) -> bool:
    return bool(vm.monitor.processor.root)


ARRANGEMENTS = {
    arrangement.name: arrangement
    for arrangement in (
        Arrangement("bare metal", BARE, PATHS, _never, None),
        Arrangement("trap-and-emulate on rings 0/1/3", trap_and_emulate("0/1/3"), PATHS, _in_ring_0),
        Arrangement("trap-and-emulate on rings 0/3", trap_and_emulate("0/3"), PATHS, _in_ring_0),
        Arrangement("paravirtual, 32 bits", PARAVIRTUAL, PATHS_PV, _in_ring_0),
        Arrangement("VT-x", HARDWARE_ASSIST, PATHS, _in_root, "root"),
    )
}


def path(arrangement: str, kind: Kind = "system call") -> Path:
    """The path of something under an arrangement. Raises ModelError for a name that is not in the tables."""
    if kind not in KINDS:
        raise ModelError(f"there is no path of kind {kind!r}{did_you_mean(kind, KINDS)}")
    if (arrangement, kind) in DOCUMENTED:
        return DOCUMENTED[arrangement, kind]
    if arrangement not in ARRANGEMENTS:
        known = (*ARRANGEMENTS, *dict.fromkeys(name for name, _ in DOCUMENTED))
        raise ModelError(f"there is no arrangement {arrangement!r}{did_you_mean(arrangement, known)}")
    return _paths(arrangement)[kind]


@lru_cache(maxsize=8)
def _paths(name: str) -> dict[Kind, Path]:
    arrangement = ARRANGEMENTS[name]
    run = trace_guest(arrangement.monitor, arrangement.monitor.start(loaded(arrangement.guest)), 5000)
    at = labels(arrangement.guest)
    found = find(run, arrangement.place, {kind: at[label] for kind, label in _LABELS.items()})
    return {
        kind: Path(name, kind, stages, "read off a run of the model", arrangement.level)
        for kind, stages in found.items()
    }

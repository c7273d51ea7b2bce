"""What the questions of chapter 4 are about: a little guest, and the machine that it runs on.

A scene begins as text and flags, so a question with its run can be sent to another process; the machine is made when
the run begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from vlearn.blocks import Block, Code
from vlearn.sim.cpu import Cpu, boot
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.translation import BINARY_TRANSLATION
from vlearn.sim.monitors.trap_and_emulate import trap_and_emulate
from vlearn.sim.monitors.vm import Monitor, Vm, trace_guest
from vlearn.trace import Event, Step, Trace
from vlearn.views.processor import draw_processor
from vlearn.views.translation import draw_translation
from vlearn.views.trap_and_emulate import draw_trap_and_emulate

Machine = Literal["bare", "0/1/3", "0/3", "translation"]
MONITORS: dict[str, Monitor[Any]] = {
    "bare": BARE,
    "0/1/3": trap_and_emulate("0/1/3"),
    "0/3": trap_and_emulate("0/3"),
    "translation": BINARY_TRANSLATION,
}
DRAWN: dict[str, Any] = {"translation": draw_translation, "0/1/3": draw_trap_and_emulate, "0/3": draw_trap_and_emulate}
LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Scene:
    """A guest's code, a line each, on a machine, in a ring and with flags; `vm` once it runs."""

    code: tuple[str, ...]
    machine: Machine = "bare"
    eflags: int = 2 | IF
    ring: int = 0
    vm: Vm[Any] | None = None

    def begun(self) -> Vm[Any]:
        """The machine of this moment."""
        return self.vm or MONITORS[self.machine].start(_booted(self.code, self.ring, self.eflags))


@lru_cache(maxsize=64)
def _booted(code: tuple[str, ...], ring: int, eflags: int) -> Cpu:
    return replace(boot("\n".join(code), ring=ring), eflags=eflags)


def play(scene: Scene, action: object) -> Iterator[Step[Scene]]:
    """The guest goes on by an instruction."""
    for step in MONITORS[scene.machine](scene.begun()):
        yield Step(step.event, replace(scene, vm=step.state))


def draw_scene(scene: Scene, event: Event | None) -> tuple[Block, ...]:
    """A moment, as the views of its machine draw it."""
    vm = scene.begun()
    drawn: tuple[Block, ...] = (
        DRAWN[scene.machine](vm, event) if scene.machine in DRAWN else draw_processor(vm.guest, event)
    )
    return drawn


def run_scene(scene: Scene) -> Trace[Vm[Any]]:
    """The guest's whole run."""
    return trace_guest(MONITORS[scene.machine], scene.begun(), LIMIT)


def numbered(code: tuple[str, ...]) -> Code:
    """The code with line numbers, from 1."""
    return Code("\n".join(f"{n:2}  {line}" for n, line in enumerate(code, 1)), "nasm")

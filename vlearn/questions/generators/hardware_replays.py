"""Runs of guests under drawn controls, behind questions: kept as text and settings, to be sent to any process."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.blocks import Block, Text
from vlearn.questions.generators.hardware_scenes import attempt
from vlearn.sim.cpu import boot
from vlearn.sim.monitors.hardware import HARDWARE_ASSIST, Hardware, Settings, hardware_assist, settings
from vlearn.sim.monitors.vm import Vm, trace_guest
from vlearn.trace import Event, Step
from vlearn.views.hardware_operation import draw_operation


@dataclass(frozen=True, slots=True)
class Shown:
    """The controls, the ring that a guest begins in, and the machine at this moment, none before the first."""

    chosen: Settings
    ring: int = 0
    vm: Vm[Hardware] | None = None


def play_program(shown: Shown, source: str) -> Iterator[Step[Shown]]:
    """A program in ring 0, up to where it has halted."""
    extra = settings(("Enable EPT", "Unrestricted guest")).controls
    monitor = hardware_assist(replace(shown.chosen, controls=shown.chosen.controls | extra))
    for step in trace_guest(monitor, monitor.start(boot(source))).steps:
        yield Step(step.event, replace(shown, vm=step.state))


def play_attempt(shown: Shown, line: str) -> Iterator[Step[Shown]]:
    """One instruction in a guest of its own."""
    vm, _ = attempt(line, shown.chosen, shown.ring)
    for step in HARDWARE_ASSIST(vm):
        yield Step(step.event, replace(shown, vm=step.state))


def draw_shown(shown: Shown, event: Event | None) -> tuple[Block, ...]:
    """The machine as ever."""
    return draw_operation(shown.vm, event) if shown.vm else (Text("The guest has not been entered yet."),)

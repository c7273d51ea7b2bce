"""No monitor: the guest on the bare processor, the reference that every monitor is measured against."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from vlearn.sim.cpu import Cpu, advance
from vlearn.sim.cpu import Happening as Step
from vlearn.sim.cpu.events import event_of
from vlearn.sim.monitors.vm import Happening, Monitor, Vm

KINDS = {"executed": "direct"}
"""What the processor calls executed is called direct here, as under a monitor; every other kind keeps its name."""


def start(guest: Cpu) -> Vm[None]:
    """The guest is on the real processor itself: f is the identity."""
    return Vm(guest, guest, None)


def run_bare(vm: Vm[None]) -> Iterator[Happening[None]]:
    """One step of the processor."""
    for step in advance(vm.guest):
        after = Vm(step.cpu, step.cpu, None, vm.counts)
        happening = after.happens(KINDS.get(step.kind, step.kind), partial(sentence, step, vm.guest))
        yield happening
        vm = happening.vm


def sentence(step: Step, before: Cpu) -> str:
    """What the processor's own trace says of a step. The words that were written are not asked for."""
    return event_of(replace(step, cpu=step.cpu.set_memory(before.memory)), before).text


BARE = Monitor("bare metal", start, run_bare)

"""A virtual machine under VT-x: what the monitor keeps, and the map f between the guest's processor and the real one.

Here f is nearly the identity: the guest has its own ring, its own tables, its own flags, in the real registers. It
differs where VMX fixes a bit (CR0.NE, CR4.VMXE, a TR that is not empty), in CPUID, in the time-stamp counter, and in
the timer, which is the monitor's. Guest-physical addresses are host-physical here: memory is chapter 6's subject.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

from immutables import Map

from vlearn.sim.cpu import Cpu, Descriptor, Segment, Timer, due
from vlearn.sim.cpu.control import NE
from vlearn.sim.cpu.descriptors import BUSY_TSS, PRESENT
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.cpu.state import NO_TIMER
from vlearn.sim.monitors.hardware.controls import VMXE
from vlearn.sim.monitors.hardware.nonroot import seen
from vlearn.sim.monitors.hardware.processor import Processor
from vlearn.sim.monitors.hardware.reasons import Interruption
from vlearn.sim.monitors.hardware.vmcs import Vmcs
from vlearn.sim.monitors.vm import Vm

NO_REASONS: Map[int, int] = Map()
NO_TSS = Segment(0, Descriptor(0, 0, PRESENT | BUSY_TSS, 0))
"""A TR that an entry accepts, for a guest that has not loaded one yet: too short to have a stack or a port in it."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a monitor for VT-x keeps: VMX operation with the VMCS, an event to inject, how often each reason exited.

    An exit and the entry after it take `price` ticks of the time-stamp counter, `lost` so far; a monitor that
    `hides_time` takes them out of the guest's clock by the TSC offset.
    """

    processor: Processor
    event: Interruption | None = None
    reasons: Map[int, int] = NO_REASONS
    price: int = 0
    hides_time: bool = True
    lost: int = 0

    @property
    def vmcs(self) -> Vmcs:
        """The current VMCS."""
        return self.processor.vmcs

    @property
    def late(self) -> int:
        """By how much the guest's clock is ahead of the instructions it has retired."""
        return 0 if self.hides_time else self.lost


Machine: TypeAlias = Vm[Hardware]


def waiting(cpu: Cpu) -> int | None:
    """The vector that the guest's devices ask for, whether it takes interrupts now or not."""
    return due(replace(cpu, eflags=cpu.eflags | IF, shadow=False))


def held(vm: Machine) -> Cpu:
    """The map f: what the real processor holds while the guest runs.

    The timer is set for the guest's deadline, and off while its interrupt is in the monitor's hands already.
    """
    guest, real = vm.guest, vm.real
    timer, pending = guest.timer, guest.pending
    if vm.monitor.vmcs.on("External-interrupt exiting"):
        pending = frozenset()
        timer = NO_TIMER if waiting(guest) is not None else timer
    if timer.interval:
        timer = Timer(timer.interval, timer.deadline + real.tsc - guest.tsc)
    return replace(
        guest,
        cr0=guest.cr0 | NE,
        cr4=guest.cr4 | VMXE,
        tr=guest.tr if guest.tr.descriptor.present else NO_TSS,
        cpuid=real.cpuid,
        tsc=real.tsc,
        timer=timer,
        pending=pending,
    )


def after_direct(vm: Machine, real: Cpu) -> Machine:
    """The machine after the real processor did something by itself in non-root operation: f, taken backwards."""
    guest, before, vmcs = vm.guest, vm.real, vm.monitor.vmcs
    timer, pending = guest.timer, guest.pending
    tsc = guest.tsc + real.tsc - before.tsc
    if real.timer is not before.timer:
        timer = Timer(real.timer.interval, real.timer.deadline + tsc - real.tsc)
    if real.pending is not before.pending:
        pending = real.pending
    tr = guest.tr if real.tr is before.tr else real.tr
    seen_by_guest = Cpu(
        real.registers, real.eip, real.eflags, real.segments, real.memory, tsc, real.shadow, real.gdtr, real.idtr,
        real.ldtr, tr, seen(vmcs, 0, real.cr0), real.cr2, real.cr3, seen(vmcs, 4, real.cr4), real.msrs, guest.cpuid,
        real.code, real.ports, real.console, timer, pending, real.halted, real.shutdown,
    )  # fmt: skip
    return Vm(seen_by_guest, real, vm.monitor, vm.counts)

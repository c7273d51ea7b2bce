"""The monitor for VT-x: the loop of entry, guest code, exit, handling, and the next entry.

The next entry injects what is to be injected. A guest that halts stays in root operation, where a real monitor would
let another one run. The kind `entry` is not counted: its price is in that of the exit before it. Left out: more than
one virtual processor; the monitor's own instructions, which are Python, but for the VMX instructions that they make.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from vlearn.sim.cpu import Cpu, Fault, NoCode, acknowledge, advance, due, fetch
from vlearn.sim.cpu.faults import DF
from vlearn.sim.monitors.bare import sentence
from vlearn.sim.monitors.hardware.controls import MINIMAL, Settings, settings
from vlearn.sim.monitors.hardware.crossing import enter, leave
from vlearn.sim.monitors.hardware.exits import exit_of, exit_of_interrupt
from vlearn.sim.monitors.hardware.handling import handle
from vlearn.sim.monitors.hardware.nonroot import deliver_in_guest, execute_in_guest
from vlearn.sim.monitors.hardware.operation import Operation, perform
from vlearn.sim.monitors.hardware.processor import Processor
from vlearn.sim.monitors.hardware.reasons import EXTERNAL, HARDWARE_EXCEPTION, Exit, Interruption
from vlearn.sim.monitors.hardware.state import Hardware, Machine, after_direct
from vlearn.sim.monitors.hardware.transfer import HOST_STATE, load_host
from vlearn.sim.monitors.hardware.vmcs import VMCS_REGION, VMXON_REGION, configured
from vlearn.sim.monitors.vm import Happening, Monitor, Vm

Stage: TypeAlias = Generator[Happening[Hardware], None, Machine]
_ENTRY = "{}: the guest's state goes from the VMCS into the registers, the guest goes on at {:#x} in ring {}"
_EXIT = "VM exit {} at {:#x} in ring {}: the guest's state goes into the VMCS, the host's comes from it"
_DIRECT = "`{}` at {:#x} runs directly in ring {}"
_UNDELIVERED = "{} at {:#x} in ring {}: its delivery through the guest's own IDT faults in turn"
_DELIVERED = "{} goes through the guest's own IDT, to {:#x} in ring {}"
HYPERVISOR_BIT = 1 << 31
"""Of ECX in leaf 1 of CPUID: by it a monitor tells the guest that there is one."""


def hardware_assist(
    controls: Settings | Iterable[str] = MINIMAL, announces: bool = False, price: int = 0, hides_time: bool = True
) -> Monitor[Hardware]:
    """A monitor with these controls, which may announce itself in CPUID.

    `price` is what an exit and its entry take of the time-stamp counter; the guest sees it unless the monitor
    `hides_time`.
    """
    chosen = controls if isinstance(controls, Settings) else settings(controls)
    return Monitor("VT-x", partial(start, chosen, announces, price, hides_time), run_one)


def start(chosen: Settings, announces: bool, price: int, hides_time: bool, guest: Cpu) -> Machine:
    """VMX operation with one VMCS, all written but the guest's state; the monitor runs, in root operation."""
    processor = Processor()
    for name, address in (("VMXON", VMXON_REGION), ("VMCLEAR", VMCS_REGION), ("VMPTRLD", VMCS_REGION)):
        processor = perform(processor, Operation(name, address))
    processor = processor.with_vmcs(configured(chosen, processor.vmcs).write(HOST_STATE))
    real = load_host(processor.vmcs, guest)
    if announces:
        eax, ebx, ecx, edx = guest.cpuid.get(1, (0, 0, 0, 0))
        guest = replace(guest, cpuid=guest.cpuid.set(1, (eax, ebx, ecx | HYPERVISOR_BIT, edx)))
    return Vm(guest, real, Hardware(processor, price=price, hides_time=hides_time))


def run_one(vm: Machine) -> Iterator[Happening[Hardware]]:
    """One instruction of the guest, or one interrupt; on the way as many exits and entries as it takes."""
    before = vm.guest
    if before.shutdown or (before.halted and due(before) is None and (_in_root(vm) or not _device(vm))):
        yield from _idle(vm)
        return
    if _in_root(vm):
        vm = yield from _enter(vm)
    if vm.guest is before and not _in_root(vm):
        exit = exit_of_interrupt(vm.monitor.vmcs, vm.real)
        vm = (yield from _leave(vm, exit)) if exit else vm
    if vm.guest is before and not _in_root(vm):
        yield from _direct(vm)


def _in_root(vm: Machine) -> bool:
    return vm.monitor.processor.root


def _device(vm: Machine) -> bool:
    """Whether a device wants the processor now."""
    return exit_of_interrupt(vm.monitor.vmcs, vm.real) is not None


def _idle(vm: Machine) -> Iterator[Happening[Hardware]]:
    """The guest is halted, or has shut down: as much passes as on a bare processor, which is time or nothing."""
    for passed in advance(vm.guest):
        real = replace(vm.real, tsc=vm.real.tsc + passed.cpu.tsc - vm.guest.tsc)
        yield replace(vm, guest=passed.cpu, real=real).happens(passed.kind, partial(sentence, passed, vm.guest))


def _enter(vm: Machine) -> Stage:
    """Load the guest's registers and the VMCS, VMLAUNCH or VMRESUME; the processor injects what the VMCS says."""
    entered, event, operation = enter(vm)
    yield Happening("entry", entered, partial(_ENTRY.format, operation, entered.real.eip, entered.real.cpl))
    if event is None:
        return entered
    if event.type == EXTERNAL:
        entered = replace(entered, guest=acknowledge(entered.guest, event.vector))
    return (yield from _deliver(entered, event, "injected", injected=True))


def _leave(vm: Machine, exit: Exit) -> Stage:
    """The processor saves the guest's state and loads the host's; the monitor handles the exit, and enters again."""
    real = vm.real
    left = leave(vm, exit).happens("exit", partial(_EXIT.format, exit, real.eip, real.cpl))
    yield left
    read = sum(1 for value in exit.fields.values() if value)
    kind, text, handled = handle(left.vm.counted("vmcs-read", read), exit)
    vm = handled
    if kind:
        happening = handled.happens(kind, partial(str, text))
        yield happening
        vm = happening.vm
    retired = vm.guest.tsc != left.vm.guest.tsc and vm.monitor.event is None
    if vm.guest.shutdown or (retired and (vm.guest.halted or due(vm.guest) is not None)):
        return vm  # what comes next is another action: time passes, or an interrupt
    return (yield from _enter(vm))


def _direct(vm: Machine) -> Iterator[Happening[Hardware]]:
    """The guest's next instruction, on the processor itself."""
    vmcs, real = vm.monitor.vmcs, vm.real
    vector = due(real)
    if vector is not None:
        yield from _deliver(after_direct(vm, acknowledge(real, vector)), Interruption(vector, EXTERNAL), "interrupt")
        return
    try:
        fetched, instruction = fetch(real)
        exit = exit_of(vmcs, fetched, instruction)
        after = real if exit else execute_in_guest(vmcs, fetched, instruction)
    except Fault as fault:
        event = Interruption(fault.vector, HARDWARE_EXCEPTION, fault.error_code)
        yield from _deliver(vm, event, "fault", fault.address)
    except NoCode as error:
        yield vm.happens("no-code", partial(str, error))
    else:
        if exit:
            yield from _leave(after_direct(vm, fetched), exit)
            return
        said = partial(_DIRECT.format, instruction, real.eip, real.cpl)
        yield after_direct(vm, after).happens("direct", said)


def _deliver(vm: Machine, event: Interruption, kind: str, address: int | None = None, injected: bool = False) -> Stage:
    """Through the guest's own IDT, without the monitor; unless an exception on the way exits."""
    for met, after in deliver_in_guest(vm.monitor.vmcs, vm.real, event, address, injected):
        if isinstance(after, Exit):
            return (yield from _leave(vm, after))
        if met is not event:
            kind = "double-fault" if met.vector == DF else "fault"
        shown = Fault(met.vector, met.error_code)
        stays = (after.eip, after.cpl) == (vm.real.eip, vm.real.cpl)
        said = partial((_UNDELIVERED if stays else _DELIVERED).format, shown, after.eip, after.cpl)
        happening = after_direct(vm, after).happens(kind, said)
        yield happening
        vm = happening.vm
    return vm


HARDWARE_ASSIST = hardware_assist()

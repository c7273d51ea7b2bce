"""The two crossings between root and non-root operation, each with the monitor's part and the processor's.

Before an entry the monitor writes the fields that have changed, loads the general registers, and executes VMLAUNCH or
VMRESUME; at an exit the processor saves, records why, and loads the host's state.
"""

from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.cpu import acknowledge, due
from vlearn.sim.monitors.hardware.checks import STAGES, failed
from vlearn.sim.monitors.hardware.nonroot import TSC_BITS
from vlearn.sim.monitors.hardware.operation import Operation, perform
from vlearn.sim.monitors.hardware.reasons import EXTERNAL, Exit, Interruption
from vlearn.sim.monitors.hardware.state import Machine, held, waiting
from vlearn.sim.monitors.hardware.transfer import guest_state, load_guest, load_host
from vlearn.sim.monitors.hardware.vmcs import Vmcs
from vlearn.sim.monitors.vm import Vm


def enter(vm: Machine) -> tuple[Machine, Interruption | None, Operation]:
    """The machine in non-root operation, the event that the processor injects now, and the instruction that led there.

    Raises ModelError, with the demand that does not hold, if the VMCS does not allow the entry.
    """
    kept, vmcs = vm.monitor, vm.monitor.vmcs
    event = kept.event or _interrupt(vm)
    after = acknowledge(vm.guest, event.vector) if event and event.type == EXTERNAL else vm.guest
    later = vmcs.on("External-interrupt exiting") and waiting(after) is not None
    real = held(replace(vm, guest=after))
    vmcs = vmcs.turn("Interrupt-window exiting", later).write(
        {
            **guest_state(real),
            "CR0 read shadow": after.cr0,
            "CR4 read shadow": after.cr4,
            "TSC offset": after.tsc + kept.late - real.tsc & TSC_BITS,
            "VM-entry interruption-information field": event.word if event else 0,
            "VM-entry exception error code": (event.error_code or 0) if event else 0,
        }
    )
    operation = Operation("VMRESUME" if vmcs.launched else "VMLAUNCH")
    processor = perform(kept.processor.with_vmcs(vmcs), operation)
    if processor.root:
        raise ModelError(f"{operation} fails with these controls: {_failure(vmcs)}")
    written = sum(vmcs[name] != kept.vmcs[name] for name in vmcs.values)
    kept = replace(kept, processor=processor, event=None)
    return Vm(vm.guest, load_guest(vmcs, real), kept, vm.counts).counted("vmcs-write", written), event, operation


def leave(vm: Machine, exit: Exit) -> Machine:
    """The machine in root operation: all that the processor does at an exit, before the monitor's first instruction."""
    kept, real = vm.monitor, vm.real
    processor = kept.processor.with_vmcs(kept.vmcs.write(guest_state(real))).exit(exit)
    reasons = kept.reasons.set(exit.reason, kept.reasons.get(exit.reason, 0) + 1)
    kept = replace(kept, processor=processor, reasons=reasons, lost=kept.lost + kept.price)
    return replace(vm, real=load_host(processor.vmcs, replace(real, tsc=real.tsc + kept.price)), monitor=kept)


def _interrupt(vm: Machine) -> Interruption | None:
    """An interrupt that the guest takes now, where interrupts come by way of the monitor."""
    vector = due(vm.guest) if vm.monitor.vmcs.on("External-interrupt exiting") else None
    return None if vector is None else Interruption(vector, EXTERNAL)


def _failure(vmcs: Vmcs) -> str:
    """The demand that an entry found not to hold."""
    checks = (failed(vmcs, stage) for stage in STAGES)
    return next(f"{check.stage} state: {check.demand}" for check in checks if check)

"""What the monitor does about an exit, in root operation: to the virtual processor, before the next entry.

An instruction is emulated at the guest's own CPL, with the guest's devices. An exception is reflected: the next entry
injects it, merged with an event whose delivery it broke off. An interrupt of a device waits for the guest's IF, and
the interrupt window tells when that is. Source: Intel SDM vol. 3C, "Handling of exceptions by a virtual-machine
monitor" and "Handling VM exits due to exceptions".
"""

from dataclasses import replace

from vlearn.sim.cpu import Cpu, Fault, Instruction, due, execute, fetch
from vlearn.sim.cpu.faults import DF, PF, doubles
from vlearn.sim.monitors.hardware.reasons import (
    EXCEPTION,
    EXTERNAL_INTERRUPT,
    HARDWARE_EXCEPTION,
    INTERRUPT_WINDOW,
    TRIPLE_FAULT,
    Exit,
    Interruption,
)
from vlearn.sim.monitors.hardware.state import Hardware, Machine, waiting

DOUBLE_FAULT = Interruption(DF, HARDWARE_EXCEPTION, 0)


def handle(vm: Machine, exit: Exit) -> tuple[str, str, Machine]:
    """The kind of event, the sentence that says so, and the machine as the next entry will load it.

    The kind is empty where the entry does all that there is to do.
    """
    if exit.reason == TRIPLE_FAULT:
        guest = replace(vm.guest, shutdown=True)
        return "shutdown", "a triple fault: the virtual processor shuts down", replace(vm, guest=guest)
    if exit.reason in (EXTERNAL_INTERRUPT, INTERRUPT_WINDOW):
        return _hold(vm)
    if exit.reason == EXCEPTION and exit.interruption and exit.interruption.type == HARDWARE_EXCEPTION:
        return _reflect(vm, exit, exit.interruption)
    return _emulate(vm)


def _hold(vm: Machine) -> tuple[str, str, Machine]:
    """Nothing to do but to enter again: the entry injects the interrupt, or opens a window for it."""
    vector = waiting(vm.guest)
    if vector is None or due(vm.guest) is not None:  # none if the guest, which has the timer, stopped it
        return "", "", vm
    return "held", f"the monitor holds interrupt {vector:#x} back until the guest sets IF, and asks to be told then", vm


def _reflect(vm: Machine, exit: Exit, event: Interruption) -> tuple[str, str, Machine]:
    """Give the exception to the guest, to whom it belongs; #PF with its address in CR2, as the processor would."""
    original, guest = exit.vectoring, vm.guest
    if original and original.type == HARDWARE_EXCEPTION:
        if original.vector == DF:
            return "shutdown", "a fault of a double fault's delivery: a triple fault", _shut_down(vm)
        if doubles(original.vector, event.vector):
            event = DOUBLE_FAULT
    if event.vector == PF:
        guest = replace(guest, cr2=exit.qualification)
    fault = Fault(event.vector, event.error_code)
    text = f"the monitor reflects {fault}: it is the guest's own, and the next entry will inject it"
    return "emulated", text, replace(vm, guest=guest, monitor=replace(vm.monitor, event=event))


def _emulate(vm: Machine) -> tuple[str, str, Machine]:
    guest, kept = vm.guest, vm.monitor
    shown = "the instruction"
    try:
        guest, instruction = fetch(guest)
        shown = f"`{instruction}`"
        after = _executed(guest, instruction, kept)
    except Fault as fault:
        if fault.address is not None:
            guest = replace(guest, cr2=fault.address)
        event = Interruption(fault.vector, HARDWARE_EXCEPTION, fault.error_code)
        text = f"the monitor emulates {shown}: {fault}, which the next entry will inject"
        return "emulated", text, replace(vm, guest=guest, monitor=replace(kept, event=event))
    if after.tsc != guest.tsc + 1:  # WRMSR has set the clock, and what was lost before no longer shows
        kept = replace(kept, lost=0)
    text = f"the monitor emulates {shown} on the virtual processor, in ring {guest.cpl}"
    return "emulated", text, replace(vm, guest=after, monitor=kept)


def _executed(guest: Cpu, instruction: Instruction, kept: Hardware) -> Cpu:
    """The clock runs on while the monitor works, if the guest's clock shows it."""
    if not kept.late or instruction.form.mnemonic not in ("rdtsc", "rdmsr"):
        return execute(guest, instruction)
    after = execute(replace(guest, tsc=guest.tsc + kept.late), instruction)
    return replace(after, tsc=guest.tsc + 1)


def _shut_down(vm: Machine) -> Machine:
    return replace(vm, guest=replace(vm.guest, shutdown=True))

"""VT-x of teaching size: root and non-root operation, the VMCS, the controls that decide exits, and a monitor.

    monitor = hardware_assist(MINIMAL)                # a Monitor; EVERYTHING exits on all that can exit
    run = trace_guest(monitor, monitor.start(guest))  # entry, direct, exit, emulated, held, injected, fault...
    exits("cpuid\\n hlt", ["HLT exiting"])             # Counter of basic exit reasons

    exit_of(vmcs, cpu, instruction)                   # Exit | None, from the table RULES
    verdict(form)                                     # "always", "by control", "never"
    FIELDS, AREAS, NOT_IN_THE_VMCS, CONTROLS, REASONS, ERRORS, CHECKS
    vmcs["Guest RIP"], vmcs.on("HLT exiting"), vmcs.write({...}), configured(settings([...]))
    run(operate, Processor(), [Operation("VMXON", 0x1000), ...])     # the VMX instructions as a model

The guest keeps its own ring 0, and its registers are the real ones; so most of the sensitive instructions need no exit.
"""

from vlearn.sim.monitors.hardware.checks import CHECKS, Check, failed
from vlearn.sim.monitors.hardware.controls import CONTROLS, EVERYTHING, MINIMAL, Bitmaps, Control, Settings, settings
from vlearn.sim.monitors.hardware.counting import exits
from vlearn.sim.monitors.hardware.exits import RULES, Rule, exit_of, exit_of_fault, exit_of_interrupt, verdict
from vlearn.sim.monitors.hardware.fields import AREAS, FIELDS, NOT_IN_THE_VMCS, Field
from vlearn.sim.monitors.hardware.instructions import VMX_FORMS
from vlearn.sim.monitors.hardware.monitor import HARDWARE_ASSIST, hardware_assist
from vlearn.sim.monitors.hardware.operation import OPERATIONS, Operation, operate, perform
from vlearn.sim.monitors.hardware.processor import ERRORS, Processor, Status
from vlearn.sim.monitors.hardware.reasons import REASONS, Exit, Interruption
from vlearn.sim.monitors.hardware.state import Hardware
from vlearn.sim.monitors.hardware.vmcs import Vmcs, configured

__all__ = [
    "AREAS",
    "CHECKS",
    "CONTROLS",
    "ERRORS",
    "EVERYTHING",
    "FIELDS",
    "HARDWARE_ASSIST",
    "MINIMAL",
    "NOT_IN_THE_VMCS",
    "OPERATIONS",
    "REASONS",
    "RULES",
    "VMX_FORMS",
    "Bitmaps",
    "Check",
    "Control",
    "Exit",
    "Field",
    "Hardware",
    "Interruption",
    "Operation",
    "Processor",
    "Rule",
    "Settings",
    "Status",
    "Vmcs",
    "configured",
    "exit_of",
    "exit_of_fault",
    "exit_of_interrupt",
    "exits",
    "failed",
    "hardware_assist",
    "operate",
    "perform",
    "settings",
    "verdict",
]

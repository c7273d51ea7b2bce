"""Which instruction exits from non-root operation: one table of rules, and the functions that read it.

What is not in the table never exits: POPF, PUSHF, LAR, CLI, far CALL act on the guest's own state. Undefined opcodes,
faults by privilege and the check of the I/O permission bitmap come before an exit, an exit before any other fault: so
RDMSR of an MSR that does not exist exits at CPL 0, and is #GP at CPL 3. Left out: task switches, which always exit and
which this processor lacks; EPT violations, as memory is chapter 6's. Source: Intel SDM vol. 3C, "Relative priority of
faults and VM exits", "Instructions that cause VM exits", "Other causes of VM exits".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from vlearn.sim.cpu import Cpu, Fault, Form, Instruction, due
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.cpu.faults import BP, PF
from vlearn.sim.monitors.hardware import conditions as on
from vlearn.sim.monitors.hardware.conditions import Condition, Guard, always, control, cpl0, free, umip
from vlearn.sim.monitors.hardware.reasons import (
    EXCEPTION,
    EXTERNAL,
    EXTERNAL_INTERRUPT,
    HARDWARE_EXCEPTION,
    INTERRUPT_WINDOW,
    SOFTWARE_EXCEPTION,
    Exit,
    Interruption,
)
from vlearn.sim.monitors.hardware.vmcs import Vmcs

Verdict: TypeAlias = Literal["always", "by control", "never"]
_BREAKPOINT = Interruption(BP, SOFTWARE_EXCEPTION)


@dataclass(frozen=True, slots=True)
class Rule:
    """When an instruction exits: the basic reason, the faults before it, the condition, the control to be named."""

    reason: int
    guard: Guard
    condition: Condition
    by: str = "always"
    interruption: Interruption | None = None


def _control(reason: int, guard: Guard, name: str) -> Rule:
    return Rule(reason, guard, control(name), name)


_TABLES = "Descriptor-table exiting"
_MASK0 = "CR0 guest/host mask"

RULES: Mapping[str, Rule] = {
    "cpuid": Rule(10, free, always),
    "getsec": Rule(11, on.smxe, always),
    "hlt": _control(12, cpl0, "HLT exiting"),
    "invd": Rule(13, cpl0, always),
    "invlpg": Rule(14, cpl0, on.invalidation, "INVLPG exiting"),
    "rdtsc": _control(16, on.time_stamp, "RDTSC exiting"),
    "vmcall": Rule(18, free, always),
    "vmclear": Rule(19, free, always),
    "vmlaunch": Rule(20, free, always),
    "vmptrld": Rule(21, free, always),
    "vmptrst": Rule(22, free, always),
    "vmread": Rule(23, free, always),
    "vmresume": Rule(24, free, always),
    "vmwrite": Rule(25, free, always),
    "vmxoff": Rule(26, free, always),
    "vmxon": Rule(27, free, always),
    "mov CR, r32": Rule(28, on.control_register, on.move_to_control, "CR3-load exiting, CR0 and CR4 masks"),
    "mov r32, CR": Rule(28, on.control_register, on.move_from_control, "CR3-store exiting"),
    "clts": Rule(28, cpl0, on.clear_task_switched, _MASK0),
    "lmsw": Rule(28, cpl0, on.load_machine_status_word, _MASK0),
    "in": Rule(30, on.io_permission, on.port_access, "Unconditional I/O exiting, Use I/O bitmaps"),
    "out": Rule(30, on.io_permission, on.port_access, "Unconditional I/O exiting, Use I/O bitmaps"),
    "rdmsr": Rule(31, cpl0, on.msr_read, "unless by Use MSR bitmaps"),
    "wrmsr": Rule(32, cpl0, on.msr_write, "unless by Use MSR bitmaps"),
    "lgdt": _control(46, cpl0, _TABLES),
    "lidt": _control(46, cpl0, _TABLES),
    "sgdt": _control(46, umip, _TABLES),
    "sidt": _control(46, umip, _TABLES),
    "lldt": _control(47, cpl0, _TABLES),
    "ltr": _control(47, cpl0, _TABLES),
    "sldt": _control(47, umip, _TABLES),
    "str": _control(47, umip, _TABLES),
    "invept": Rule(50, free, always),
    "invvpid": Rule(53, free, always),
    "wbinvd": _control(54, cpl0, "WBINVD exiting"),
    "xsetbv": Rule(55, on.osxsave, always),
    "int3": Rule(EXCEPTION, free, on.breakpoint_bit, "Exception bitmap", _BREAKPOINT),
}
"""By mnemonic; MOV by its forms with control registers, as no other MOV exits."""


def rule_of(form: Form) -> Rule | None:
    """The rule for a form, None for one that never exits by itself."""
    return RULES.get(str(form) if "CR" in form.kinds else form.mnemonic)


def verdict(form: Form) -> Verdict:
    """Whether a form exits always, only if a control asks for it, or never; faults before the exit left aside."""
    rule = rule_of(form)
    return "never" if rule is None else "always" if rule.condition is always else "by control"


def exit_of(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> Exit | None:
    """The exit that an instruction makes in non-root operation; None if it goes on, or faults before it could exit."""
    rule = rule_of(instruction.form)
    if rule is None:
        return None
    try:
        rule.guard(cpu, instruction)
        qualification = rule.condition(vmcs, cpu, instruction)
    except Fault:
        return None  # executing the instruction raises it again
    if qualification is None:
        return None
    return Exit(rule.reason, qualification, instruction.length, rule.interruption)


def exit_of_fault(vmcs: Vmcs, fault: Fault, vectoring: Interruption | None = None) -> Exit | None:
    """The exit that an exception makes: by the exception bitmap, for page faults turned round by mask and match."""
    chosen = bool(vmcs["Exception bitmap"] >> fault.vector & 1)
    if fault.vector == PF:
        code = fault.error_code or 0
        same = code & vmcs["Page-fault error-code mask"] == vmcs["Page-fault error-code match"]
        chosen = chosen == same
    if not chosen:
        return None
    event = Interruption(fault.vector, HARDWARE_EXCEPTION, fault.error_code)
    return Exit(EXCEPTION, fault.address or 0, 0, event, vectoring)


def exit_of_interrupt(vmcs: Vmcs, cpu: Cpu) -> Exit | None:
    """The exit before the next instruction: the interrupt window first, then an interrupt from a device.

    An external interrupt exits whatever IF is; so the guest cannot hold up the machine by CLI.
    """
    open_window = bool(cpu.eflags & IF) and not cpu.shadow
    if vmcs.on("Interrupt-window exiting") and open_window:
        return Exit(INTERRUPT_WINDOW)
    vector = requested(cpu)
    if vector is None or not vmcs.on("External-interrupt exiting"):
        return None
    acknowledged = vmcs.on("Acknowledge interrupt on exit")
    return Exit(EXTERNAL_INTERRUPT, interruption=Interruption(vector, EXTERNAL) if acknowledged else None)


def requested(cpu: Cpu) -> int | None:
    """The vector that a device asks for, though IF may be 0; STI and MOV SS hold it off for one instruction as ever."""
    return due(replace(cpu, eflags=cpu.eflags | IF))

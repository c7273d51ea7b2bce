"""Privileged instructions that a port has forgotten, as far as the monitor emulates them for ring 1.

Xen did so for a few, to make ports easier; the rest becomes the guest's own #GP. CLI and STI are skipped and do
nothing: if CLI masked events, POPF could not unmask them, for it does not trap. A lenient monitor does it all the same
and shows what comes of that. Source: Xen, emulate_privileged_op and its comment on CLI and STI.
"""

from collections.abc import Callable
from dataclasses import replace

from vlearn.sim.cpu import ControlRegister, Instruction, Register
from vlearn.sim.cpu.control import CR0_TS
from vlearn.sim.monitors.paravirtual.accounts import Refused
from vlearn.sim.monitors.paravirtual.domain import Pv, shared, with_shared
from vlearn.sim.monitors.paravirtual.interface import ARCH_CR2, UPCALL_MASK
from vlearn.sim.monitors.paravirtual.memory_calls import with_base

Emulated = Callable[[Pv, Instruction], Pv]


def _mask(value: int) -> Emulated:
    def emulate(vm: Pv, instruction: Instruction) -> Pv:
        return with_shared(vm, UPCALL_MASK, value) if vm.monitor.lenient else vm

    return emulate


def _clear_task_switched(vm: Pv, instruction: Instruction) -> Pv:
    return replace(vm, real=replace(vm.real, cr0=vm.real.cr0 & ~CR0_TS))


def _nothing(vm: Pv, instruction: Instruction) -> Pv:
    return vm


def _move_control(vm: Pv, instruction: Instruction) -> Pv:
    """Reads of CR0, CR2 and CR3, and a load of CR3, which is checked as the hypercall is."""
    target, source = instruction.operands
    if isinstance(source, ControlRegister) and isinstance(target, Register):
        values = {0: vm.real.cr0, 2: shared(vm.real.memory, ARCH_CR2, 4), 3: vm.monitor.base << 12}
        if source.number in values:
            return replace(vm, real=target.write(vm.real, values[source.number]))
    elif isinstance(target, ControlRegister) and isinstance(source, Register) and target.number == 3:
        return with_base(vm, source.read(vm.real)[1] >> 12)
    raise Refused(f"`{instruction}` is not emulated")


EMULATED: dict[str, Emulated] = {
    "cli": _mask(1),
    "sti": _mask(0),
    "clts": _clear_task_switched,
    "wbinvd": _nothing,
    "invd": _nothing,
    "mov r32, CR": _move_control,
    "mov CR, r32": _move_control,
}
"""By form of the instruction table."""


def emulate(vm: Pv, instruction: Instruction) -> Pv:
    """The machine after the instruction. Raises Refused for one that the monitor does not emulate."""
    known = EMULATED.get(str(instruction.form))
    if known is None:
        raise Refused(f"`{instruction}` is not emulated")
    return known(vm, instruction)

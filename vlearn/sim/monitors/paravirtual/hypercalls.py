"""The table of hypercalls, and how one is carried out.

A handler yields what happens on the way and returns the machine and the result for EAX; it raises Refused to return an
error. Left out: everything that Xen has besides (grants, memory_op, event channels to set up ...), which is ENOSYS.
"""

from collections.abc import Callable
from dataclasses import replace

from vlearn.sim.monitors.paravirtual.accounts import Refused
from vlearn.sim.monitors.paravirtual.crossing import read_guest, write_guest
from vlearn.sim.monitors.paravirtual.domain import Pv
from vlearn.sim.monitors.paravirtual.interface import BY_NUMBER, ENOSYS
from vlearn.sim.monitors.paravirtual.memory_calls import (
    Answer,
    Arguments,
    mmu_update,
    mmuext_op,
    set_gdt,
    update_descriptor,
    update_va_mapping,
)
from vlearn.sim.monitors.paravirtual.processor_calls import (
    console_io,
    fpu_taskswitch,
    iret,
    sched_op,
    set_callbacks,
    set_timer_op,
    set_trap_table,
    stack_switch,
    vm_assist,
    xen_version,
)

MOST_CALLS = 256
"""What one multicall may carry."""


def multicall(vm: Pv, arguments: Arguments) -> Answer:
    """Several hypercalls, each {number, result, six arguments}; one that fails does not stop the others."""
    at, count = arguments[:2]
    try:
        for n in range(min(count, MOST_CALLS)):
            number, _, *given = read_guest(vm.real, at + 32 * n, 8)
            known = BY_NUMBER.get(number)
            if known and known.name in ("iret", "multicall"):
                result = -ENOSYS
            else:
                vm, result = yield from call(vm, number, tuple(given[:5]))
            vm = replace(vm, real=write_guest(vm.real, at + 32 * n + 4, (result & 0xFFFF_FFFF,)))
    except Refused as refused:
        return vm, -refused.error
    return vm, 0


def unknown(vm: Pv, arguments: Arguments) -> Answer:
    """A number without a hypercall."""
    yield from ()
    raise Refused("there is no hypercall of this number", ENOSYS)


HANDLERS: dict[str, Callable[[Pv, Arguments], Answer]] = {
    "set_trap_table": set_trap_table,
    "mmu_update": mmu_update,
    "set_gdt": set_gdt,
    "stack_switch": stack_switch,
    "set_callbacks": set_callbacks,
    "fpu_taskswitch": fpu_taskswitch,
    "sched_op": sched_op,
    "update_descriptor": update_descriptor,
    "multicall": multicall,
    "update_va_mapping": update_va_mapping,
    "set_timer_op": set_timer_op,
    "xen_version": xen_version,
    "console_io": console_io,
    "vm_assist": vm_assist,
    "iret": iret,
    "mmuext_op": mmuext_op,
}


def call(vm: Pv, number: int, arguments: Arguments) -> Answer:
    """Carry a hypercall out; one that is refused changes nothing and answers with a negative error."""
    known = BY_NUMBER.get(number)
    handler = HANDLERS[known.name] if known else unknown
    try:
        return (yield from handler(vm, arguments))
    except Refused as refused:
        reason, error = refused.reason, refused.error
        happening = vm.happens("refused", lambda: f"refused: {reason}")
        yield happening
        return happening.vm, -error

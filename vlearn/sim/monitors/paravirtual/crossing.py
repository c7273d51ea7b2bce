"""Across the border between guest and monitor: the frame on the ring 0 stack, guest memory, and the way back.

The real processor crosses it by itself, through the IDT inwards and by IRET outwards; what the monitor changes in
between is the frame that IRET takes. A frame for a handler of the guest is built on the guest's own stack, as the
processor would have done it; Xen calls this a bounce.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from vlearn.sim.cpu import Cpu, Fault
from vlearn.sim.cpu.eflags import IF, NT, TF
from vlearn.sim.cpu.instructions.far import interrupt_return
from vlearn.sim.cpu.paging import read_linear, write_linear
from vlearn.sim.cpu.state import ESP, MASK32
from vlearn.sim.monitors.paravirtual.accounts import Refused
from vlearn.sim.monitors.paravirtual.domain import Domain, Handler, Pv, seen, shared, with_shared, with_time
from vlearn.sim.monitors.paravirtual.interface import EFAULT, UPCALL_MASK, UPCALL_PENDING, XEN_START
from vlearn.sim.monitors.paravirtual.layout import STACK_FRAME, STACK_TOP
from vlearn.sim.monitors.vm import Happening

_FRAME_AT = (STACK_FRAME << 12) + 0x1000 - 20


class GuestLost(Exception):
    """The guest has left the monitor no way to go on with it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the guest was when the monitor was entered, as IRET will take it: five dwords."""

    eip: int
    cs: int
    eflags: int
    esp: int
    ss: int


def frame(real: Cpu) -> Frame:
    """The frame on the ring 0 stack. An error code that lay below it has been popped."""
    return Frame(*(real.memory.get(_FRAME_AT + 4 * n, 0) for n in range(5)))


def with_frame(real: Cpu, changed: Frame) -> Cpu:
    """With another frame, and nothing but it on the ring 0 stack."""
    memory = real.memory
    words = (changed.eip, changed.cs, changed.eflags, changed.esp, changed.ss)
    for n, word in enumerate(words):
        memory = memory.set(_FRAME_AT + 4 * n, word)
    return real.set_memory(memory).set_register(ESP, STACK_TOP - 20)


def read_guest(real: Cpu, address: int, count: int, size: int = 4) -> tuple[int, ...]:
    """`count` values at an address of the guest. Raises Refused with EFAULT where it has no memory."""
    try:
        return tuple(read_linear(real, _inside(address + size * n, size), size, False)[1] for n in range(count))
    except Fault:
        raise Refused(f"{address:#x} is not mapped", EFAULT) from None


def write_guest(real: Cpu, address: int, values: Iterable[int]) -> Cpu:
    """Dwords written for the guest. Raises Refused with EFAULT where it may not write."""
    try:
        for n, value in enumerate(values):
            real = write_linear(real, _inside(address + 4 * n, 4), 4, value, False)
    except Fault:
        raise Refused(f"{address:#x} is not mapped writable", EFAULT) from None
    return real


def _inside(address: int, size: int) -> int:
    if (address & MASK32) + size > XEN_START:
        raise Refused(f"{address & MASK32:#x} is in the monitor's part of the address space", EFAULT)
    return address & MASK32


def bounce(vm: Pv, handler: Handler, error_code: int | None = None) -> Pv:
    """The machine about to return into a handler of the guest. Raises GuestLost if the guest has no stack for it."""
    real, back = vm.real, frame(vm.real)
    masked = shared(real.memory, UPCALL_MASK)
    words = [back.eip, back.cs & 0xFFFF | (masked & 1) << 16, back.eflags & ~IF | (0 if masked else IF)]
    if back.cs & 3 == 3:
        ss, esp = vm.monitor.kernel_stack
        words += [back.esp, back.ss]
    else:
        ss, esp = back.ss, back.esp
    if error_code is not None:
        words.insert(0, error_code)
    esp = esp - 4 * len(words) & MASK32
    try:
        real = write_guest(real, esp, words)
    except Refused as refused:
        raise GuestLost(f"the frame for its handler does not fit on its stack: {refused.reason}") from None
    entered = Frame(handler.address, handler.selector, back.eflags & ~(TF | NT) | IF, esp, ss)
    vm = replace(vm, real=with_frame(real, entered))
    return with_shared(vm, UPCALL_MASK, 1) if handler.masks else vm


def back_to_guest(vm: Pv) -> Iterator[Happening[Domain]]:
    """The way out of the monitor: a callback if an event waits and is not masked, then IRET."""
    domain = vm.monitor
    waiting = shared(vm.real.memory, UPCALL_PENDING) and not shared(vm.real.memory, UPCALL_MASK)
    if waiting and domain.callback:
        vm = bounce(vm, domain.callback)
        happening = vm.happens("callback", lambda: "an event waits and is not masked: the guest's callback is entered")
        yield happening
        vm = happening.vm
    vm = with_time(vm)
    try:
        real = interrupt_return(vm.real, ())
    except Fault as fault:
        raise GuestLost(f"IRET to the guest faults: {fault}") from None
    after = replace(vm, guest=seen(real), real=real)
    yield after.happens("return", lambda: f"IRET from ring 0 to ring {real.cpl}, at {real.eip:#x}")

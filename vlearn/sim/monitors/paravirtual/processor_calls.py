"""The hypercalls about the processor and its devices: handlers, stacks, the virtual IF, time, the console.

Sources: Xen's public headers; Xen, arch/x86/traps.c (do_set_trap_table, init_int80_direct_trap) and do_iret.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import TypeAlias

from vlearn.sim.cpu import Gate, Timer
from vlearn.sim.cpu.control import CR0_TS
from vlearn.sim.cpu.descriptors import TRAP_GATE
from vlearn.sim.cpu.eflags import IF, IOPL, MEANT
from vlearn.sim.monitors.paravirtual.accounts import Refused
from vlearn.sim.monitors.paravirtual.crossing import Frame, GuestLost, frame, read_guest, with_frame
from vlearn.sim.monitors.paravirtual.domain import NO_TRAPS, Domain, Handler, Pv, shared, with_shared
from vlearn.sim.monitors.paravirtual.interface import (
    CONSOLEIO_WRITE,
    ENOSYS,
    SCHEDOP,
    SYSTEM_CALL_VECTOR,
    TRAP_MASKS_EVENTS,
    UPCALL_MASK,
    UPCALL_PENDING,
    VMASST_DISABLE,
    VMASST_ENABLE,
    VMASST_WRITABLE_PAGETABLES,
)
from vlearn.sim.monitors.paravirtual.layout import TSS_AT, set_gate
from vlearn.sim.monitors.vm import Happening

Arguments: TypeAlias = tuple[int, ...]
Answer: TypeAlias = Generator[Happening[Domain], None, tuple[Pv, int]]
VERSION = 3 << 16
"""What `xen_version` says: 3.0."""


def _own_selector(selector: int) -> int:
    """A code or stack selector of the guest: never ring 0, as Xen fixes it up."""
    return selector if selector & 3 else selector | 1


def set_trap_table(vm: Pv, arguments: Arguments) -> Answer:
    """Entries of {vector, flags, cs, address} up to one with address 0; table 0 removes all handlers.

    The real IDT gets a gate for vector 0x80 that leads straight to the guest, unless its handler is to mask events: no
    gate can write the mask in the shared page.
    """
    table, traps = arguments[0], vm.monitor.traps if arguments[0] else NO_TRAPS
    while table:
        head, address = read_guest(vm.real, table, 2)
        if not address:
            break
        flags = head >> 8 & 0xFF
        handler = Handler(_own_selector(head >> 16), address, flags & 3, bool(flags & TRAP_MASKS_EVENTS))
        traps = traps.set(head & 0xFF, handler)
        table += 8
    direct = traps.get(SYSTEM_CALL_VECTOR)
    gate = Gate(direct.selector, direct.address, TRAP_GATE, direct.dpl) if direct and not direct.masks else None
    real = vm.real.set_memory(set_gate(vm.real.memory, SYSTEM_CALL_VECTOR, gate))
    yield from ()
    return replace(vm, real=real, monitor=replace(vm.monitor, traps=traps)), 0


def stack_switch(vm: Pv, arguments: Arguments) -> Answer:
    """SS1 and ESP1 of the real TSS."""
    ss, esp = _own_selector(arguments[0] & 0xFFFF), arguments[1]
    memory = vm.real.memory.set(TSS_AT + 12, esp).set(TSS_AT + 16, ss)
    yield from ()
    return replace(vm, real=vm.real.set_memory(memory), monitor=replace(vm.monitor, kernel_stack=(ss, esp))), 0


def set_callbacks(vm: Pv, arguments: Arguments) -> Answer:
    """Where events arrive. The failsafe callback, for a return that faults, is left out: that ends the guest."""
    callback = Handler(_own_selector(arguments[0] & 0xFFFF), arguments[1], masks=True)
    yield from ()
    return replace(vm, monitor=replace(vm.monitor, callback=callback)), 0


def fpu_taskswitch(vm: Pv, arguments: Arguments) -> Answer:
    """CR0.TS."""
    yield from ()
    return replace(vm, real=replace(vm.real, cr0=vm.real.cr0 & ~CR0_TS | (CR0_TS if arguments[0] else 0))), 0


def sched_op(vm: Pv, arguments: Arguments) -> Answer:
    """Block clears the mask, so that no event can slip in between and be slept through."""
    yield from ()
    if arguments[0] == SCHEDOP["yield"]:
        return vm, 0
    if arguments[0] == SCHEDOP["block"]:
        vm = with_shared(vm, UPCALL_MASK, 0)
        return replace(vm, monitor=replace(vm.monitor, blocked=not shared(vm.real.memory, UPCALL_PENDING))), 0
    if arguments[0] == SCHEDOP["shutdown"]:
        ended = replace(vm.monitor, ended=f"the guest has shut down, reason {arguments[1]}")
        return replace(vm, guest=replace(vm.guest, halted=True), monitor=ended), 0
    raise Refused(f"there is no scheduler operation {arguments[0]}", ENOSYS)


def set_timer_op(vm: Pv, arguments: Arguments) -> Answer:
    """One event at a system time, in instructions; 0 cancels it."""
    deadline = arguments[1] << 32 | arguments[0]
    yield from ()
    return replace(vm, real=replace(vm.real, timer=Timer(1 if deadline else 0, deadline))), 0


def xen_version(vm: Pv, arguments: Arguments) -> Answer:
    """The version; what a guest wants of it is that the monitor looks for events on the way out."""
    yield from ()
    return vm, VERSION


def console_io(vm: Pv, arguments: Arguments) -> Answer:
    """Write characters."""
    command, count, text = arguments[:3]
    if command != CONSOLEIO_WRITE:
        raise Refused("the console has no input here", ENOSYS)
    characters = "".join(map(chr, read_guest(vm.real, text, min(count, 4096), 1)))
    yield from ()
    return replace(vm, real=replace(vm.real, console=vm.real.console + characters)), len(characters)


def vm_assist(vm: Pv, arguments: Arguments) -> Answer:
    """Writable page tables on or off; what a store to a table then leads to is for `Domain.stores` to say."""
    command, type = arguments[:2]
    if type != VMASST_WRITABLE_PAGETABLES or command not in (VMASST_ENABLE, VMASST_DISABLE):
        raise Refused(f"there is no assistance of type {type}", ENOSYS)
    yield from ()
    return replace(vm, monitor=replace(vm.monitor, assisted=command == VMASST_ENABLE)), 0


def iret(vm: Pv, arguments: Arguments) -> Answer:
    """Return from a handler: EAX, EIP, CS and EFLAGS from the guest's stack, ESP and SS too if it returns to ring 3.

    EFLAGS.IF of the frame becomes the virtual one. Raises GuestLost for a frame that leads nowhere, as Xen crashes it.
    """
    here = frame(vm.real)
    try:
        eax, eip, cs, eflags = read_guest(vm.real, here.esp, 4)
        outward = cs & 3 > 1
        esp, ss = read_guest(vm.real, here.esp + 16, 2) if outward else (here.esp + 16, here.ss)
    except Refused as refused:
        raise GuestLost(f"its stack has no frame for iret: {refused.reason}") from None
    if cs & 3 == 0:
        raise GuestLost("it asks to return to ring 0")
    back = Frame(eip, cs & 0xFFFF, eflags & MEANT & ~IOPL | IF, esp, ss & 0xFFFF)
    vm = replace(vm, real=with_frame(vm.real, back))
    yield from ()
    return with_shared(vm, UPCALL_MASK, 0 if eflags & IF else 1), eax

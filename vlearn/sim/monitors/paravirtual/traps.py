"""Faults and device interrupts: they enter ring 0, and the monitor emulates, opens a table, or passes them on.

A fault is passed on to the handler that the guest has registered; what a device wants becomes an event.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace
from functools import partial

from vlearn.sim.cpu import Fault, NoCode, acknowledge, deliver, execute, fetch, vector_name
from vlearn.sim.cpu.faults import GP, PF
from vlearn.sim.cpu.machine import TIMER_VECTOR
from vlearn.sim.cpu.state import NO_TIMER
from vlearn.sim.memory.entries import RW, P
from vlearn.sim.monitors.paravirtual.accounts import Refused
from vlearn.sim.monitors.paravirtual.crossing import GuestLost, back_to_guest, bounce, frame, with_frame
from vlearn.sim.monitors.paravirtual.domain import Domain, Pv, paging, raise_event, with_paging, with_shared
from vlearn.sim.monitors.paravirtual.emulation import emulate
from vlearn.sim.monitors.paravirtual.interface import ARCH_CR2
from vlearn.sim.monitors.paravirtual.memory_calls import settled_tables
from vlearn.sim.monitors.paravirtual.updates import table_of, update
from vlearn.sim.monitors.paravirtual.writable import unhook, written_table
from vlearn.sim.monitors.vm import Happening

Handling = Generator[Happening[Domain], None, Pv]
_IN_IDT = 2
_WRITE = P | RW


def interrupted(vm: Pv, vector: int) -> Iterator[Happening[Domain]]:
    """A device wants the processor: the monitor takes the interrupt, and the guest gets an event."""
    real = deliver(acknowledge(vm.real, vector), vector, source="external")
    if vector == TIMER_VECTOR and vector not in vm.real.pending:
        real = replace(real, timer=NO_TIMER)
    vm = raise_event(replace(vm, real=real), vector - TIMER_VECTOR)
    vm = replace(vm, monitor=replace(vm.monitor, blocked=False))
    text = f"{vector_name(vector)} from a device enters ring 0; for the guest, an event is pending"
    happening = vm.happens("interrupt", lambda: text)
    yield happening
    yield from back_to_guest(happening.vm)


def trapped(vm: Pv, fault: Fault) -> Iterator[Happening[Domain]]:
    """An instruction of the guest has faulted."""
    before = vm
    real = deliver(vm.real, fault.vector, fault.error_code)
    vm = replace(vm, real=with_frame(real, frame(real)))
    text = f"{fault} in ring {before.real.cpl}, at {before.real.eip:#x}, enters ring 0"
    happening = vm.happens("trap", lambda: text)
    yield happening
    vm = happening.vm
    if fault.vector == PF:
        vm = yield from _page_fault(before, vm, fault)
    elif fault.vector == GP and (fault.error_code or 0) & _IN_IDT:
        vm = yield from _software_interrupt(vm, fault)
    elif fault.vector == GP and before.real.cpl == 1:
        vm = yield from _privileged(before, vm, fault)
    else:
        vm = yield from _passed_on(vm, fault)
    yield from back_to_guest(vm)


def _page_fault(before: Pv, vm: Pv, fault: Fault) -> Handling:
    """A table that is out of use may be what is missing; a store to a table in use may be allowed."""
    address, domain = fault.address or 0, vm.monitor
    if domain.unhooked and domain.base == domain.unhooked.directory and address >> 22 in domain.unhooked.slots:
        return (yield from settled_tables(vm))
    if domain.assisted and domain.stores != "bounce" and before.real.cpl == 1 and (fault.error_code or 0) & 7 == _WRITE:
        table = written_table(paging(vm), domain.base, address)
        if table is not None:
            return (yield from _store_to_table(before, vm, fault, table))
    return (yield from _passed_on(with_shared(vm, ARCH_CR2, address, 4), fault))


def _store_to_table(before: Pv, vm: Pv, fault: Fault, table: int) -> Handling:
    address = fault.address or 0
    vm = yield from settled_tables(vm)
    try:
        if vm.monitor.stores == "emulate":
            after, text = _checked_store(before, vm, address)
            happening = after.happens("validated", lambda: text)
        else:
            accounts, unhooked = unhook(paging(vm), vm.monitor.base, address)
            vm = with_paging(vm, accounts)
            vm = replace(vm, monitor=replace(vm.monitor, unhooked=unhooked))
            text = f"the page table in frame {table:#x} is taken out of use, and the guest may write it"
            happening = vm.happens("unhooked", lambda: text)
    except Refused as refused:
        reason = refused.reason
        happening = vm.happens("refused", lambda: f"the store to a page table is refused: {reason}")
        yield happening
        return (yield from _passed_on(with_shared(happening.vm, ARCH_CR2, address, 4), fault))
    yield happening
    return happening.vm


def _checked_store(before: Pv, vm: Pv, address: int) -> tuple[Pv, str]:
    """Execute the store on a copy of the machine in which it may, and check the entry that it leaves there."""
    accounts = paging(before)
    table, index = table_of(accounts, before.monitor.base, address), address >> 12 & 0x3FF
    window = accounts.entry(table, index)
    copy = before.real.set_memory(accounts.with_entry(table, index, window | RW).memory)
    after = execute(*fetch(copy))
    at = window & ~0xFFF | address & 0xFFC
    value = after.memory.get(at, 0)
    checked = with_paging(vm, update(paging(vm), at, value))
    back = replace(frame(vm.real), eip=after.eip, esp=after.registers[4], eflags=after.eflags)
    real = with_frame(replace(checked.real, registers=after.registers, tsc=after.tsc), back)
    text = f"the store is emulated: frame {at >> 12:#x}, entry {at >> 2 & 0x3FF:#x} becomes {value:#x}"
    return replace(checked, real=real), text


def _software_interrupt(vm: Pv, fault: Fault) -> Handling:
    """INT n, for which the real gate is closed: to the guest's handler, if the trap table lets this ring use it."""
    vector, back = (fault.error_code or 0) >> 3, frame(vm.real)
    handler = vm.monitor.traps.get(vector)
    if handler is None or handler.dpl < back.cs & 3:
        return (yield from _passed_on(vm, fault))
    real = with_frame(vm.real, replace(back, eip=back.eip + 2 & 0xFFFF_FFFF))
    vm = bounce(replace(vm, real=replace(real, tsc=real.tsc + 1)), handler)
    happening = vm.happens("bounced", lambda: f"INT {vector:#x} goes to the guest's handler at {handler.address:#x}")
    yield happening
    return happening.vm


def _privileged(before: Pv, vm: Pv, fault: Fault) -> Handling:
    """A privileged instruction of the kernel, which may be one that the monitor emulates."""
    try:
        _, instruction = fetch(before.real)
        vm = yield from settled_tables(vm)
        after = emulate(vm, instruction)
    except (Fault, NoCode, Refused):
        return (yield from _passed_on(vm, fault))
    back = frame(after.real)
    real = with_frame(after.real, replace(back, eip=back.eip + instruction.length & 0xFFFF_FFFF))
    after = replace(after, real=replace(real, tsc=real.tsc + 1))
    happening = after.happens("emulated", partial("the monitor emulates `{}`".format, instruction))
    yield happening
    return happening.vm


def _passed_on(vm: Pv, fault: Fault) -> Handling:
    handler = vm.monitor.traps.get(fault.vector)
    if handler is None:
        raise GuestLost(f"{fault} at {frame(vm.real).eip:#x} has no handler in the guest")
    vm = bounce(vm, handler, fault.error_code)
    text = f"{fault} is passed on to the guest's handler at {handler.address:#x}"
    happening = vm.happens("bounced", lambda: text)
    yield happening
    return happening.vm

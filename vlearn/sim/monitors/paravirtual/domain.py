"""What the monitor keeps of a guest, a domain in Xen's words, and how the shared page tells the two of each other.

The virtual IF is a byte of the shared page, `evtchn_upcall_mask`: the guest clears and sets it by ordinary stores, and
the monitor reads it before it delivers anything. Sources: Xen's public headers (struct vcpu_info, struct trap_info).
"""

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from immutables import Map

from vlearn.sim.cpu import Cpu
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.cpu.paging import read_physical, write_physical
from vlearn.sim.memory.tables import Memory
from vlearn.sim.monitors.paravirtual.accounts import Page, Paging
from vlearn.sim.monitors.paravirtual.interface import (
    EVENT_PENDING,
    PENDING_SELECTOR,
    SHARED_INFO,
    SYSTEM_TIME,
    TIME_VERSION,
    TSC_TIMESTAMP,
    UPCALL_MASK,
    UPCALL_PENDING,
)
from vlearn.sim.monitors.vm import Vm

Stores = Literal["bounce", "emulate", "unhook"]
"""What becomes of a store to a page table in use: a fault of the guest, one checked update, or early Xen's way."""


@dataclass(frozen=True, slots=True)
class Handler:
    """An entry of the guest's trap table: where a vector goes, who may use it by INT, whether it masks events."""

    selector: int
    address: int
    dpl: int = 0
    masks: bool = False


NO_TRAPS: Map[int, Handler] = Map()


@dataclass(frozen=True, slots=True)
class Unhooked:
    """A page table that is out of use, so that the guest may write it freely.

    `slots` are the entries of the directory that led to it, `window` the entry that maps it for the guest's writes, as
    (frame, index), and `before` its content while it was in use.
    """

    frame: int
    directory: int
    slots: tuple[int, ...]
    window: tuple[int, int]
    before: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Domain:
    """The guest's accounts and everything it has registered.

    `base` is the frame of the directory in CR3; `ended` says how the guest has ended, if it has. A `lenient` monitor
    masks and unmasks events when a forgotten CLI or STI faults, which Xen leaves undone on purpose.
    """

    pages: Map[int, Page]
    base: int
    traps: Map[int, Handler] = NO_TRAPS
    callback: Handler | None = None
    kernel_stack: tuple[int, int] = (0, 0)
    gdt: tuple[int, ...] = ()
    stores: Stores = "bounce"
    assisted: bool = False
    unhooked: Unhooked | None = None
    blocked: bool = False
    ended: str = ""
    lenient: bool = False


Pv: TypeAlias = Vm[Domain]


def paging(vm: Pv) -> Paging:
    """The accounts with the memory that they are about."""
    return Paging(vm.real.memory, vm.monitor.pages)


def with_paging(vm: Pv, after: Paging) -> Pv:
    """The machine after an update of its tables."""
    real = vm.real.set_memory(after.memory)
    return replace(vm, real=real, monitor=replace(vm.monitor, pages=after.pages))


def shared(memory: Memory, offset: int, size: int = 1) -> int:
    """A field of the shared page."""
    return read_physical(memory, SHARED_INFO + offset, size)


def with_shared(vm: Pv, offset: int, value: int, size: int = 1) -> Pv:
    """With another value in a field of the shared page."""
    memory = write_physical(vm.real.memory, SHARED_INFO + offset, size, value)
    return replace(vm, real=vm.real.set_memory(memory))


def raise_event(vm: Pv, port: int) -> Pv:
    """An event on a channel: its bit, the word's bit in the selector, and the pending byte, as Xen sets them."""
    memory = vm.real.memory
    at = EVENT_PENDING + 4 * (port // 32)
    vm = with_shared(vm, at, shared(memory, at, 4) | 1 << port % 32, 4)
    vm = with_shared(vm, PENDING_SELECTOR, shared(memory, PENDING_SELECTOR, 4) | 1 << port // 32, 4)
    return with_shared(vm, UPCALL_PENDING, 1)


def with_time(vm: Pv) -> Pv:
    """With the time of day in the shared page brought up to date; time is counted in instructions."""
    now = vm.real.tsc
    vm = with_shared(vm, TIME_VERSION, shared(vm.real.memory, TIME_VERSION, 4) + 2, 4)
    for offset in (TSC_TIMESTAMP, SYSTEM_TIME):
        vm = with_shared(with_shared(vm, offset, now & 0xFFFF_FFFF, 4), offset + 4, now >> 32, 4)
    return vm


def seen(real: Cpu) -> Cpu:
    """What the guest is entitled to see: the real processor, but for the IF, which is the mask in the shared page.

    Nearly the identity: the guest knows of its ring, and its page tables are those that the processor walks.
    """
    return real.set_flags(IF, 0 if shared(real.memory, UPCALL_MASK) else IF)

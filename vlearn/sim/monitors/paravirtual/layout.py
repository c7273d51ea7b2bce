"""The domain builder: a guest's real machine, with the monitor in ring 0 and at the top of the address space.

The guest gets its RAM mapped at its own addresses, all writable but the two tables that map it; these lie in the last
frames of its RAM. As in Xen, it starts in ring 1 with paging on, flat segments from the monitor's part of the GDT, and
events masked. The monitor's handlers are Python, so its gates lead to addresses where there is no code.
"""

from collections.abc import Mapping

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.cpu import Cpu, Descriptor, Gate, Segment, TableRegister
from vlearn.sim.cpu.control import ET, PE, PG, WP
from vlearn.sim.cpu.descriptors import BUSY_TSS, INTERRUPT_GATE, Entry
from vlearn.sim.cpu.eflags import ALWAYS_ONE, IF, STATUS
from vlearn.sim.cpu.machine import TIMER_VECTOR
from vlearn.sim.cpu.state import NO_TIMER
from vlearn.sim.memory.entries import RW, A, D, P
from vlearn.sim.memory.tables import Memory
from vlearn.sim.monitors.paravirtual.accounts import MONITOR, NEIGHBOUR, Page, Paging
from vlearn.sim.monitors.paravirtual.domain import Domain, Handler, Pv, Stores, raise_event, seen, with_shared
from vlearn.sim.monitors.paravirtual.interface import (
    FIRST_RESERVED_SELECTOR,
    FLAT_RING1_CS,
    FLAT_RING1_DS,
    FLAT_RING3_CS,
    FLAT_RING3_DS,
    HYPERCALL_VECTOR,
    RING0_CS,
    RING0_DS,
    SHARED_INFO,
    TSS_SELECTOR,
    UPCALL_MASK,
    XEN_START,
)
from vlearn.sim.monitors.paravirtual.updates import new_base, pin
from vlearn.sim.monitors.paravirtual.validation import MONITOR_FRAME
from vlearn.sim.monitors.vm import RAM, Vm

SHARED_FRAME = SHARED_INFO >> 12
NEIGHBOUR_FRAME = SHARED_FRAME + 1
TABLES_FRAME, RESERVED_GDT_FRAME, STACK_FRAME, ZERO_FRAME = 0x102, 0x103, 0x105, 0x106
MONITOR_FRAMES = (TABLES_FRAME, RESERVED_GDT_FRAME, MONITOR_FRAME, STACK_FRAME, ZERO_FRAME)
DIRECTORY_FRAME, TABLE_FRAME = (RAM >> 12) - 2, (RAM >> 12) - 1
"""The tables that the builder makes for the guest."""

IDT, TSS, STACK_TOP = XEN_START, XEN_START + 0x800, XEN_START + 0x2000
GDT, ENTRY_POINTS = XEN_START + 0x1_0000, XEN_START + 0x4_0000
"""Linear addresses of the monitor. Vector n enters it at ENTRY_POINTS + 16 n."""
TSS_AT = (TABLES_FRAME << 12) + 0x800
_WINDOW = P | RW | A | D
_SEGMENTS = {
    RING0_CS: Descriptor(0, 0xFFFF_FFFF, 0x9B),
    RING0_DS: Descriptor(0, 0xFFFF_FFFF, 0x93),
    FLAT_RING1_CS: Descriptor(0, XEN_START - 1, 0xBB),
    FLAT_RING1_DS: Descriptor(0, XEN_START - 1, 0xB3),
    FLAT_RING3_CS: Descriptor(0, XEN_START - 1, 0xFB),
    FLAT_RING3_DS: Descriptor(0, XEN_START - 1, 0xF3),
    TSS_SELECTOR: Descriptor(TSS, 0x67, 0x80 | BUSY_TSS, 0),
}


def build(
    cpu: Cpu,
    *,
    traps: Mapping[int, Handler] | None = None,
    callback: Handler | None = None,
    kernel_stack: tuple[int, int] = (0, 0),
    stores: Stores = "bounce",
    events: bool = False,
    lenient: bool = False,
) -> Pv:
    """A domain about to execute a ported kernel that a loader has put into memory, as `guests.loader` does.

    `traps`, `callback` and `events` (not masked) are for programs that do not register them themselves. Vectors that
    wait in `cpu.pending` become events. Raises ModelError if the machine has paging on or is not in ring 0.
    """
    if cpu.cpl or cpu.cr0 & PG:
        raise ModelError("a domain is built from a machine in ring 0 with paging off, as a loader leaves it")
    start = _with_tables(cpu.memory)
    memory = _with_monitor(start.memory)
    segment = Segment(FLAT_RING1_DS, _SEGMENTS[FLAT_RING1_DS])
    code = Segment(FLAT_RING1_CS, _SEGMENTS[FLAT_RING1_CS])
    real = Cpu(
        registers=cpu.registers, eip=cpu.eip, eflags=cpu.eflags & STATUS | ALWAYS_ONE | IF,
        segments=(segment, code, segment, segment, Segment(), Segment()), memory=memory, tsc=cpu.tsc,
        gdtr=TableRegister(GDT, FIRST_RESERVED_SELECTOR + 0xFFF), idtr=TableRegister(IDT, 0x7FF),
        tr=Segment(TSS_SELECTOR, _SEGMENTS[TSS_SELECTOR]), cr0=PE | ET | WP | PG, cr3=DIRECTORY_FRAME << 12,
        code=cpu.code, console=cpu.console, timer=NO_TIMER,
    )  # fmt: skip
    domain = Domain(
        start.pages, DIRECTORY_FRAME, Map(traps or {}), callback, kernel_stack, stores=stores, lenient=lenient
    )
    vm = with_shared(Vm(real, real, domain), UPCALL_MASK, 0 if events else 1)
    for vector in cpu.pending:
        vm = raise_event(vm, vector - TIMER_VECTOR)
    return Vm(seen(vm.real), vm.real, domain)


def _with_tables(memory: Memory) -> Paging:
    """The accounts of a new domain, with a page table for its RAM and the shared page, checked like any other."""
    frames = range(SHARED_FRAME + 1)
    pages = {frame: Page() for frame in frames} | {frame: Page(MONITOR) for frame in MONITOR_FRAMES}
    paging = Paging(memory, Map({**pages, NEIGHBOUR_FRAME: Page(NEIGHBOUR)}))
    for frame in frames:
        writable = 0 if frame in (DIRECTORY_FRAME, TABLE_FRAME) else RW | D
        paging = paging.with_entry(TABLE_FRAME, frame, frame << 12 | P | A | writable)
    paging = paging.with_entry(DIRECTORY_FRAME, 0, TABLE_FRAME << 12 | P | RW | A)
    return new_base(pin(paging, DIRECTORY_FRAME, "l2"), None, DIRECTORY_FRAME)


def _with_monitor(memory: Memory) -> Memory:
    """The monitor's own tables: the GDT's reserved page, the IDT, the TSS, and the page table that maps them."""
    for selector, descriptor in _SEGMENTS.items():
        memory = _store(memory, (RESERVED_GDT_FRAME << 12) + (selector & 0xFF8), descriptor)
    for vector in range(256):
        memory = set_gate(memory, vector)
    memory = memory.set(TSS_AT + 4, STACK_TOP).set(TSS_AT + 8, RING0_DS).set(TSS_AT + 0x64, 0x68 << 16)
    mapped = {0: TABLES_FRAME, 1: STACK_FRAME, **dict.fromkeys(range(16, 30), ZERO_FRAME), 30: RESERVED_GDT_FRAME}
    for page, frame in mapped.items():
        memory = map_monitor(memory, page, frame)
    return memory


def map_monitor(memory: Memory, page: int, frame: int) -> Memory:
    """Map a frame at page `page` of the monitor's part of the address space."""
    return memory.set((MONITOR_FRAME << 12) + 4 * page, frame << 12 | _WINDOW)


def set_gate(memory: Memory, vector: int, direct: Gate | None = None) -> Memory:
    """A gate of the real IDT: into ring 0, or directly to the guest's handler. Only ring 1 has the hypercall's gate."""
    dpl = 1 if vector == HYPERCALL_VECTOR else 0
    gate = direct or Gate(RING0_CS, ENTRY_POINTS + 16 * vector, INTERRUPT_GATE, dpl)
    return _store(memory, (TABLES_FRAME << 12) + 8 * vector, gate)


def _store(memory: Memory, address: int, entry: Entry) -> Memory:
    return memory.set(address, entry.value & 0xFFFF_FFFF).set(address + 4, entry.value >> 32)

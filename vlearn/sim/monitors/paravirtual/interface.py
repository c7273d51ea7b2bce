"""Xen's interface to a ported kernel: hypercalls and their numbers, commands, errors, selectors, the shared page.

The numbers are those of Xen 2 and 3 for 32-bit x86; the first release of 2003 had the same design with some other
numbers. A hypercall is INT 0x82 with its number in EAX and up to five arguments in EBX, ECX, EDX, ESI, EDI; EAX comes
back as the result, negative for an error. Entries of `mmu_update` are pairs of dwords here, as before Xen 3.0. Sources:
Xen's public headers xen.h, arch-x86/xen.h and xen-x86_32.h; Linux's errno-base.h.
"""

from dataclasses import dataclass

HYPERCALL_VECTOR, SYSTEM_CALL_VECTOR = 0x82, 0x80


@dataclass(frozen=True, slots=True)
class Hypercall:
    """A hypercall: its number and name, what its arguments are, and what it does."""

    number: int
    name: str
    arguments: tuple[str, ...]
    meaning: str


HYPERCALLS = (
    Hypercall(0, "set_trap_table", ("table",), "install handlers of faults and system calls: the port of LIDT"),
    Hypercall(1, "mmu_update", ("updates", "count", "done", "domain"), "change entries of page tables, in a batch"),
    Hypercall(2, "set_gdt", ("frames", "entries"), "use these frames as the GDT: the port of LGDT"),
    Hypercall(3, "stack_switch", ("ss", "esp"), "the stack on which ring 1 is entered from ring 3: SS1, ESP1"),
    Hypercall(4, "set_callbacks", ("cs", "event", "failsafe cs", "failsafe"), "where virtual interrupts arrive"),
    Hypercall(5, "fpu_taskswitch", ("set",), "set or clear CR0.TS: the port of CLTS"),
    Hypercall(6, "sched_op", ("operation", "reason"), "yield, block or shut down: the port of HLT"),
    Hypercall(10, "update_descriptor", ("address", "high", "low word", "high word"), "change an entry of the GDT"),
    Hypercall(13, "multicall", ("calls", "count"), "several hypercalls in one"),
    Hypercall(14, "update_va_mapping", ("linear", "entry", "flags"), "change the page that is mapped at an address"),
    Hypercall(15, "set_timer_op", ("low", "high"), "one virtual interrupt at a time: the port of programming a timer"),
    Hypercall(17, "xen_version", ("command",), "the version; it is used to enter the monitor and nothing else"),
    Hypercall(18, "console_io", ("command", "count", "text"), "write to the console"),
    Hypercall(21, "vm_assist", ("command", "type"), "turn on writable page tables"),
    Hypercall(23, "iret", (), "return from a handler, and restore the virtual IF"),
    Hypercall(26, "mmuext_op", ("operations", "count", "done", "domain"), "pin tables, load CR3, flush the TLB"),
)
BY_NAME = {call.name: call for call in HYPERCALLS}
BY_NUMBER = {call.number: call for call in HYPERCALLS}

EPERM, EFAULT, EINVAL, ENOSYS = 1, 14, 22, 38
ERRORS = {EPERM: "EPERM", EFAULT: "EFAULT", EINVAL: "EINVAL", ENOSYS: "ENOSYS"}

SCHEDOP = {"yield": 0, "block": 1, "shutdown": 2}
MMUEXT = {
    "PIN_L1_TABLE": 0, "PIN_L2_TABLE": 1, "UNPIN_TABLE": 4, "NEW_BASEPTR": 5, "TLB_FLUSH_LOCAL": 6, "INVLPG_LOCAL": 7,
}  # fmt: skip
DOMID_SELF = 0x7FF0
CONSOLEIO_WRITE = 0
VMASST_ENABLE, VMASST_DISABLE, VMASST_WRITABLE_PAGETABLES = 0, 1, 2
TRAP_MASKS_EVENTS = 4
"""In the flags of a trap table's entry, above the DPL: the handler is entered with the virtual IF cleared."""

XEN_START = 0xFC00_0000
"""The monitor's part of every address space, 64 MiB at the top. The guest's segments end below it."""
XEN_SLOT = XEN_START >> 22
FIRST_RESERVED_SELECTOR = 14 * 4096
"""Page 14 of the GDT is the monitor's; pages 0 to 13 are for the guest."""
RING0_CS, RING0_DS = 0xE008, 0xE010
FLAT_RING1_CS, FLAT_RING1_DS, FLAT_RING3_CS, FLAT_RING3_DS = 0xE019, 0xE021, 0xE02B, 0xE033
TSS_SELECTOR = 0xE040

SHARED_INFO = 0x10_0000
"""Where the page is that monitor and guest share: the frame behind the guest's RAM, mapped at its own address."""
UPCALL_PENDING, UPCALL_MASK, PENDING_SELECTOR, ARCH_CR2 = 0, 1, 4, 8
TIME_VERSION, TSC_TIMESTAMP, SYSTEM_TIME = 32, 40, 48
EVENT_PENDING = 0x800
"""Offsets in it: the bytes `evtchn_upcall_pending` and `_mask` are the port of IF; then CR2, time, and the channels."""

SYMBOLS: dict[str, int] = {
    **{f"HYPERVISOR_{call.name}": call.number for call in HYPERCALLS},
    **{f"SCHEDOP_{name}": value for name, value in SCHEDOP.items()},
    **{f"MMUEXT_{name}": value for name, value in MMUEXT.items()},
    "XEN": HYPERCALL_VECTOR,
    "DOMID_SELF": DOMID_SELF,
    "VMASST_enable": VMASST_ENABLE,
    "VMASST_writable_pagetables": VMASST_WRITABLE_PAGETABLES,
    "FLAT_RING1_CS": FLAT_RING1_CS,
    "FLAT_RING1_DS": FLAT_RING1_DS,
    "FLAT_RING3_CS": FLAT_RING3_CS,
    "FLAT_RING3_DS": FLAT_RING3_DS,
    "SHARED_INFO": SHARED_INFO,
    "evtchn_upcall_pending": SHARED_INFO + UPCALL_PENDING,
    "evtchn_upcall_mask": SHARED_INFO + UPCALL_MASK,
    "evtchn_pending_sel": SHARED_INFO + PENDING_SELECTOR,
    "evtchn_pending": SHARED_INFO + EVENT_PENDING,
    "arch_cr2": SHARED_INFO + ARCH_CR2,
    "system_time": SHARED_INFO + SYSTEM_TIME,
}
"""What the assembly of a ported kernel may call by name."""

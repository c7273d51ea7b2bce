"""The rules of a port: what becomes of each sensitive instruction when a kernel moves to ring 1.

Three things can: it becomes a hypercall, or an access to the shared page, or it goes, because the monitor has done the
work or the kernel knows the answer. Everything else stays as it is. `lines` is the mechanical form of a rule, in which
{0} and {1} are the operands and {n} a number that makes labels unique; it changes nothing but what the instruction
would have changed, so it is longer than what a person would write. Only STI's shadow is lost: an event that waits comes
right behind it, not one instruction later. Rules without lines take a person: they are about tables whose form changes.
Sources: Barham et al., SOSP 2003, section 3; Linux, arch/i386/kernel/*-xen.c.
"""

from dataclasses import dataclass
from typing import Literal

Fate = Literal["hypercall", "shared page", "removed"]
_ENTER = ("push eax", "mov eax, HYPERVISOR_xen_version", "push ebx", "mov ebx, 0", "int XEN", "pop ebx", "pop eax")


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of an instruction. `pattern` is its mnemonic, and how its operands begin where that matters."""

    pattern: tuple[str, ...]
    fate: Fate
    instead: str
    lines: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The instruction as a person would name it: `mov cr3`."""
        return " ".join(word for word in self.pattern if word)


def _extended(command: str, argument: tuple[str, ...]) -> tuple[str, ...]:
    """An mmuext_op of one operation, built on the stack; its argument is what `argument` leaves in EDX."""
    return (
        "pushf", "pusha", *argument, "push 0", "push edx", f"push {command}", "mov ebx, esp", "mov ecx, 1",
        "mov edx, 0", "mov esi, DOMID_SELF", "mov eax, HYPERVISOR_mmuext_op", "int XEN", "add esp, 12", "popa", "popf",
    )  # fmt: skip


RULES = (
    Rule(("cli",), "shared page", "evtchn_upcall_mask = 1", ("mov byte [evtchn_upcall_mask], 1",)),
    Rule(
        ("sti",),
        "shared page",
        "evtchn_upcall_mask = 0, then look at evtchn_upcall_pending",
        ("mov byte [evtchn_upcall_mask], 0", "pushf", "cmp byte [evtchn_upcall_pending], 0", "je quiet{n}", *_ENTER,
         "quiet{n}: popf"),
    ),
    Rule(
        ("pushf",),
        "shared page",
        "the flags, with IF from evtchn_upcall_mask",
        ("pushf", "pushf", "and dword [esp+4], 0xfffffdff", "cmp byte [evtchn_upcall_mask], 0", "jne masked{n}",
         "or dword [esp+4], 0x200", "masked{n}: popf"),
    ),
    Rule(
        ("popf",),
        "shared page",
        "the flags, and IF to evtchn_upcall_mask; then look at evtchn_upcall_pending",
        ("test dword [esp], 0x200", "jne open{n}", "mov byte [evtchn_upcall_mask], 1", "jmp quiet{n}",
         "open{n}: mov byte [evtchn_upcall_mask], 0", "cmp byte [evtchn_upcall_pending], 0", "je quiet{n}", *_ENTER,
         "quiet{n}: popf"),
    ),
    Rule(("iret",), "hypercall", "iret, which restores the mask", ("push eax", "mov eax, HYPERVISOR_iret", "int XEN")),
    Rule(
        ("hlt",),
        "hypercall",
        "sched_op: block, or shut down where IF is 0",
        ("mov ebx, SCHEDOP_block", "cmp byte [evtchn_upcall_mask], 0", "je sleep{n}", "mov ebx, SCHEDOP_shutdown",
         "mov ecx, 0", "sleep{n}: mov eax, HYPERVISOR_sched_op", "int XEN"),
    ),
    Rule(
        ("out", "0xe9", "al"),
        "hypercall",
        "console_io",
        ("pushf", "pusha", "push eax", "mov edx, esp", "mov ebx, 0", "mov ecx, 1", "mov eax, HYPERVISOR_console_io",
         "int XEN", "add esp, 4", "popa", "popf"),
    ),
    Rule(("invlpg",), "hypercall", "mmuext_op INVLPG_LOCAL", _extended("MMUEXT_INVLPG_LOCAL", ("lea edx, {0}",))),
    Rule(
        ("mov", "cr3"),
        "hypercall",
        "mmuext_op NEW_BASEPTR",
        _extended("MMUEXT_NEW_BASEPTR", ("mov edx, {1}", "shr edx, 12")),
    ),
    Rule(("mov", "", "cr2"), "shared page", "arch.cr2", ("push dword [arch_cr2]", "pop {0}")),
    Rule(("clts",), "hypercall", "fpu_taskswitch 0",
         ("push eax", "push ebx", "mov eax, HYPERVISOR_fpu_taskswitch", "mov ebx, 0", "int XEN", "pop ebx", "pop eax")),
    Rule(("wbinvd",), "removed", "nothing: caches are coherent for a guest without devices", ("nop",)),
    Rule(("lidt",), "hypercall", "set_trap_table, with another form of table, and set_callbacks for interrupts"),
    Rule(("lgdt",), "hypercall", "set_gdt, with frames instead of an address; or the monitor's own flat segments"),
    Rule(("ltr",), "hypercall", "stack_switch, which sets the two fields of the TSS that matter"),
    Rule(("lldt",), "hypercall", "mmuext_op SET_LDT"),
    Rule(("out",), "hypercall", "set_timer_op for the timer; other devices are for another guest to drive"),
    Rule(("in",), "hypercall", "as OUT; and time is read in the shared page"),
    Rule(("mov", "cr0"), "removed", "paging is on from the start"),
    Rule(("mov", "cr4"), "removed", "the monitor has set what it allows"),
    Rule(("mov", "", "cr3"), "removed", "the kernel remembers what it has asked for"),
    Rule(("rdmsr",), "removed", "the kernel knows what it needs"),
    Rule(("wrmsr",), "removed", "as RDMSR"),
    Rule(("sgdt",), "removed", "the kernel knows its own tables: these would be the monitor's"),
    Rule(("sidt",), "removed", "as SGDT"),
    Rule(("sldt",), "removed", "as SGDT"),
    Rule(("str",), "removed", "as SGDT"),
    Rule(("smsw",), "removed", "the kernel knows that paging is on"),
    Rule(("lmsw",), "removed", "as MOV to CR0"),
    Rule(("push", "cs"), "removed", "the ring in it is 1 now: the kernel must not compare it with 0"),
    Rule(("mov", "", "cs"), "removed", "as PUSH CS"),
    Rule(("lar",), "removed", "the kernel looks into its own copy of the GDT"),
    Rule(("lsl",), "removed", "as LAR"),
    Rule(("verr",), "removed", "as LAR"),
    Rule(("verw",), "removed", "as LAR"),
)  # fmt: skip
"""The first rule that matches counts. A store to a page table in use has no rule: no instruction gives it away."""


def rule_for(mnemonic: str, operands: tuple[str, ...]) -> Rule | None:
    """The rule for an instruction, by its mnemonic and the text of its operands; None if it stays as it is."""
    given = (mnemonic, *operands)
    return next((rule for rule in RULES if _matches(rule.pattern, given)), None)


def _matches(pattern: tuple[str, ...], given: tuple[str, ...]) -> bool:
    return len(given) >= len(pattern) and all(want in ("", has) for want, has in zip(pattern, given, strict=False))

"""What the translator makes of each instruction of a guest's kernel: the table, and what stands in the translation.

Most instructions are copied: they do in ring 1, on the real processor, what they do in ring 0 on the virtual one. What
would trap there, or silently do another thing, is replaced, and so is what depends on where the code lies. A test holds
the table to that, form by form. In the translation, `vcpu` is the virtual processor's state in the monitor's memory.

Source: Adams and Agesen, "A comparison of software and hardware techniques for x86 virtualization", ASPLOS 2006,
section 3: all code is IDENT but for PC-relative addresses (in 32-bit code, the one that CALL pushes), direct and
indirect control flow, and privileged instructions. Which of the last are inline is this model's choice in detail.
"""

from dataclasses import dataclass
from enum import Enum

from vlearn.sim.cpu import Form, Instruction


class Treatment(Enum):
    """How an instruction is translated."""

    IDENT = "ident"
    INLINE = "inline"
    CALL_OUT = "call-out"
    DIRECT = "direct jump"
    INDIRECT = "indirect jump"


@dataclass(frozen=True, slots=True)
class Rule:
    """Forms of instructions that are not copied: their treatment, the reason, and how a translation is written.

    A name is a mnemonic, or a form where the forms of a mnemonic are treated differently. `ends` says whether a unit
    ends behind such an instruction, because another one follows it than the next in memory.
    """

    names: tuple[str, ...]
    treatment: Treatment
    reason: str
    written: tuple[str, ...]
    ends: bool = False


_SEGMENTS = ("CS", "SS", "DS", "ES", "FS", "GS")
CONDITIONAL = (
    "jo", "jno", "jb", "jae", "je", "jne", "jbe", "ja", "js", "jns", "jp", "jnp", "jl", "jge", "jle", "jg",
    "loop", "jecxz",
)  # fmt: skip

RULES = (
    Rule(
        ("cli",), Treatment.INLINE, "would trap; nothing can follow from a cleared IF",
        ("mov byte [vcpu.if], 0",),
    ),
    Rule(
        ("pushf",), Treatment.INLINE, "would show the real IF and IOPL",
        ("push the real flags, with vcpu.if and vcpu.iopl",),
    ),
    Rule(
        ("mov r32, Sreg", "mov r16, Sreg", "mov m16, Sreg"), Treatment.INLINE,
        "would show the ring in which the kernel really runs", ("mov {0}, [vcpu.{1}]",),
    ),
    Rule(
        tuple(f"push {name}" for name in _SEGMENTS), Treatment.INLINE,
        "would show the ring in which the kernel really runs", ("push dword [vcpu.{0}]",),
    ),
    Rule(("mov r32, CR",), Treatment.INLINE, "would trap; reading changes nothing", ("mov {0}, [vcpu.{1}]",)),
    Rule(("smsw",), Treatment.INLINE, "would show the real CR0", ("mov {0}, [vcpu.cr0]",)),
    Rule(("sgdt", "sidt"), Treatment.INLINE, "would show the monitor's table", ("copy [vcpu.{table}] to {0}",)),
    Rule(("sldt", "str"), Treatment.INLINE, "would show the monitor's selector", ("mov {0}, [vcpu.{table}]",)),
    Rule(("clts",), Treatment.INLINE, "would trap; it clears one bit", ("mov byte [vcpu.cr0.ts], 0",)),
    Rule(
        ("sti", "popf"), Treatment.CALL_OUT, "would trap or be ignored; with IF = 1, interrupts that wait are due",
        ("call monitor.{name}",),
    ),
    Rule(
        ("mov CR, r32", "lmsw", "invlpg"), Treatment.CALL_OUT, "the monitor's shadow page tables follow from it",
        ("call monitor.{name}({operands})",),
    ),
    Rule(
        ("lgdt", "lidt", "lldt", "ltr"), Treatment.CALL_OUT, "the monitor's own tables follow from it",
        ("call monitor.{name}({operands})",),
    ),
    Rule(
        (
            "mov Sreg, r32", "mov Sreg, r/m16", *(f"pop {name}" for name in _SEGMENTS if name != "CS"),
            "lds", "les", "lss", "lfs", "lgs",
        ),
        Treatment.CALL_OUT, "the descriptor is one of the guest's table", ("call monitor.load({operands})",),
    ),
    Rule(
        ("lar", "lsl", "verr", "verw"), Treatment.CALL_OUT, "would look into the monitor's table",
        ("call monitor.{name}({operands})",),
    ),
    Rule(("in", "out"), Treatment.CALL_OUT, "the devices are virtual", ("call monitor.{name}({operands})",)),
    Rule(
        ("hlt", "invd", "wbinvd", "rdmsr", "wrmsr", "cpuid", "rdtsc"), Treatment.CALL_OUT,
        "what it acts on is virtual: the wait, caches, MSRs, the processor's name, its time", ("call monitor.{name}",),
    ),
    Rule(
        ("int", "int3", "iret", "ud2"), Treatment.CALL_OUT, "the IDT, the rings and the stacks are the guest's",
        ("call monitor.{name}({operands})",), ends=True,
    ),
    Rule(
        ("retf", "jmp ptr16:32", "jmp m16:32", "call ptr16:32", "call m16:32"), Treatment.CALL_OUT,
        "loads CS, with a descriptor of the guest's table", ("call monitor.far_{name}({operands})",), ends=True,
    ),
    Rule(("jmp rel32",), Treatment.DIRECT, "the target lies elsewhere in the cache", ("jmp {taken}",), ends=True),
    Rule(
        CONDITIONAL, Treatment.DIRECT, "both targets lie elsewhere in the cache",
        ("{name} {taken}", "jmp {next}"), ends=True,
    ),
    Rule(
        ("call rel32",), Treatment.DIRECT, "the guest must find its own return address on the stack",
        ("push {eip}", "jmp {taken}"), ends=True,
    ),
    Rule(
        ("jmp r/m32",), Treatment.INDIRECT, "the target is known only when it runs",
        ("mov vcpu.eip, {0}", "jmp look-up"), ends=True,
    ),
    Rule(
        ("call r/m32",), Treatment.INDIRECT, "the target is known only when it runs",
        ("mov vcpu.eip, {0}", "push {eip}", "jmp look-up"), ends=True,
    ),
    Rule(
        ("ret",), Treatment.INDIRECT, "the stack holds an address of the guest's code, not of the cache",
        ("pop vcpu.eip", "jmp look-up"), ends=True,
    ),
)  # fmt: skip
"""Every form that is not copied."""

COPIED = Rule((), Treatment.IDENT, "does the same in the real ring", ("{instruction}",))
TRACED = Rule(
    (), Treatment.CALL_OUT, "was copied, and trapped again and again: it writes to page tables",
    ("call monitor.trace({operands})",),
)  # fmt: skip
"""The rule for an instruction that adaptive translation has taken out of its unit (see `cache`)."""

_TABLES = {"sgdt": "gdtr", "sidt": "idtr", "sldt": "ldtr", "str": "tr"}
_BY_NAME = {name: rule for rule in RULES for name in rule.names}


def rule_for(form: Form) -> Rule:
    """The rule of a form of the instruction table."""
    return _BY_NAME.get(str(form)) or _BY_NAME.get(form.mnemonic) or COPIED


def written(rule: Rule, instruction: Instruction, eip: int, exits: tuple[int, ...]) -> tuple[str, ...]:
    """The lines of the translation. `eip` is the address behind the instruction, `exits` where its unit leads."""
    names = {
        "name": instruction.form.mnemonic,
        "instruction": str(instruction),
        "operands": ", ".join(map(str, instruction.operands)),
        "table": _TABLES.get(instruction.form.mnemonic, ""),
        "eip": f"{eip:#x}",
        "taken": f"[{exits[0]:#x}]" if exits else "",
        "next": f"[{exits[-1]:#x}]" if exits else "",
    }
    shown = tuple(line.format(*instruction.operands, **names).replace("()", "") for line in rule.written)
    extra = instruction.operands[-1:] if instruction.form.mnemonic == "ret" else ()
    return (shown[0], f"add esp, {extra[0]}", *shown[1:]) if extra else shown

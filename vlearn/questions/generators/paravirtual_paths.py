"""Questions whose key is the way of a system call through kernel and monitor, read off a run.

The handler is drawn at random; for the paravirtual monitor it is ported. So the wrong answers are those of another
monitor, of an IRET that traps, and of a port in which everything is a hypercall.
"""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from vlearn.blocks import Code, Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, Ordering, TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.monitors.paths.following import Followed, follow
from vlearn.sim.monitors.paths.handlers import OPERATIONS, PARAVIRTUAL_NAME, Visit, system_call, visits
from vlearn.views.privilege_path import draw_followed

HEADER = ("Instruction", "Executed in ring", "Monitor entered")
SETTINGS = {
    "trap-and-emulate on rings 0/1/3": "An unmodified kernel runs under trap-and-emulate, with rings compressed to"
    " 0/1/3; its page tables are shadowed, so the page tables in use are write-protected.",
    "trap-and-emulate on rings 0/3": "An unmodified kernel runs under trap-and-emulate, with rings compressed to 0/3;"
    " its page tables are shadowed, so the page tables in use are write-protected.",
    PARAVIRTUAL_NAME: "A kernel ported to Xen's interface on 32-bit x86 runs in ring 1. Its system-call gate leads"
    " straight to the kernel. Page tables are updated by `mmu_update`; no event waits.",
    "VT-x": "An unmodified kernel runs in VMX non-root operation, with nested paging. Of what it can execute, only I/O"
    " instructions, HLT, CPUID and VMX instructions exit.",
}
"""The arrangements with a monitor, and what the prompt says of each."""
CALLS = {
    "out 0xe9, al": "console_io",
    "clts": "fpu_taskswitch",
    "invlpg [0x400000]": "mmuext_op",
    "mov dword [FIRST+4], 0xe007": "mmu_update",
}
"""Which hypercall stands for an instruction in the port."""
_SILENT = tuple(text for text in OPERATIONS if text not in CALLS)


def _drawn(rng: Random, loud: int, silent: int) -> tuple[str, ...]:
    chosen = [*rng.sample(tuple(CALLS), loud), *rng.sample(_SILENT, silent)]
    if "sti" in chosen and "cli" not in chosen:
        chosen[chosen.index("sti")] = "cli"
    rng.shuffle(chosen)
    if {"cli", "sti"} <= set(chosen):  # STI comes after CLI
        first, second = sorted((chosen.index("cli"), chosen.index("sti")))
        chosen[first], chosen[second] = "cli", "sti"
    elif "cli" in chosen:
        chosen.append("sti")
    return tuple(chosen)


def _followed(arrangement: str, handler: Sequence[str]) -> Replay[Followed, int]:
    path = system_call(arrangement, handler)
    return Replay(follow, Followed(path), tuple(range(len(path.stages) - 1)), draw_followed)


def _setting(arrangement: str, handler: Sequence[str]) -> tuple[Text, Code]:
    listing = "\n".join(f"        {text}" for text in (*handler, "iret"))
    told = "The kernel, before it was ported, has this handler" if arrangement == PARAVIRTUAL_NAME else "Its handler is"
    text = f"{SETTINGS[arrangement]} A process in ring 3 makes a system call by `INT 0x80`. {told}:"
    return Text(text), Code(listing, "asm")


def order_path(rng: Random) -> Posed:
    """Put the hand-overs of a system call in order, from the process's INT until the process goes on."""
    arrangement = rng.choice(tuple(SETTINGS))
    handler = _drawn(rng, 2, rng.choice((1, 2)))
    if arrangement == "VT-x" and "out 0xe9, al" not in handler:
        handler = ("out 0xe9, al", *handler[1:]) if handler[0] in CALLS else (*handler, "out 0xe9, al")
    found = visits(arrangement, handler)
    items = list(_hand_overs(arrangement, found))
    order = rng.sample(range(len(items)), len(items))
    shown = tuple(items[n] for n in order)
    purposes = "; ".join(OPERATIONS[text].purpose for text in handler)
    prompt = Text(
        f"{SETTINGS[arrangement]} A process in ring 3 makes a system call by `INT 0x80`. The kernel's handler does"
        f" this, one after another: it {purposes}. Then it returns. Put what happens into order."
    )
    listing = "\n".join(f"{n}. {text}" for n, text in enumerate(items, 1))
    entries = sum(visit.entries for visit in found)
    told = Text(f"{listing}\n\nThe monitor is entered {entries} times.")
    key = tuple(order.index(n) for n in range(len(items)))
    return Posed((prompt,), Ordering(shown, key), (told,), _followed(arrangement, handler))


def _hand_overs(arrangement: str, found: Sequence[Visit]) -> list[str]:
    first, *handler, _ = found
    kernel = handler[0].level
    items = []
    if first.entries:
        items.append("Ring 0: the monitor is entered by the INT, and injects it into the guest")
    items.append(f"{kernel.capitalize()}: the first instruction of the kernel's handler is reached")
    for visit in handler:
        if visit.entries:
            name = visit.instruction.split()[0].upper()
            items.append(_entered(arrangement, visit.instruction))
            what = "the store" if name == "MOV" else name
            items.append(f"{kernel.capitalize()}: the kernel goes on behind what stands for {what}"
                         if arrangement == PARAVIRTUAL_NAME else
                         f"{kernel.capitalize()}: the kernel goes on behind {what}")  # fmt: skip
    return [*items, "Ring 3: the process goes on behind its INT"]


def _entered(arrangement: str, instruction: str) -> str:
    name = instruction.split()[0].upper()
    if arrangement == PARAVIRTUAL_NAME:
        return f"Ring 0: the monitor checks and carries out the hypercall `{CALLS[instruction]}`"
    if arrangement == "VT-x":
        return f"VMX root: the monitor emulates {name} after a VM exit"
    if name == "MOV":
        return "Ring 0: the monitor emulates the store after #PF, and its shadow table follows"
    return f"Ring 0: the monitor emulates {name} after #GP"


def levels_of_call(rng: Random) -> Posed:
    """Fill in the ring in which each instruction is executed, and whether the monitor is entered at it."""
    arrangement = rng.choice(tuple(SETTINGS))
    handler = _drawn(rng, 2, 2)
    rows = tuple(
        (visit.instruction, visit.level.removeprefix("ring "), "yes" if visit.entries else "no")
        for visit in visits(arrangement, handler)
    )
    text, listing = _setting(arrangement, handler)
    prompt = (
        Text(
            f"{text.markdown}\n\nIn which ring does the real processor execute each instruction of process and handler,"
            " or what stands for it in a port, and is the monitor entered there (`yes` or `no`)?"
        ),
        listing,
    )
    blanks = tuple((row, column) for row in range(len(rows)) for column in (1, 2))
    solution = (Table(HEADER, rows, f"A system call, {arrangement}."), Text(_why(arrangement)))
    return Posed(prompt, TraceTable(HEADER, rows, blanks), solution, _followed(arrangement, handler))


def entries_of_call(rng: Random) -> Posed:
    """Count how often the monitor is entered from the process's INT until it goes on."""
    arrangement = rng.choice(tuple(SETTINGS))
    handler = _drawn(rng, rng.choice((1, 2, 3, 4)), rng.choice((1, 2, 3)))
    found = visits(arrangement, handler)
    path = system_call(arrangement, handler)
    text, listing = _setting(arrangement, handler)
    prompt = Text(
        f"{text.markdown}\n\nHow often is the monitor entered between the `INT 0x80` and the moment at which the"
        " process goes on?"
    )
    entered = [f"`{visit.instruction}`" for visit in found if visit.entries]
    listed = f"{path.monitor_entries}, by {', '.join(entered)}." if entered else "Never."
    solution = Text(f"{listed} {_why(arrangement)}")
    answer = Numeric(Fraction(path.monitor_entries), unit="entries")
    return Posed((prompt, listing), answer, (solution,), _followed(arrangement, handler))


def _why(arrangement: str) -> str:
    if arrangement == PARAVIRTUAL_NAME:
        return (
            "CLI and STI have become stores to a byte of the shared page; the gate and IRET lead past the monitor. What"
            " is left is one hypercall for each privileged operation, and for an update of a page table."
        )
    if arrangement == "VT-x":
        return (
            "The guest has a ring 0, an IDT and page tables of its own, so INT, IRET, CLI, STI, CLTS, INVLPG and stores"
            " to page tables need no exit here; OUT does."
        )
    return (
        "INT goes to the monitor, which injects it; each privileged instruction raises #GP, a store to a shadowed table"
        " #PF. IRET is not privileged on x86: it goes back to ring 3 without a trap."
    )

"""The guest's ring 0 beside the real thing: instructions in non-root operation, and on a processor at CPL 0.

What VT-x promises is that the guest's kernel finds there what ring 0 of a bare processor would do. No processor with
VMX is asked: Unicorn has none. So the left column is an x86 in ring 0, and the right one the model's guest under a
monitor with the fewest exits. Without the extra `vlearn[oracle]` the processor's answers are those recorded in
`recorded_guest.json`, and the table says so.
"""

from functools import cache

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.one_instruction import by_processor, changes
from vlearn.lab.recorded import asked_or_recorded
from vlearn.lab.shown import Shown, show
from vlearn.sim.cpu import Cpu, Instruction, boot, fetch
from vlearn.sim.cpu.state import EAX, EBX, ECX, EDI
from vlearn.sim.monitors.hardware import HARDWARE_ASSIST, verdict
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE
from vlearn.sim.monitors.vm import Monitor
from vlearn.trace import run

RECORDED = FOLDER / "recorded_guest.json"
LINES = (
    "add eax, ebx", "cli", "popf", "pushf", "push cs", "mov eax, cs", "lar eax, ecx", "sgdt [0x6000]",
    "sidt [0x6000]", "sldt eax", "str eax", "smsw eax", "mov cr3, edi", "mov eax, cr3", "clts", "invlpg [0x6000]",
)  # fmt: skip
"""Instructions of a kernel, most of which did not trap in an outer ring, or lied there."""

WORDS = {"always": "always", "by control": "by a control, off here", "never": "never"}


@cache
def kernel(line: str) -> tuple[Cpu, Instruction]:
    """A guest's kernel in ring 0 about to execute one line, with something in its registers."""
    cpu = boot(f"{line}\n        hlt", interrupts=True)
    for number, value in ((EAX, 0x1234), (EBX, 4), (ECX, 0x10), (EDI, 0x5000)):
        cpu = cpu.set_register(number, value)
    return cpu, fetch(cpu)[1]


def under(monitor: Monitor, line: str) -> tuple[str, bool]:  # type: ignore[type-arg]
    """What a guest's kernel finds a line has done under a monitor, and whether the monitor was called for it."""
    before, _ = kernel(line)
    trace = run(monitor, monitor.start(before), range(1))
    return changes(before, trace.final.guest), bool({"exit", "trap"} & set(trace.kinds))


def live_answers() -> tuple[str, ...]:
    """What Unicorn's processor does at CPL 0. Needs the extra `vlearn[oracle]`."""
    does = by_processor()
    return tuple(does(*kernel(line)) for line in LINES)


def beside_ring_zero() -> Shown:
    """Each instruction on a processor at CPL 0, in a guest under VT-x, and in one whose kernel runs in ring 1."""
    answers, how = asked_or_recorded(live_answers, RECORDED)
    rows = []
    for line, theirs in zip(LINES, answers, strict=True):
        (vtx, exits), (older, _) = under(HARDWARE_ASSIST, line), under(TRAP_AND_EMULATE, line)
        same = ["yes" if guest == theirs else f"NO: {guest}" for guest in (vtx, older)]
        rows.append((line, theirs, same[0], "yes" if exits else WORDS[verdict(kernel(line)[1].form)], same[1]))
    head = ("Instruction", "A processor at CPL 0", "Same in a VT-x guest?", "Exits?", "Same by trap-and-emulate?")
    return show((Text(f"The processor is Unicorn's x86, in ring 0, {how}. It has no VMX."), Table(head, tuple(rows))))

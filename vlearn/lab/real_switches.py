"""Mode switches of one operation, counted on a processor beside those of the model of hypervisors.

A process in ring 3 calls its kernel, which reads a device's register so often and returns. Under a monitor the kernel
is in ring 1 and the register's page is not present, so that each access is a fault, which a monitor in ring 0 takes
and returns from. Unicorn executes every instruction and says at which it faults and in which ring it is; where a fault
leads is looked up in the IDT by the model's processor, because Unicorn stops at it. It has no VMX: rings stand in for
a guest and what is beneath it.
Without the extra `vlearn[oracle]` the counts are those recorded in `recorded_switches.json`, and the table says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vlearn.blocks import Table, Text
from vlearn.errors import ModelError
from vlearn.lab.assets import FOLDER
from vlearn.lab.recorded import asked_or_recorded
from vlearn.lab.shown import Shown, show
from vlearn.sim.cpu import Cpu, Gate, advance, assemble, boot
from vlearn.sim.cpu.boot import KERNEL_CODE, RING1_CODE
from vlearn.sim.cpu.descriptors import INTERRUPT_GATE
from vlearn.sim.cpu.faults import PF
from vlearn.sim.cpu.state import CS
from vlearn.sim.datacenter.hypervisors import BARE, KINDS, operation
from vlearn.sim.memory.modes import TWO_LEVEL
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.tables import FRAME

RECORDED = FOLDER / "recorded_switches.json"
TYPE_1 = next(iter(KINDS))
CALL, REGISTER, SPAN = 0x80, 0xE000, 0xE
"""The vector of the call; where the device's register is, and how many pages are below it."""
PROGRAM = f"""
start:   int {CALL:#x}
done:    nop
kernel:  mov ebx, {REGISTER:#x}
         mov ecx, {{accesses}}
         jecxz over
again:   mov eax, [ebx]         ; two bytes long
         dec ecx
         jnz again
over:    iret
monitor: add esp, 4             ; the error code
         add dword [esp], 2     ; beyond the access
         iret
"""
Counts = tuple[int, int, int]
"""Instructions that the processor began, faults and software interrupts among them, and changes of its ring."""


@dataclass(frozen=True, slots=True)
class Case:
    """An operation of the model, and whether the processor's kernel has a monitor beneath it."""

    what: str
    device: str
    monitored: bool

    @property
    def accesses(self) -> int:
        """How often the driver touches the device, by the model."""
        return operation(TYPE_1, self.what, self.device).count("exit")

    @property
    def kind(self) -> str:
        """The kind of the model that stands beside it: one that handles an access in one layer."""
        return TYPE_1 if self.monitored else BARE


CASES = (
    Case("system call", "emulated", False),
    Case("system call", "emulated", True),
    Case("disk read", "emulated", False),
    Case("disk read", "paravirtual", True),
    Case("packet sent", "emulated", True),
    Case("disk read", "emulated", True),
)


def machine(case: Case) -> tuple[Cpu, int]:
    """The processor about to make the call, and the address at which the process goes on after it."""
    program = assemble(PROGRAM.format(accesses=case.accesses))
    gate = Gate(RING1_CODE if case.monitored else KERNEL_CODE, program.labels["kernel"], INTERRUPT_GATE, dpl=3)
    tables = PageTables(TWO_LEVEL, root=0x1_0000)
    for page in range(SPAN + (not case.monitored)):
        tables = tables.map_page(page * FRAME, page * FRAME)
    cpu = boot(program, ring=3, gates={CALL: gate, PF: "monitor"}, tables=tables)
    return cpu, program.labels["done"]


def live_counts() -> tuple[Counts, ...]:
    """What Unicorn's processor does in each of CASES. Needs the extra `vlearn[oracle]`."""
    from vlearn.sim.cpu.oracle import Oracle

    # A new one for each: Unicorn keeps the code that it has translated, though another program takes its place.
    return tuple(_counted(Oracle(), *machine(case)) for case in CASES)


def _counted(oracle, cpu: Cpu, done: int) -> Counts:  # type: ignore[no-untyped-def]  # Oracle needs the extra
    instructions = stops = switches = 0
    ring = cpu.cpl
    oracle.enter(cpu)
    while cpu.eip != done:
        answer = oracle.again(cpu.eip)
        for happening in advance(cpu):
            cpu = happening.cpu
        stopped = answer.vector is not None
        if stopped:
            oracle.enter(cpu)
        elif answer.eip != cpu.eip:
            raise ModelError(f"the processor goes on at {answer.eip:#x}, the model's at {cpu.eip:#x}: they part here")
        now = cpu.cpl if stopped else answer.selectors[CS] & 3
        instructions, stops, switches, ring = instructions + 1, stops + stopped, switches + (now != ring), now
    return instructions, stops, switches


def model_counts() -> tuple[int, ...]:
    """Mode switches by the model of hypervisors."""
    return tuple(operation(case.kind, case.what, case.device).count() for case in CASES)


def beside_the_switches() -> Shown:
    """Each operation: what the processor did, the switches it made, and those of the model."""
    answers, how = asked_or_recorded(live_counts, RECORDED)
    return show((Text(f"The processor is Unicorn's x86 with IOPL 0, {how}."), _table(answers)))


def _table(answers: Sequence[Sequence[int]]) -> Table:
    rows = []
    for case, ours, (instructions, stops, switches) in zip(CASES, model_counts(), answers, strict=True):
        what = case.what if case.what == "system call" else f"{case.what}, {case.device} device"
        beneath = "ring 1, monitor in ring 0" if case.monitored else "ring 0, no monitor"
        same = "yes" if ours == switches else "NO"
        numbers = (f"{instructions:,}", f"{stops:,}", f"{switches:,}", f"{ours:,}")
        rows.append((what, beneath, str(case.accesses), *numbers, same))
    header = ("Operation", "Kernel in", "Accesses", "Instructions begun", "INT and faults", "Switches, processor",
              "Switches, model", "Same?")  # fmt: skip
    return Table(header, tuple(rows), f"Beside it the model's {TYPE_1}, or bare metal without a monitor")

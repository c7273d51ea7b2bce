"""A system call whose handler does what you choose: its way through kernel and monitor, under every arrangement.

The guest is `paths` with another body for its handler; its timer is too far off to come in between. For the
paravirtual monitor the body is ported: by the rules of `paravirtual.rules`, and by hand where they need a person.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.cpu import Cpu, assemble, load
from vlearn.sim.monitors.guests import source
from vlearn.sim.monitors.guests.loader import loaded_by_multiboot
from vlearn.sim.monitors.paravirtual import SYMBOLS
from vlearn.sim.monitors.paravirtual.rules import rule_for
from vlearn.sim.monitors.paths.arrangements import ARRANGEMENTS, Arrangement
from vlearn.sim.monitors.paths.path import Level, Path, Stage, excursions
from vlearn.sim.monitors.vm import Vm, trace_guest
from vlearn.trace import Trace

PARAVIRTUAL_NAME = "paravirtual, 32 bits"
_BODY = "        mov eax, 42                     ; the answer\n"
_UPDATE = (
    "pusha", "mov dword [request+4], 0xe007", "mov ebx, request", "mov ecx, 1", "mov edx, 0", "mov esi, DOMID_SELF",
    "mov eax, HYPERVISOR_mmu_update", "int XEN", "popa",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that a handler does: its instruction, what it is for, and its port where no rule makes one."""

    instruction: str
    purpose: str
    by_hand: tuple[str, ...] = ()

    @property
    def ported(self) -> tuple[str, ...]:
        """The lines that stand for it in a ported kernel; the instruction itself if it may stay."""
        mnemonic, _, given = self.instruction.partition(" ")
        operands = tuple(operand.strip() for operand in given.split(",")) if given else ()
        rule = rule_for(mnemonic, operands)
        if self.by_hand or rule is None:
            return self.by_hand or (self.instruction,)
        return tuple(line.format(*operands, n="_port") for line in rule.lines)


OPERATIONS = {
    operation.instruction: operation
    for operation in (
        Operation("cli", "holds interrupts back"),
        Operation("sti", "lets them in again"),
        Operation("out 0xe9, al", "writes a character to the console"),
        Operation("clts", "clears CR0.TS"),
        Operation("invlpg [0x400000]", "makes the TLB forget a page"),
        Operation("mov dword [FIRST+4], 0xe007", "writes an entry of a page table in use", _UPDATE),
        Operation("inc dword [ticks]", "counts in its own memory"),
        Operation("mov ecx, [ticks]", "reads its own memory"),
        Operation("mov edx, 42", "loads a register"),
    )
}
"""By instruction, as bare metal executes it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An instruction on the way: in which ring it was executed, and how often the monitor was entered at it."""

    instruction: str
    level: Level
    entries: int


def system_call(arrangement: str, handler: Sequence[str]) -> Path:
    """The path of a system call whose handler consists of these instructions of OPERATIONS, each at most once."""
    _, stages, _ = _excursion(arrangement, tuple(handler))
    return Path(arrangement, "system call", stages, "read off a run of the model", ARRANGEMENTS[arrangement].level)


def visits(arrangement: str, handler: Sequence[str]) -> tuple[Visit, ...]:
    """The same by instruction, from the process's INT to the handler's IRET."""
    run, _, marks = _excursion(arrangement, tuple(handler))
    return tuple(_visits(run, ARRANGEMENTS[arrangement], ("int 0x80", *handler, "iret"), marks))


def _visits(
    run: Trace[Vm[Any]], arrangement: Arrangement, names: Sequence[str], marks: Sequence[int]
) -> Iterator[Visit]:
    levels, entries, now, who = dict[int, Level](), Counter[int](), 0, "process"
    for step in run.steps:
        before, (level, who) = who, arrangement.place(step.state)
        entries[now] += who == "monitor" != before
        at = step.state.guest.eip
        if who == "kernel" and marks[0] <= at <= marks[-1]:
            now = sum(mark <= at for mark in marks)
            levels[now] = level
        if who == "process" != before:
            if now:
                break
            levels, entries = {0: level}, Counter()  # that was another way out of the process
    for n, name in enumerate(names):
        yield Visit(name, levels[n], entries[n])


@lru_cache(maxsize=32)
def _excursion(name: str, handler: tuple[str, ...]) -> tuple[Trace[Vm[Any]], tuple[Stage, ...], tuple[int, ...]]:
    """The run, the stages of the system call in it, and where each instruction of the handler is."""
    if name not in ARRANGEMENTS:
        raise ModelError(f"there is no arrangement with a run {name!r}{did_you_mean(name, ARRANGEMENTS)}")
    for instruction in handler:
        if instruction not in OPERATIONS or handler.count(instruction) > 1:
            raise ModelError(f"a handler has each of {', '.join(OPERATIONS)} at most once, so not {instruction!r}")
    arrangement = ARRANGEMENTS[name]
    cpu, marks = _guest(name == PARAVIRTUAL_NAME, handler)
    run = trace_guest(arrangement.monitor, arrangement.monitor.start(cpu), 5000)
    stages = next(stages for stages, seen in excursions(run, arrangement.place) if marks[-1] in seen)
    return run, stages, marks


def _guest(ported: bool, handler: tuple[str, ...]) -> tuple[Cpu, tuple[int, ...]]:
    lines = list[str]()
    for n, instruction in enumerate(handler):
        stands_for = OPERATIONS[instruction].ported if ported else (instruction,)
        lines += [f"step{n}:", *(line.replace("_port", f"_port{n}") for line in stands_for)]
    body = "\n".join([*lines, f"step{len(handler)}:"]) + "\n"
    kernel = source("paths_pv" if ported else "paths").replace(_BODY, body)
    kernel = kernel.replace("mov eax, 100\n", "mov eax, 9000\n").replace("add ebx, 100\n", "add ebx, 9000\n")
    program = assemble(kernel, 0x4000, SYMBOLS if ported else {})
    cpu = load(loaded_by_multiboot(), program)
    process = source("paths_process").replace("mov ecx, 250", "mov ecx, 1")
    cpu = load(cpu, assemble(process, 0x40_0000), 0xC000 - 0x40_0000)
    return cpu.jump(program.start), tuple(program.labels[f"step{n}"] for n in range(len(handler) + 1))
